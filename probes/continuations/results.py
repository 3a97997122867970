"""The arms' answers as arrays, and comparisons of the arms in numbers and in pictures."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting, statistics
from probes.continuations.arms import LAST, MAJORITY, SAMPLED, Ballot, cuts_of
from probes.continuations.study import Posed, stories, texts
from probes.continuations.subthoughts import right
from probes.traces.aggregation import entropy_bits, mode, running_mode
from probes.types import Array, Arrays


def as_arrays(
    posed: Sequence[Posed], ballots: Mapping[str, Sequence[Ballot]], seed: int
) -> dict[str, Array]:
    """Return for each arm and problem whether the arm was right, its tokens, its votes and the missing ones.

    `right`, `tokens`, `votes` and `missing` are `[arms, problems]`; `entropy` (bits, of the sampled
    subthought answers), `sample_entropy`, `length` (tokens of the first trace) and `pieces` are
    `[problems]`. `stories` holds one JSON text per problem: the trace with its subthoughts.
    """
    arms = list(ballots)
    golds = [item.problem.gold for item in posed]
    found = {
        "arms": texts(arms),
        "right": np.array(
            [[right(b.answer, g) for b, g in zip(ballots[a], golds, strict=True)] for a in arms]
        ),
        "tokens": np.array([[b.tokens for b in ballots[a]] for a in arms]),
        "votes": np.array([[len(b.answers) for b in ballots[a]] for a in arms]),
        "missing": np.array([[b.missing for b in ballots[a]] for a in arms]),
        "entropy": np.array([_entropy(b) for b in ballots[SAMPLED]]),
        "sample_entropy": np.array([_entropy(b) for b in ballots.get(MAJORITY, ballots[SAMPLED])]),
        "length": np.array([item.trace.response.generated for item in posed]),
        "truncated": np.array([item.trace.response.finish == "length" for item in posed]),
        "questions": texts([item.problem.question for item in posed]),
        "stories": stories([_story(item, ballots, seed) for item in posed]),
    }
    return found | {"pieces": np.array([len(b.answers) for b in ballots[SAMPLED]])}


def column(arrays: Arrays, arm: str) -> NDArray[np.float64]:
    """Return whether an arm was right, `[problems]`, NaN throughout where it did not vote."""
    arms = arrays["arms"].tolist()
    if arm not in arms:
        return np.full(arrays["right"].shape[1], np.nan)
    return np.asarray(arrays["right"][arms.index(arm)], dtype=np.float64)


def comparisons(arrays: Arrays, arm: str, seed: int) -> dict[str, dict[str, float]]:
    """Compare one arm with every other: discordant problems, exact McNemar p, and Holm's correction over all.

    `difference` with `low` and `high` is the paired bootstrap's 95 % interval over problems.
    """
    first = column(arrays, arm)
    rows: dict[str, dict[str, float]] = {}
    for other in arrays["arms"].tolist():
        second = column(arrays, other)
        both = np.isfinite(first) & np.isfinite(second)
        if other == arm or both.sum() < 2:
            continue
        a, b = first[both].astype(bool), second[both].astype(bool)
        tested = statistics.mcnemar_of(a.tolist(), b.tolist())
        span = statistics.paired_bootstrap(b, a, seed=seed)
        rows[other] = {
            "only_this": tested.only_first, "only_other": tested.only_second, "p": tested.p,
            "difference": span.estimate, "low": span.low, "high": span.high,
        }  # fmt: skip
    adjusted = statistics.holm([row["p"] for row in rows.values()])
    for row, value in zip(rows.values(), adjusted, strict=True):
        row["holm"] = value
    return rows


@dataclass(frozen=True, kw_only=True)
class ArmLine:
    """One arm: its accuracy with a Wilson interval, and the tokens it spent."""

    arm: str
    accuracy: statistics.Interval
    tokens: float
    missing: float


def arm_lines(arrays: Arrays) -> list[ArmLine]:
    """Return every arm with at least one judged problem."""
    lines = []
    for place, arm in enumerate(arrays["arms"].tolist()):
        judged = arrays["right"][place][np.isfinite(arrays["right"][place])]
        if judged.size:
            lines.append(
                ArmLine(
                    arm=arm,
                    accuracy=statistics.wilson(int(judged.sum()), judged.size),
                    tokens=float(arrays["tokens"][place].mean()),
                    missing=float(arrays["missing"][place].sum() / arrays["votes"][place].sum()),
                )
            )
    return lines


def draw_arms(made: "go.Figure", arrays: Arrays, row: int) -> None:
    """Draw the accuracy of each arm with its interval, against the tokens it spent."""
    for style, line in enumerate(arm_lines(arrays)):
        colour = plotting.COLOURS[style % len(plotting.COLOURS)]
        dash = plotting.DASHES[style // len(plotting.COLOURS) % len(plotting.DASHES)]
        interval = line.accuracy
        made.add_scatter(
            x=[line.tokens, line.tokens], y=[interval.low, interval.high], mode="lines",
            name=line.arm, line={"color": colour, "dash": dash, "width": 2}, row=row, col=1,
        )  # fmt: skip
        made.add_scatter(
            x=[line.tokens], y=[interval.estimate], mode="markers", name=line.arm,
            marker={"color": colour, "size": 9}, showlegend=False, row=row, col=1,
        )  # fmt: skip


def draw_story(made: "go.Figure", story: Mapping[str, Any], row: int) -> None:
    """Draw the answer of each subthought; answers are numbered by first appearance, and the mode is marked."""
    answers = story["answers"]
    numbers = {answer: i for i, answer in enumerate(dict.fromkeys(a for a in answers if a), 1)}
    right_or_wrong = {True: "right", False: "wrong", None: "not judged"}
    groups = (("leads to the mode", True), ("leads to another answer, or none (0)", False))
    for style, (name, of_mode) in enumerate(groups):
        chosen = [
            i for i, a in enumerate(answers) if (a is not None and a == story["mode"]) == of_mode
        ]
        if chosen:
            made.add_scatter(
                x=[i + 1 for i in chosen],
                y=[numbers.get(answers[i], 0) for i in chosen],
                text=[
                    f"{story['subthoughts'][i].strip()[:200]}<br>leads to {answers[i]} "
                    f"({right_or_wrong[story['right'][i]]})"
                    for i in chosen
                ],
                mode="markers", name=name, hoverinfo="text",
                marker={"color": plotting.COLOURS[style + 1], "size": 11},
                line={"color": plotting.COLOURS[style + 1]}, row=row, col=1,
            )  # fmt: skip


def read_stories(arrays: Arrays) -> list[dict[str, Any]]:
    """Return the traces with their subthoughts."""
    return [json.loads(str(text)) for text in arrays["stories"]]


def as_lines(story: Mapping[str, Any]) -> str:
    """Return one opened trace in words: each subthought with its answer, and the two answers."""
    lines = [
        f"{number}. {piece.strip()} -> {answer if answer is not None else 'no answer'}"
        for number, (piece, answer) in enumerate(
            zip(story["subthoughts"], story["answers"], strict=True), start=1
        )
    ]
    return "\n".join(
        [
            f"Question: {story['question']}",
            f"Trace: {story['trace'].strip()}",
            *lines,
            f"Last answer: {story['last']}; most frequent subthought answer: {story['mode']}"
            + (f"; gold: {story['gold']}" if story["gold"] else ""),
        ]
    )


def _story(item: Posed, ballots: Mapping[str, Sequence[Ballot]], seed: int) -> dict[str, Any]:
    ballot = ballots[SAMPLED][item.number]
    gold = item.problem.gold
    judged = [None if math.isnan(right(a, gold)) else right(a, gold) == 1 for a in ballot.answers]
    return {
        "question": item.problem.question,
        "gold": gold,
        "prompt": item.trace.prompt.text,
        "trace": item.trace.response.text,
        "subthoughts": item.trace.subthoughts(cuts_of(item, "word_cs", seed)),
        "answers": list(ballot.answers),
        "right": judged,
        "running": running_mode(ballot.answers),
        "mode": mode(ballot.answers),
        "last": item.trace.answer,
        "arms": {arm: rows[item.number].answer for arm, rows in ballots.items() if arm != LAST},
    }


def _entropy(ballot: Ballot) -> float:
    entropy = entropy_bits(ballot.answers)
    return float("nan") if entropy is None else entropy


def specimen(rights: Mapping[str, Sequence[float]], entropy: Sequence[float] = ()) -> Arrays:
    """Return arrays as `as_arrays` makes them, for made-up outcomes."""
    arms, count = list(rights), len(next(iter(rights.values())))
    shape = (len(arms), count)
    story = {
        "question": "What is 1 + 1?", "gold": "2", "prompt": "", "trace": "So 2", "mode": "2",
        "subthoughts": ["First 1 + 1.", " So 2"], "answers": ["3", "2"], "right": [False, True],
        "running": ["3", "3"], "last": "2", "arms": {},
    }  # fmt: skip
    return {
        "arms": texts(arms),
        "right": np.array([list(rights[arm]) for arm in arms], dtype=np.float64),
        "tokens": np.tile(100.0 + 10 * np.arange(len(arms))[:, None], (1, count)),
        "votes": np.full(shape, 4),
        "missing": np.zeros(shape, dtype=int),
        "entropy": np.array(entropy if len(entropy) else np.linspace(0, 2, count)),
        "sample_entropy": np.linspace(0, 2, count),
        "length": np.full(count, 40) + np.arange(count) % 3,
        "truncated": np.zeros(count, dtype=bool),
        "pieces": np.full(count, 4),
        "questions": texts([f"question {i}" for i in range(count)]),
        "stories": stories([story] * count),
    }
