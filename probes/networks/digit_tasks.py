"""Arithmetic on digits as rows of tokens: every problem there is, split into those to learn and to test."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Operation: TypeAlias = Literal["+", "*"]
Tokens: TypeAlias = NDArray[np.int64]
FIRST_DIGIT = ord("0")
"""The token of the digit 0: tokens are bytes, as the small networks read them."""
DIGITS = 10


@dataclass(frozen=True, kw_only=True)
class DigitProblems:
    """Problems such as `12*34=0408`, one per row; the last `answer` tokens of a row are its answer."""

    train: Tokens
    test: Tokens
    answer: int

    @property
    def question(self) -> int:
        """Return the tokens of a question."""
        return int(self.test.shape[1]) - self.answer


def problems(operation: Operation, digits: int, tested: int, seed: int) -> DigitProblems:
    """Return all pairs of numbers with `digits` digits each; hold `tested` of them out.

    Numbers and answers are filled with zeros to one length, most significant digit first.

    Args:
        operation: the sum or the product.
        digits: digits of each number, at most 3, which make a million pairs.
        tested: the number of problems held out.
        seed: the seed of the split.

    Raises:
        ValueError: `digits` is not 1 to 3, or `tested` leaves nothing to learn.
    """
    count = DIGITS ** (2 * digits) if digits in (1, 2, 3) else 0
    if not 0 < tested < count:
        raise ValueError(f"{tested} of {count} problems of {digits} digits cannot be held out.")
    first, second = np.divmod(np.arange(count), DIGITS**digits)
    result, length = (
        (first + second, digits + 1) if operation == "+" else (first * second, 2 * digits)
    )
    signs = [np.full((count, 1), ord(sign)) for sign in (operation, "=")]
    rows = np.concatenate(
        [_written(first, digits), signs[0], _written(second, digits), signs[1], _written(result, length)],
        axis=1,
    )  # fmt: skip
    rows = rows[np.random.default_rng(seed).permutation(count)]
    return DigitProblems(train=rows[tested:], test=rows[:tested], answer=length)


def text(row: Tokens) -> str:
    """Return a row of tokens as text."""
    return bytes(row.astype(np.uint8)).decode("ascii")


def _written(numbers: NDArray[np.int64], length: int) -> Tokens:
    """Return the digits of numbers as tokens, `[numbers, length]`."""
    powers = DIGITS ** np.arange(length - 1, -1, -1)
    return np.asarray(numbers[:, None] // powers % DIGITS + FIRST_DIGIT, dtype=np.int64)
