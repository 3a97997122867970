"""Intrinsic dimension from the two nearest neighbours of every token."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from probes.metrics.states import Array, Estimate, States, as_array

# Below this share of the points' own squared lengths a squared distance that was subtracted from
# a Gram matrix has too few digits left and is taken again from the points.
_PRECISE = 1e-6
# Points whose two neighbours are equally far to within this have no ratio to fit.
_TIED = 1e-9


def twonn(X: States, fraction: float = 0.9) -> Estimate:
    """Dimension of the manifold that the rows of `X` lie on, by the TwoNN estimator.

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
    return _fit(_neighbours(X), len(X), fraction)


def twonn_of_both(
    K: Array, X: Array, norms: Array, drop: int, fraction: float = 0.9
) -> tuple[Estimate, Estimate]:
    """`twonn` of the points `X` and of `X[drop:]`, from one matrix of distances.

    Args:
        K: the Gram matrix of all points about any centre, [N, N].
        X: the points, [N, D].
        norms: their Euclidean norms, [N].
        drop: how many points at the start the second estimate leaves out.
        fraction: see `twonn`.
    """
    total, left = len(X), max(len(X) - drop, 0)
    # Rows of different norms differ, and mostly that settles it.
    if len(np.unique(norms)) < total:
        kept = _last_of_each(X)
        K, X, drop = K[np.ix_(kept, kept)], X[kept], int(np.sum(kept < drop))
    own = np.diagonal(K)
    squares = -2 * K
    squares += own
    squares += own[:, None]
    nearest = _nearest_of_both(squares, drop)
    # A neighbour that is very near lies about as far from the centre as the point itself.
    near = nearest[0][:, 0] <= 2.1 * _PRECISE * own
    if near.any():
        squares[near] = cdist(X[near], X, "sqeuclidean")
        nearest = _nearest_of_both(squares, drop)
    return _fit(nearest[0], total, fraction), _fit(nearest[1], left, fraction)


def _last_of_each(X: Array) -> NDArray[np.int64]:
    """Rows that no later one repeats, so that those after any row hold one of each after it."""
    # Adding zero makes -0 and 0 one.
    last = {row.tobytes(): index for index, row in enumerate(X + 0.0)}
    return np.sort(np.fromiter(last.values(), np.int64))


def _nearest_of_both(squares: Array, drop: int) -> tuple[Array, Array]:
    """The two smallest of each row beside the diagonal: in all columns, in those after `drop`.

    The second are found first: the smallest of a whole row are among those and the first columns.
    """
    np.fill_diagonal(squares, np.inf)
    rest = _two_smallest(squares[drop:, drop:])
    if drop == 0:
        return rest, rest
    joined = np.concatenate([rest, squares[drop:, :drop]], axis=1)
    return np.concatenate([_two_smallest(squares[:drop]), _two_smallest(joined)]), rest


def _two_smallest(rows: Array) -> Array:
    if rows.shape[1] < 2:
        rows = np.pad(rows, ((0, 0), (0, 2 - rows.shape[1])), constant_values=np.inf)
    return np.partition(rows, 1, axis=1)[:, :2]


def _neighbours(X: Array) -> Array:
    """Squared distances to the two nearest other points, [N, 2], of all points that differ."""
    squares = cdist(X, X, "sqeuclidean")
    np.fill_diagonal(squares, np.inf)
    nearest = _two_smallest(squares)
    if (nearest[:, 0] <= 0).any():
        different = np.unique(X, axis=0)
        if len(different) < len(X):
            return _neighbours(different)
    return nearest


def _fit(nearest: Array, total: int, fraction: float) -> Estimate:
    N = len(nearest)
    kept = min(int(N * fraction), N - 1)
    # Distances between points that differ may still round to zero, and then have no ratio.
    if N > 2 and kept >= 1 and nearest[:, 0].min() > 0:
        log_mu = np.sort(np.log(nearest[:, 1] / nearest[:, 0]) / 2)[:kept]
        if log_mu[-1] > _TIED:
            target = -np.log1p(-np.arange(1, kept + 1) / N)
            slope = float(log_mu @ target) / float(log_mu @ log_mu)
            return Estimate(value=slope, n=N, missing=total - N)
    return Estimate(value=None, n=0, missing=total)
