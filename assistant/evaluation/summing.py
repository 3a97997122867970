"""Sum up the results of the cases: means with intervals, counts, and medians of time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.evaluation.figures import interval, macro_f1, mean
from assistant.evaluation.measuring import RIGHT, Outcome
from assistant.types import Stance


def summed(outcomes: Sequence[Outcome], seed: int) -> dict[str, Any]:
    """Return the figures of one group of cases.

    Returns:
        `questions`; every figure as a mean over the questions for which it is defined, 0 to 1 if
        it is a share, and its 95 % interval under `intervals`; `citations` and `quotes_exist` over
        all citations; `sides`, how well support is told from contradiction (see `_sides`);
        `dropped`, a count; `abstained`, over the questions that should be absent; `coverage` over
        all questions and `coverage_by_expected`; `missed`, the questions with what their answers
        lack; `seconds` and `processor_seconds`, medians by stage.
    """
    values: dict[str, list[float]] = defaultdict(list)
    for outcome in outcomes:
        for name, value in outcome.values.items():
            values[name].append(value)
    dropped = values.pop("dropped", [])
    exact = [one for outcome in outcomes for one in outcome.exact]
    outside = [o.coverage == "absent" for o in outcomes if o.case.expected == "absent"]
    means = {name: _rounded(mean(found)) for name, found in values.items()}
    plain: dict[str, float | None] = dict.fromkeys(("ndcg@10", "recall@5", "recall@10", "cited"))
    return {
        "questions": len(outcomes),
        **plain,
        **means,
        "citations": len(exact),
        # The share is not rounded: one wrong quote among a hundred thousand must show.
        "quotes_exist": mean([float(one) for one in exact]),
        "sides": _sides([side for outcome in outcomes for side in outcome.sides]),
        "dropped": int(sum(dropped)),
        "abstained": _rounded(mean([float(one) for one in outside])),
        "coverage": _counted(outcomes),
        "coverage_by_expected": {
            kind: _counted([o for o in outcomes if o.case.expected == kind])
            for kind in RIGHT
            if any(o.case.expected == kind for o in outcomes)
        },
        "intervals": {
            name: [round(end, 4) for end in interval(found, seed)] for name, found in values.items()
        },
        "missed": [
            {"question": outcome.case.question, **outcome.missing}
            for outcome in outcomes
            if outcome.missing
        ],
        "seconds": _medians([outcome.seconds for outcome in outcomes]),
        "processor_seconds": _medians([outcome.processor for outcome in outcomes]),
    }


def _sides(found: Sequence[tuple[Stance, Stance | None, Stance]]) -> dict[str, Any] | None:
    """Return how well support is told from contradiction on the cited deciding sentences.

    Returns:
        `sentences`, of which `contesting` contest; `told`, those whose stance the answer gives, and
        `told_macro_f1` over these; `macro_f1` over all sentences with a required stance; and
        `all_support_macro_f1`, the result of saying "supports" for each. The figures are None if no
            cited sentence
        decides.
    """
    if not found:
        return None
    told = [(so, said) for so, said, _ in found if said]
    forced = [(so, said) for so, _, said in found]
    return {
        "sentences": len(found),
        "contesting": sum(so == "contests" for so, _, _ in found),
        "told": len(told),
        "told_macro_f1": _rounded(macro_f1(told, _SIDES)),
        "macro_f1": _rounded(macro_f1(forced, _SIDES)),
        "all_support_macro_f1": _rounded(macro_f1([(so, "supports") for so, _ in forced], _SIDES)),
    }


_SIDES = ("supports", "contests")


def averaged(values: Sequence[Mapping[str, float]]) -> dict[str, float | None]:
    """Return every figure as a mean over the questions for which it is defined."""
    names = dict.fromkeys(name for each in values for name in each)
    return {name: _rounded(mean([each[name] for each in values if name in each])) for name in names}


def _counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counts = Counter(outcome.coverage for outcome in outcomes)
    return {name: counts[name] for name in ("answered", "partial", "absent")}


def _medians(spent: Sequence[Mapping[str, float]]) -> dict[str, float]:
    stages = dict.fromkeys(stage for each in spent for stage in each)
    found = {stage: sorted(each[stage] for each in spent if stage in each) for stage in stages}
    return {stage: round(times[len(times) // 2], 4) for stage, times in found.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
