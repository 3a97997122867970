"""Measure how much of a state's energy sits in few of its units: one of four things called sparsity.

The other three are not meant here: activations that are zero, units that an input does not use, and weights that
training does not change. All values depend on the axes in which a state is written.
"""

import math

import numpy as np
import scipy  # its parts are loaded on first use
from jaxtyping import Float64
from numpy.typing import ArrayLike, NDArray


def top_energy(states: ArrayLike, share: float) -> Float64[np.ndarray, "..."]:
    """Return the largest squares' part in the sum of squares, `[..., d]` to `[...]`, in [share, 1].

    The largest `share` of the d units, rounded up, is taken; a state of zeros gives that share.

    Raises:
        ValueError: `share` is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"A share of units is in (0, 1], not {share:g}.")
    squares = _largest_one(states) ** 2
    d = squares.shape[-1]
    # The product is rounded first, because .1 of 30 units is 3.0000000000000004.
    k = min(d, math.ceil(round(share * d, 9)))
    top = np.partition(squares, d - k, axis=-1)[..., d - k :].sum(axis=-1)
    whole = squares.sum(axis=-1)
    return np.asarray(np.where(whole > 0, top / np.where(whole > 0, whole, 1.0), k / d))


def hoyer(states: ArrayLike) -> Float64[np.ndarray, "..."]:
    """Return (sqrt(d) - L1 / L2) / (sqrt(d) - 1), `[..., d]` to `[...]`: 0 all alike, 1 a single unit.

    A state of zeros gives 0. Source: Hoyer 2004, JMLR 5.

    Raises:
        ValueError: there are fewer than two units.
    """
    values = _largest_one(states)
    d = values.shape[-1]
    if d < 2:
        raise ValueError("Hoyer's measure needs at least two units.")
    length = np.sqrt((values**2).sum(axis=-1))
    ratio = np.where(
        length > 0, values.sum(axis=-1) / np.where(length > 0, length, 1.0), math.sqrt(d)
    )
    return np.asarray((math.sqrt(d) - ratio) / (math.sqrt(d) - 1))


def magnitude_rank(states: ArrayLike) -> Float64[np.ndarray, "..."]:
    """Return exp(entropy of |h| / sum |h|) / d, `[..., d]` to `[...]`, in [1/d, 1]; high is not sparse.

    The "effective rank" of the code of arXiv:2603.03415, a number of one vector: not the effective
    rank of a matrix of states. A state of zeros gives 1.
    """
    values = _largest_one(states)
    d = values.shape[-1]
    whole = values.sum(axis=-1, keepdims=True)
    p = np.where(whole > 0, values / np.where(whole > 0, whole, 1.0), 1 / d)
    entropy = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-1)
    return np.asarray(np.exp(entropy) / d)


def _largest_one(states: ArrayLike) -> NDArray[np.float64]:
    """Divide each state by its largest magnitude, so that squares neither overflow nor vanish."""
    values = np.abs(np.asarray(states, dtype=np.float64))
    largest = values.max(axis=-1, keepdims=True)
    return np.asarray(values / np.where(largest > 0, largest, 1.0))


def gaussian_top_energy(share: float) -> float:
    """Return `top_energy` of an endless vector of independent Gaussian units.

    2 (z phi(z) + 1 - Phi(z)) at the z that |h| exceeds with probability `share`: .439 for a tenth.

    Raises:
        ValueError: `share` is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"A share of units is in (0, 1], not {share:g}.")
    z = float(scipy.stats.norm.isf(share / 2))
    return float(2 * (z * scipy.stats.norm.pdf(z) + scipy.stats.norm.sf(z)))


def gaussian_hoyer(d: int) -> float:
    """Return `hoyer` of a long vector of independent Gaussian units, where L1 / L2 is sqrt(2 d / pi)."""
    return (math.sqrt(d) - math.sqrt(2 * d / math.pi)) / (math.sqrt(d) - 1)


GAUSSIAN_MAGNITUDE_RANK = math.sqrt(2 / math.pi) * math.exp((np.euler_gamma - math.log(2)) / 2)
"""`magnitude_rank` of an endless Gaussian vector, .753: exp(-E[u ln u]) with u = |h| / E|h|."""
