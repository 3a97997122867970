"""Traces that were continued many times from every sentence prefix: arms are compared without a model."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from probes.errors import ProbeError
from probes.traces.formats import read_lines
from probes.traces.segmentation import Rule, boundaries


@dataclass(frozen=True, kw_only=True)
class ResampledTrace:
    """A trace with measured prefix accuracies, as Thought Anchors publishes them (2506.19143)."""

    id: str
    model: str
    problem: str
    base_right: bool
    """This says whether the recorded trace itself ended right."""
    text: str
    offsets: tuple[int, ...]
    """Start of each sentence in `text`, ascending; sentences not found in it are left out."""
    accuracies: tuple[float, ...]
    """Share of continuations that ended right, from the prefix ending before each sentence."""
    empty_prefix_accuracy: float


@dataclass(frozen=True, kw_only=True)
class ArmAccuracies:
    """Expected accuracy of three arms on one model's problems, each in [0, 1]."""

    model: str
    problems: int
    last: float
    mode: float
    majority: float
    """The majority of as many independent samples as the tokens of the mode buy."""


def read_resampled(path: Path) -> tuple[ResampledTrace, ...]:
    """Read traces with measured prefix accuracies.

    A line has `id`, `model`, `question`, `think`, `published_last_correct` and `prefix_accuracy`:
    rows of [offset of a sentence in `think` or -1, share right from the prefix before it, ...].

    Raises:
        ProbeError: The file cannot be read, or a line lacks one of these.
    """
    traces = []
    for line_number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            traces.append(_resampled(json.loads(line)))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            where = f"{path.name} line {line_number}"
            raise ProbeError(f"{where} is no resampled trace: {error!r}") from error
    return tuple(traces)


def is_resampled(path: Path) -> bool:
    """Return whether the lines of a file have measured prefix accuracies; false for what is no JSONL.

    Raises:
        ProbeError: The file cannot be read.
    """
    if path.suffix == ".eval":
        return False
    first = next((line for line in read_lines(path) if line.strip()), "")
    try:
        row = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "prefix_accuracy" in row


def arm_accuracies(traces: Iterable[ResampledTrace], rule: Rule = "word_cs") -> list[ArmAccuracies]:
    """Return the last answer, subthought mode and equal-token majority, estimated from prefix accuracies.

    Per problem, with one right and one wrong base trace: `last` is p0, the accuracy from the empty
    prefix; every cut of `rule`, and the end, casts one independent vote that is right with the
    accuracy of the nearest sentence prefix, and all wrong answers count as one; `mode` is
    p0 P(majority | right base) + (1 - p0) P(majority | wrong base); `majority` is binomial at p0
    over as many samples as the same tokens buy, a tie counting as wrong. So both are lower
    bounds: wrong answers that differ among themselves lose more often.

    Raises:
        ProbeError: A problem lacks its right or its wrong base trace.
    """
    pairs: dict[tuple[str, str], dict[bool, ResampledTrace]] = {}
    for trace in traces:
        pairs.setdefault((trace.model, trace.problem), {})[trace.base_right] = trace
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for (model, problem), pair in pairs.items():
        if len(pair) < 2:
            raise ProbeError(f"{model}: {problem[:60]!r} needs a right and a wrong base trace.")
        rows.setdefault(model, []).append(_problem_accuracies(pair[True], pair[False], rule))
    return [
        ArmAccuracies(
            model=model,
            problems=len(values),
            last=math.fsum(v[0] for v in values) / len(values),
            mode=math.fsum(v[1] for v in values) / len(values),
            majority=math.fsum(v[2] for v in values) / len(values),
        )
        for model, values in rows.items()
    ]


def vote_accuracies(trace: ResampledTrace, rule: Rule = "word_cs") -> list[float]:
    """Return the accuracy of the nearest sentence prefix for every cut of a trace and for its end."""
    offsets = np.asarray(trace.offsets)
    cuts = [*boundaries(trace.text, rule), len(trace.text)]
    return [trace.accuracies[int(np.argmin(np.abs(offsets - cut)))] for cut in cuts]


def relative_cost(trace: ResampledTrace, rule: Rule = "word_cs") -> float:
    """Return the tokens of all continuations over those of the trace, about n/2.

    Each continuation is taken to be as long as the text it replaces.
    """
    return math.fsum(1 - cut / len(trace.text) for cut in boundaries(trace.text, rule))


def majority_probability(accuracies: Sequence[float]) -> float:
    """Return the probability that more than half of independent votes are right (Poisson binomial)."""
    right: NDArray[np.float64] = np.ones(1)
    for p in accuracies:
        right = np.convolve(right, [1 - p, p])
    return float(right[len(accuracies) // 2 + 1 :].sum())


def _problem_accuracies(
    right: ResampledTrace, wrong: ResampledTrace, rule: Rule
) -> tuple[float, float, float]:
    p0 = (right.empty_prefix_accuracy + wrong.empty_prefix_accuracy) / 2
    of_right, of_wrong = (majority_probability(vote_accuracies(t, rule)) for t in (right, wrong))
    extra = (relative_cost(right, rule) + relative_cost(wrong, rule)) / 2
    samples = 1 + round(extra)
    return (
        p0,
        p0 * of_right + (1 - p0) * of_wrong,
        float(scipy.stats.binom.sf(samples // 2, samples, p0)),
    )


def _resampled(row: Any) -> ResampledTrace:
    table = row["prefix_accuracy"]
    located = sorted((int(offset), float(share)) for offset, share, *_ in table if offset >= 0)
    if not located or not row["think"]:
        raise ValueError("no sentence of it is located in its text")
    return ResampledTrace(
        id=row["id"],
        model=row["model"],
        problem=row["question"],
        base_right=bool(row["published_last_correct"]),
        text=row["think"],
        offsets=tuple(offset for offset, _ in located),
        accuracies=tuple(share for _, share in located),
        empty_prefix_accuracy=float(table[0][1]),
    )
