"""Other ways than the subthought mode to turn many answers into one.

A missing answer (`None`) never votes; ties go to the answer that appeared earliest.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import scipy

from probes.traces.aggregation import Answer, mode


@dataclass(frozen=True, kw_only=True)
class Stop:
    """The number of samples and the answer at which a sequential vote stopped."""

    samples: int | None
    """Samples drawn when the rule was met, missing answers included; `None` if it never was."""
    answer: Answer
    """The winner at that point, or of all samples if the rule was never met."""


def self_consistency(answers: Sequence[Answer]) -> Answer:
    """Take a plain majority over independent samples (arXiv 2203.11171)."""
    return mode(answers)


def weighted_vote(answers: Sequence[Answer], weights: Sequence[float]) -> Answer:
    """Return the answer with the largest sum of weights, such as DeepConf's trace confidences.

    Raises:
        ValueError: The lengths differ, or a weight is negative or not finite.

    Source: arXiv 2508.15260, section 3.2.
    """
    totals: dict[str, float] = {}
    for answer, weight in zip(answers, weights, strict=True):
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"A vote's weight must be finite and not negative, got {weight}.")
        if answer is not None:
            totals[answer] = totals.get(answer, 0.0) + weight
    return max(totals, key=totals.__getitem__) if totals else None


def softmax_vote(
    answers: Sequence[Answer], confidences: Sequence[float], temperature: float = 1.0
) -> Answer:
    """Weight votes by softmax(confidence / temperature) (CISC, arXiv 2502.06233).

    Raises:
        ValueError: The lengths differ, or the temperature is not positive.
    """
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, got {temperature}.")
    peak = max(confidences, default=0.0)
    return weighted_vote(answers, [math.exp((c - peak) / temperature) for c in confidences])


def top_share_vote(
    answers: Sequence[Answer], confidences: Sequence[float], percent: float
) -> Answer:
    """Take a confidence-weighted vote among the ceil(n percent / 100) most confident samples.

    Source: DeepConf's filtering, arXiv 2508.15260, section 3.2.

    Raises:
        ValueError: The lengths differ, or `percent` is outside (0, 100].
    """
    if not 0 < percent <= 100:
        raise ValueError(f"percent must lie in (0, 100], got {percent}.")
    if len(answers) != len(confidences):
        raise ValueError(f"{len(answers)} answers but {len(confidences)} confidences.")
    ranked = sorted(range(len(answers)), key=lambda i: confidences[i], reverse=True)
    kept = sorted(ranked[: math.ceil(len(answers) * percent / 100)])
    return weighted_vote([answers[i] for i in kept], [confidences[i] for i in kept])


def prefix_consistency(groups: Sequence[Sequence[Answer]], power: float = 1.0) -> Answer:
    """Weight votes by how well an answer survives regeneration from a prefix of its trace.

    Args:
        groups: For each sample its answer and those regenerated from its prefix (cut at .75).
        power: Each distinct answer of a group adds (c / group size)^power, c its count there.

    Source: arXiv 2605.07654.
    """
    answers: list[Answer] = []
    weights: list[float] = []
    for group in groups:
        for answer, count in Counter(group).items():
            answers.append(answer)
            weights.append((count / len(group)) ** power)
    return weighted_vote(answers, weights)


def adaptive_consistency(answers: Sequence[Answer], threshold: float = 0.95) -> Stop:
    """Stop once the leading answer is probably the majority.

    The probability is 1 - I_1/2(n1 + 1, n2 + 1), with n1, n2 the two largest counts and I the
    regularised incomplete beta function.

    Source: arXiv 2305.11860, equation 3.
    """
    counts: Counter[str] = Counter()
    for drawn, answer in enumerate(answers, start=1):
        if answer is None:
            continue
        counts[answer] += 1
        (leader, first), *rest = counts.most_common(2)
        second = rest[0][1] if rest else 0
        if 1 - float(scipy.special.betainc(first + 1, second + 1, 0.5)) >= threshold:
            return Stop(samples=drawn, answer=leader)
    return Stop(samples=None, answer=mode(answers))


def early_stopping(answers: Sequence[Answer], window: int = 5) -> Stop:
    """Vote by ESC: draw windows of samples and stop after the first that is unanimous (arXiv 2401.10480).

    A window with a missing answer is not unanimous.

    Raises:
        ValueError: `window` is below 1.
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, got {window}.")
    for end in range(window, len(answers) + 1, window):
        block = answers[end - window : end]
        if block[0] is not None and len(set(block)) == 1:
            return Stop(samples=end, answer=block[0])
    return Stop(samples=None, answer=mode(answers))
