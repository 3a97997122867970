"""Intrinsic dimension from the two nearest neighbours of every token."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from collections.abc import Sequence

import numpy as np
import scipy
from jaxtyping import Float, Float64
from numpy.typing import NDArray

from probes.metrics.states import Array, Estimate, Estimates, Floats, States, as_array

# A squared distance that is subtracted from a Gram matrix and lies below this share of the points' own squared lengths
# has too few digits left, and is computed again from the points.
_PRECISE = 1e-6
# Points whose two neighbours are equally far to within this share have no ratio to fit.
_TIED = 1e-9


def twonn(X: States, fraction: float = 0.9) -> Estimate:
    """Return the dimension of the manifold that the rows of `X` lie on, by the TwoNN estimator.

    mu = r2 / r1 for every point, the lowest `fraction` of ln mu, and the least-squares slope
    through the origin of -ln(1 - i/N) on ln mu. In dimensions, above 0; a few hundred points
    underestimate it beyond about 10. Facco et al. 2017 (arXiv 1803.06992).

    The code of "Layer by Layer" uses this estimator (by dadapy) and writes 0 for layer 0 whatever
    its states are; that exception is not made here.

    Args:
        X: states, [N, D].
        fraction: share of points that enters the fit: the floor of `fraction` N.

    Returns:
        The slope; `n` counts the points and `missing` those dropped because they repeat another.
        Value None with fewer than 3 different points, or where every point has its two neighbours
        at the same distance.
    """
    X = as_array(X, 2)
    return _fit(_neighbours(X)[None], len(X), fraction)[0]


def twonn_of_both(
    K: Float64[np.ndarray, "sets N N"],
    X: Float[np.ndarray, "sets N D"],
    norms: Float64[np.ndarray, "sets N"],
    drop: int,
    fraction: float = 0.9,
) -> tuple[Estimates, Estimates]:
    """Return `twonn` of the points `X` and of `X[drop:]`, from one matrix of distances.

    Of one set of N points after another:

    Args:
        K: the Gram matrix of all points of a set about any centre.
        X: the points, in float32 or float64.
        norms: their Euclidean norms.
        drop: how many points at the start the second estimate leaves out.
        fraction: see `twonn`.
    """
    totals = X.shape[1], max(X.shape[1] - drop, 0)
    # Rows with different norms differ, and mostly that settles the question.
    ordered = np.sort(norms, axis=1)
    if (ordered[:, 1:] == ordered[:, :-1]).any():
        if len(X) > 1:
            each = [
                twonn_of_both(K[at, None], X[at, None], norms[at, None], drop, fraction)
                for at in range(len(X))
            ]
            return _joined([of_all for of_all, _ in each]), _joined([rest for _, rest in each])
        kept = _last_of_each(X[0])
        K, X, drop = K[:, kept[:, None], kept], X[:, kept], int(np.sum(kept < drop))
    own = np.diagonal(K, axis1=1, axis2=2)
    # These are half the squared distances without the row's own part, which does not change its order.
    rows = own[:, None] / 2 - K
    diagonal = np.arange(X.shape[1])
    rows[:, diagonal, diagonal] = np.inf
    whole, rest = (2 * nearest + own[..., None] for nearest in _nearest_of_both(rows, drop))
    # A very near neighbour lies about as far from the centre as the point itself.
    near = whole[..., 0] <= 2.1 * _PRECISE * own
    for at in np.flatnonzero(near.any(axis=1)):
        again = scipy.spatial.distance.cdist(X[at, near[at]], X[at], "sqeuclidean")
        again[np.arange(len(again)), np.flatnonzero(near[at])] = np.inf
        whole[at, near[at]], rest[at, near[at]] = _nearest_of_both(again, drop)
    return _fit(whole, totals[0], fraction), _fit(rest[:, drop:], totals[1], fraction)


def _joined(parts: Sequence[Estimates]) -> Estimates:
    values, n = (
        np.concatenate(some) for some in zip(*((p.values, p.n) for p in parts), strict=True)
    )
    return Estimates(values=values, n=n, total=parts[0].total)


def _last_of_each(X: Floats) -> NDArray[np.int64]:
    """Return which rows no later row repeats, so that the rows after any row hold one of each after it."""
    # Adding zero makes -0 equal to 0.
    last = {row.tobytes(): index for index, row in enumerate(X + 0.0)}
    return np.sort(np.fromiter(last.values(), np.int64))


def _nearest_of_both(rows: Array, drop: int) -> tuple[Array, Array]:
    """Return the two smallest of each row: of all columns, and of those after `drop`; `rows` is used up.

    The second pair is found first: the smallest of a whole row are among those and the first columns.
    """
    first = rows[..., :drop].copy()
    rows[..., :drop] = np.inf
    rest = _two_smallest(rows)
    return np.sort(np.concatenate([rest, first], axis=-1), axis=-1)[..., :2], rest


def _two_smallest(rows: Array) -> Array:
    """Return the two smallest of each row, the smaller first, infinite where there is none; `rows` is used up."""
    flat = rows.reshape(-1, rows.shape[-1])
    starts = np.arange(len(flat)) * flat.shape[1]
    smallest = starts + flat.argmin(axis=1)
    found = np.empty((2, len(flat)))
    found[0] = flat.ravel()[smallest]
    flat.ravel()[smallest] = np.inf
    found[1] = flat.ravel()[starts + flat.argmin(axis=1)]
    return found.T.reshape(*rows.shape[:-1], 2)


def _neighbours(X: Array) -> Array:
    """Return squared distances to the two nearest other points, [N, 2], of all points that differ."""
    squares = scipy.spatial.distance.cdist(X, X, "sqeuclidean")
    np.fill_diagonal(squares, np.inf)
    nearest = _two_smallest(squares)
    if (nearest[:, 0] <= 0).any():
        different = np.unique(X, axis=0)
        if len(different) < len(X):
            return _neighbours(different)
    return nearest


def _fit(nearest: Array, total: int, fraction: float) -> Estimates:
    """Return the estimate of each set of points from their `nearest` two, [sets, N, 2]."""
    sets, N, _ = nearest.shape
    kept = min(int(N * fraction), N - 1)
    slopes = np.full(sets, np.nan)
    if N > 2 and kept >= 1:
        # Distances between different points may still round to zero, and then have no ratio.
        at = np.flatnonzero(nearest[..., 0].min(axis=1) > 0)
        log_mu = np.sort(np.log(nearest[at, :, 1] / nearest[at, :, 0]) / 2)[:, :kept]
        untied = log_mu[:, -1] > _TIED
        log_mu = log_mu[untied]
        target = -np.log1p(-np.arange(1, kept + 1) / N)
        slopes[at[untied]] = log_mu @ target / np.vecdot(log_mu, log_mu)
    return Estimates(values=slopes, n=np.where(np.isnan(slopes), 0, N), total=total)
