"""Count the answers along a trace: mode, running mode, entropy, shares.

Answers are compared as strings here, after `equality.representatives` has given equal answers one spelling. `None` is a
missing answer, which counts in totals and never votes.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Answer: TypeAlias = str | None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The counts over the answers of one trace."""

    mode: Answer
    """Most frequent answer, ties to the earliest; `None` without a usable answer."""
    votes: int
    """How many answers equal the mode."""
    total: int
    usable: int
    """Answers that are not missing."""
    unique: int
    entropy_bits: float | None
    normalised_entropy: float | None
    """Entropy over log2 of the usable answers, in [0, 1]; undefined below two of them."""
    share_of_usable: float | None
    share_of_total: float | None


def tally(answers: Sequence[Answer]) -> Tally:
    """Return mode, entropy and shares of a sequence of answers (arXiv 2504.20708, sections 3.4 and 4)."""
    usable = [answer for answer in answers if answer is not None]
    winner = mode(answers)
    votes = usable.count(winner) if winner is not None else 0
    entropy = entropy_bits(answers)
    return Tally(
        mode=winner,
        votes=votes,
        total=len(answers),
        usable=len(usable),
        unique=len(set(usable)),
        entropy_bits=entropy,
        normalised_entropy=normalised_entropy(answers),
        share_of_usable=votes / len(usable) if usable else None,
        share_of_total=votes / len(answers) if answers else None,
    )


def mode(answers: Sequence[Answer]) -> Answer:
    """Return the most frequent answer; ties go to the one that appeared earliest."""
    # A Counter keeps the order of first appearance, and max keeps the first of equals.
    counts = Counter(answer for answer in answers if answer is not None)
    return max(counts, key=counts.__getitem__) if counts else None


def running_mode(answers: Sequence[Answer]) -> list[Answer]:
    """Return the mode of every prefix of the answers, as long as `answers`."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    leader: Answer = None
    modes: list[Answer] = []
    for position, answer in enumerate(answers):
        if answer is not None:
            counts[answer] += 1
            first.setdefault(answer, position)
            if leader is None or (counts[answer], -first[answer]) > (
                counts[leader],
                -first[leader],
            ):
                leader = answer
        modes.append(leader)
    return modes


def last_k(answers: Sequence[Answer], k: int) -> Answer:
    """Return the mode of the last `k` usable answers: the late part of the trace only.

    Raises:
        ValueError: `k` is below 1.
    """
    _require_positive("k", k)
    return mode([answer for answer in answers if answer is not None][-k:])


def thinned(answers: Sequence[Answer], step: int) -> list[Answer]:
    """Return every `step`-th answer, counted back from the last, in order: a cheaper trace.

    Raises:
        ValueError: `step` is below 1.
    """
    _require_positive("step", step)
    return list(answers[::-1][::step][::-1])


def converged(answers: Sequence[Answer], k: int) -> bool | None:
    """Return whether the last `k` usable answers are all the same; undefined below `k` of them.

    This is the stopping rule of Dynasor (arXiv 2412.20993).
    """
    _require_positive("k", k)
    usable = [answer for answer in answers if answer is not None]
    return len(set(usable[-k:])) == 1 if len(usable) >= k else None


def settled_at(answers: Sequence[Answer]) -> int | None:
    """Return the first position from which the running mode never changes again; `None` without answers."""
    modes = running_mode(answers)
    if not modes or modes[-1] is None:
        return None
    changes = [i for i in range(1, len(modes)) if modes[i] != modes[i - 1]]
    return changes[-1] if changes else 0


def entropy_bits(answers: Sequence[Answer]) -> float | None:
    """Return the Shannon entropy H = -sum p log2 p of the usable answers.

    Its range is [0, log2 of their number], and it is 0 when all agree. It is undefined (`None`) without a usable
    answer.
    """
    counts = Counter(answer for answer in answers if answer is not None).values()
    total = sum(counts)
    if not total:
        return None
    return max(0.0, -math.fsum(c / total * math.log2(c / total) for c in counts))


def normalised_entropy(answers: Sequence[Answer]) -> float | None:
    """Return the entropy over log2 of the number of usable answers, in [0, 1]; undefined below two."""
    usable = sum(answer is not None for answer in answers)
    entropy = entropy_bits(answers)
    if entropy is None or usable < 2:
        return None
    return min(1.0, entropy / math.log2(usable))


def _require_positive(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value}.")
