"""Products of numbers as rows of tokens: plain, with pause tokens, or with a chain of thought before the answer."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from probes.networks.digit_tasks import DIGITS, FIRST_DIGIT, DigitProblems, Tokens

Between: TypeAlias = Literal["nothing", "pauses", "thought"]
"""This stands between a question and its answer."""
PAUSES = (ord("<"), ord("."), ord("."), ord(">"))
"""The tokens are a start, two pauses that share one embedding, and an end, as published."""
MOST_DIGITS = 5
_LISTED = 3
"""Up to so many digits, every pair is used: a million pairs."""


@dataclass(frozen=True, kw_only=True)
class Products:
    """Pairs of numbers `[problems, 2]` to learn and to test; no pair is in both."""

    digits: int
    train: NDArray[np.int64]
    test: NDArray[np.int64]


def products(digits: int, tested: int, seed: int, drawn: int) -> Products:
    """Return all pairs of numbers of up to three digits, or a draw of longer ones; hold `tested` of them out.

    Args:
        digits: digits of each number, leading zeros included, at most 5.
        tested: the number of problems held out.
        seed: the seed of the draw and the split.
        drawn: the number of problems to learn where numbers have more than three digits.

    Raises:
        ValueError: `digits` is not 1 to 5, or there are not that many problems to hold out or to draw.
    """
    if not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"digits is 1 to {MOST_DIGITS}, not {digits}.")
    count = DIGITS ** (2 * digits)
    listed = digits <= _LISTED
    # At most half of all pairs are drawn, so that a draw of twice as many has enough different ones.
    wanted = count if listed else min(tested + drawn, count // 2)
    if not 0 < tested < wanted:
        raise ValueError(f"{tested} of {wanted} problems of {digits} digits cannot be held out.")
    rng = np.random.default_rng(seed)
    chosen = np.arange(count) if listed else np.unique(rng.integers(count, size=2 * wanted))
    pairs = np.stack(np.divmod(rng.permutation(chosen)[:wanted], DIGITS**digits), axis=1)
    return Products(digits=digits, train=pairs[tested:], test=pairs[:tested])


def rows(found: Products, between: Between) -> DigitProblems:
    """Return the problems as rows of tokens, numbers with their last digit first, as in the published data.

    The product is the last `2 * digits` tokens. What a network has to write (`DigitProblems.answer`) is the
    product and before it the chain of thought, where there is one; pause tokens are given, so they are neither learnt
    nor scored.
    """
    train, test = (_rows(pairs, found.digits, between) for pairs in (found.train, found.test))
    given = 2 * found.digits + 2 + (len(PAUSES) if between == "pauses" else 0)
    return DigitProblems(train=train, test=test, answer=test.shape[1] - given)


def first(found: Products, count: int) -> Products:
    """Return the same problems, only the first ones of each part."""
    return replace(found, train=found.train[:count], test=found.test[:count])


def _rows(pairs: NDArray[np.int64], digits: int, between: Between) -> Tokens:
    def every(tokens: tuple[int, ...]) -> Tokens:
        return np.tile(np.array(tokens, dtype=np.int64), (len(pairs), 1))

    parts = [
        _reversed(pairs[:, 0], digits), every((ord("*"),)),
        _reversed(pairs[:, 1], digits), every((ord("="),)),
    ]  # fmt: skip
    if between == "pauses":
        parts.append(every(PAUSES))
    if between == "thought":
        parts += _thoughts(pairs, digits)
    return np.concatenate([*parts, _reversed(pairs[:, 0] * pairs[:, 1], 2 * digits)], axis=1)


def _thoughts(pairs: NDArray[np.int64], digits: int) -> list[Tokens]:
    """Return the partial product with each digit of the second number, last digit first, and the sums so far.

    The sum after the first is that partial product itself and the one after the last is the answer, so
    neither stands here.
    """
    found = []
    total = np.zeros(len(pairs), dtype=np.int64)
    for place in range(digits):
        partial = pairs[:, 0] * (pairs[:, 1] // DIGITS**place % DIGITS)
        found.append(_reversed(partial, digits + 1))
        total = total + partial * DIGITS**place
        if 0 < place < digits - 1:
            found.append(_reversed(total, digits + 1 + place))
    return found


def _reversed(numbers: NDArray[np.int64], length: int) -> Tokens:
    """Return the digits of numbers as tokens, the last digit first, `[numbers, length]`."""
    powers = DIGITS ** np.arange(length)
    return np.asarray(numbers[:, None] // powers % DIGITS + FIRST_DIGIT, dtype=np.int64)
