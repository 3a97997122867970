"""All labelled yardsticks share named figures over questions and the form of their results.

A yardstick gives each question some values, for each system that answered it; a `Figure` makes one
number from the values of all questions, with an interval. Every run includes baselines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from assistant.build import Assistant
from assistant.evaluation.figures import mean, resampled
from assistant.evaluation.judging import existing
from assistant.types import Answer, Progress

Values = Mapping[str, float]
# Returns one number for each resample, from (resamples, questions, values).
Statistic = Callable[
    [Float[np.ndarray, "resamples questions values"]], Float[np.ndarray, " resamples"]
]


def average(
    drawn: Float[np.ndarray, "resamples questions values"],
) -> Float[np.ndarray, " resamples"]:
    """Return the mean over questions of the first value."""
    found: np.ndarray = drawn[..., 0].mean(axis=-1)
    return found


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number computed from many questions.

    `of` names the values it is made of, by default `key` itself; a question without one of
    them does not count. `digits` is the number of printed digits.
    """

    key: str
    label: str
    statistic: Statistic = average
    of: tuple[str, ...] = ()
    digits: int = 3


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The results of measuring a set.

    `groups` holds the program's figures by group; those of `main` stand for the set. `baselines`
    holds the figures of other systems by group and name. `values` are the program's values for each
    question, for comparison with the previous run. `labels` names each figure in words, `digits`
    says how many digits are printed. A failure has an `id`, a `question`, and what was shown and
    wanted in words; `remarks` are single lines about the set.
    """

    library: Assistant
    groups: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Values]
    main: str
    baselines: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    digits: Mapping[str, int] = field(default_factory=dict)
    failures: Sequence[Mapping[str, Any]] = ()
    remarks: Sequence[str] = ()


def figured(figures: Sequence[Figure], values: Sequence[Values], seed: int) -> dict[str, Any]:
    """Return the figures of one system over one group of questions.

    Returns:
        `questions`, every figure that some question has values for, and its 95 % interval over
            questions
        under `intervals`.
    """
    found: dict[str, Any] = {"questions": len(values)}
    intervals: dict[str, list[float]] = {}
    for figure in figures:
        names = figure.of or (figure.key,)
        rows = [[each[name] for name in names] for each in values if all(n in each for n in names)]
        if rows:
            observed = np.asarray(rows, np.float64)
            found[figure.key] = round(float(figure.statistic(observed[None])[0]), 4)
            ends = resampled(observed, figure.statistic, seed)
            intervals[figure.key] = [round(end, 4) for end in ends]
    return {**found, "intervals": intervals}


def asked(pairs: Sequence[tuple[Assistant, str]], report: Progress) -> list[Answer]:
    """Return the answer of each library to its question, in order."""
    answers = []
    for at, (library, question) in enumerate(pairs):
        report(f"asking {at + 1} of {len(pairs)}", at / len(pairs))
        answers.append(library.ask(question))
    return answers


def quoted(pairs: Sequence[tuple[Assistant, Answer]]) -> dict[str, Any]:
    """Return the number of citations in the answers of libraries, and the share whose quote is the stored text."""
    exact = [float(one) for library, answer in pairs for one in existing(library.library, answer)]
    return {"citations": len(exact), "quotes_exist": mean(exact)}
