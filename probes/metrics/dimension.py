"""Intrinsic dimension from the two nearest neighbours of every token."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
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
    return _fit(_neighbours(cdist(X, X, "sqeuclidean"), X), len(X), fraction)


def twonn_from_gram(K: Array, X: Array, fraction: float = 0.9) -> Estimate:
    """`twonn` of the points `X` whose Gram matrix about any centre is `K`, [N, N]."""
    lengths = np.diagonal(K)
    sums = lengths[:, None] + lengths
    squares = sums - 2 * K
    np.fill_diagonal(squares, 0.0)
    near = (squares <= _PRECISE * sums).sum(axis=1) > 1
    if near.any():
        squares[near] = cdist(X[near], X, "sqeuclidean")
    return _fit(_neighbours(squares, X), len(X), fraction)


def _neighbours(squares: Array, X: Array) -> Array:
    """Squared distances to the two nearest other points, [N, 2], of all points that differ."""
    if len(X) < 3:
        return np.zeros((0, 2))
    nearest = np.partition(squares, 2, axis=1)[:, :3]
    if (nearest[:, 1] <= 0).any():
        X = np.unique(X, axis=0)
        return _neighbours(cdist(X, X, "sqeuclidean"), X)
    return np.asarray(nearest[:, 1:])


def _fit(nearest: Array, total: int, fraction: float) -> Estimate:
    N = len(nearest)
    kept = min(int(N * fraction), N - 1)
    if kept >= 1:
        log_mu = np.sort(np.log(nearest[:, 1] / nearest[:, 0]) / 2)[:kept]
        if log_mu[-1] > _TIED:
            target = -np.log1p(-np.arange(1, kept + 1) / N)
            slope = float(log_mu @ target) / float(log_mu @ log_mu)
            return Estimate(value=slope, n=N, missing=total - N)
    return Estimate(value=None, n=0, missing=total)
