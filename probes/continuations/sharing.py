"""Which prefixes share their beginnings, so that every shared token is read once.

Sorted by their tokens, prefixes that share a beginning are neighbours and a prefix stands right
before its extensions: reading them in that order is a walk through their tree, depth first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_SHORT = 16
"""A shorter end that no other prefix shares is read in the batch, not in a pass of its own."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One prefix in reading order.

    `held` of its first tokens are read once for all that share them; the rest, at least one token,
    is read in the batch. `ahead` tokens of `source`, an extension of it, are worth reading now.
    """

    index: int
    held: int
    source: int
    ahead: int


def reading_order(prefixes: Sequence[Sequence[int]]) -> list[Visit]:
    """The prefixes in the order in which a single cache reads every shared token once.

    The last token of each prefix is left to the batch, because its output begins the continuation.
    """
    order = sorted(range(len(prefixes)), key=lambda index: tuple(prefixes[index]))
    sequences = [prefixes[index] for index in order]
    shared = [0, *(common(a, b) for a, b in zip(sequences, sequences[1:], strict=False)), 0]
    held = [
        _held(len(sequence), max(shared[place], shared[place + 1]))
        for place, sequence in enumerate(sequences)
    ]
    visits: list[Visit] = []
    last = len(order) - 1
    for place in range(last, -1, -1):
        source, ahead = order[place], held[place]
        if place < last and shared[place + 1] == len(sequences[place]):
            following = visits[-1]
            source, ahead = following.source, max(following.ahead, ahead)
        visits.append(Visit(index=order[place], held=held[place], source=source, ahead=ahead))
    return visits[::-1]


def common(first: Sequence[int], second: Sequence[int]) -> int:
    """How many leading tokens two sequences share."""
    length = min(len(first), len(second))
    if tuple(first[:length]) == tuple(second[:length]):
        return length
    return next(i for i in range(length) if first[i] != second[i])


def _held(length: int, shared: int) -> int:
    private = length - shared
    return length - 1 if private > _SHORT else min(shared, length - 1)
