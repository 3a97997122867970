"""Arrange prefixes as a tree, so that every token they share is read once.

When prefixes are sorted by their tokens, those that share a beginning are neighbours, and a prefix stands right before
its extensions: reading them in that order walks their tree depth first.
"""

import itertools
from collections.abc import Sequence


def reading_order(prefixes: Sequence[Sequence[int]]) -> list[int]:
    """Return the indices of the prefixes in the order in which one path from the root visits them all."""
    return sorted(range(len(prefixes)), key=lambda index: tuple(prefixes[index]))


def common(first: Sequence[int], second: Sequence[int]) -> int:
    """Return how many leading tokens two sequences share."""
    length = min(len(first), len(second))
    if tuple(first[:length]) == tuple(second[:length]):
        return length
    return next(i for i in range(length) if first[i] != second[i])


def distinct_tokens(prefixes: Sequence[Sequence[int]]) -> int:
    """Return the number of nodes of the tree: the fewest tokens that must be read to read all prefixes."""
    ordered = [prefixes[index] for index in reading_order(prefixes)]
    shared = sum(common(a, b) for a, b in itertools.pairwise(ordered))
    return sum(map(len, ordered)) - shared
