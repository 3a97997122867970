"""Measure how sharply a score rises over models of growing size, and score written answers."""

import numpy as np
from jaxtyping import Float64, Int64
from numpy.typing import ArrayLike, NDArray


def largest_step(scores: ArrayLike) -> Float64[np.ndarray, "..."]:
    """Return the largest rise from one size to the next, `[..., sizes]` to `[...]`; 0 where none rises.

    In the unit of the scores: a score from 0 to 1 that jumps at once gives 1, one that rises in
    k equal steps 1/k.

    Raises:
        ValueError: there are fewer than two sizes.
    """
    values = _sizes(scores)
    return np.asarray(np.diff(values, axis=-1).max(axis=-1).clip(min=0.0))


def emergence_score(scores: ArrayLike) -> Float64[np.ndarray, "..."]:
    """Return BIG-Bench's breakthroughness, `[..., sizes]` to `[...]`.

    The signed range (positive where the highest score comes after the lowest) over the root median
    square of the steps. It has no upper bound: it is infinite where most steps are 0, and NaN where all steps are.

    Source: Srivastava et al. 2022 (arXiv:2206.04615), as used in arXiv:2304.15004.

    Raises:
        ValueError: there are fewer than two sizes.
    """
    values = _sizes(scores)
    sign = np.sign(values.argmax(axis=-1) - values.argmin(axis=-1))
    spread = values.max(axis=-1) - values.min(axis=-1)
    usual = np.sqrt(np.median(np.diff(values, axis=-1) ** 2, axis=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sign * spread / usual)


def edit_distances(written: ArrayLike, wanted: ArrayLike) -> Int64[np.ndarray, " n"]:
    """Return Levenshtein's distance of each row of tokens from its partner, `[n, a]` and `[n, b]` to `[n]`.

    Raises:
        ValueError: the two sides have different numbers of rows.
    """
    first, second = np.asarray(written), np.asarray(wanted)
    if first.ndim != 2 or second.ndim != 2 or len(first) != len(second):
        raise ValueError(f"Rows of tokens do not pair: {first.shape} and {second.shape}.")
    rows, width = first.shape
    before = np.tile(np.arange(second.shape[1] + 1), (rows, 1))
    for place in range(width):
        now = np.empty_like(before)
        now[:, 0] = place + 1
        for other in range(second.shape[1]):
            changed = before[:, other] + (first[:, place] != second[:, other])
            now[:, other + 1] = np.minimum(
                changed, np.minimum(before[:, other + 1], now[:, other]) + 1
            )
        before = now
    return np.asarray(before[:, -1], dtype=np.int64)


def brier(probabilities: ArrayLike, right: ArrayLike) -> Float64[np.ndarray, "..."]:
    """Return Brier's score of distributions, `[..., classes]` and `[...]` to `[...]`, in [0, 2]; 0 is best.

    The sum over classes of (p_c - y_c)^2, where y is 1 for the right class and 0 elsewhere.
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(right)
    own = np.take_along_axis(p, y[..., None], axis=-1)[..., 0]
    return np.asarray((p**2).sum(axis=-1) - 2 * own + 1)


def rescaled(score: ArrayLike, guessing: float, perfect: float = 1.0) -> Float64[np.ndarray, "..."]:
    """Map a score to the line where guessing is 0 and perfection is 1.

    Raises:
        ValueError: guessing is already perfect.
    """
    if guessing == perfect:
        raise ValueError(f"Guessing scores {guessing:g}, which is perfect already.")
    return np.asarray((np.asarray(score, dtype=np.float64) - guessing) / (perfect - guessing))


def _sizes(scores: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim < 1 or values.shape[-1] < 2:
        raise ValueError(f"A step needs two sizes, got scores of shape {values.shape}.")
    return values
