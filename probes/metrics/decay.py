"""Measure how fast the spectrum of a layer's states falls: RankMe and alpha-ReQ."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
from jaxtyping import Float, Float64

from probes.metrics.gram import eigenvalues, rounding
from probes.metrics.states import Estimate, Estimates, States, as_array


def rankme(X: States, epsilon: float = 1e-7) -> float:
    """Return RankMe: a smooth rank of the states `X`, uncentred.

    exp(-sum p_k ln p_k), p_k = s_k / sum s + epsilon over the singular values s. In dimensions,
    range about [1, min(N, D)]. Garrido et al. 2023 (arXiv 2210.02885). It differs from
    `effective_rank` only by the epsilon. 1 for states that are all zero.
    """
    return float(rankmes(as_array(X, 2)[None], epsilon)[0])


def rankmes(X: Float[np.ndarray, "sets N D"], epsilon: float = 1e-7) -> Float[np.ndarray, " sets"]:
    """Return `rankme` of each set of finite states."""
    s = np.linalg.svd(X, compute_uv=False)
    sums = s.sum(axis=1, keepdims=True)
    p = s / np.where(sums > 0, sums, 1.0) + epsilon
    return np.where(sums[:, 0] > 0, np.exp(-np.sum(p * np.log(p), axis=1)), 1.0)


def alpha_req(X: States, first: int = 1, last: int | None = None) -> Estimate:
    """Return alpha-ReQ: the exponent of the power law that the covariance spectrum follows.

    Minus the least-squares slope of ln lambda_j on ln j, for j from `first` to `last` (counted
    from 1), over the eigenvalues of the covariance in falling order. Without unit; 0 for a flat
    spectrum. Agrawal et al. 2022 (NeurIPS, "alpha-ReQ"), after Stringer et al. 2019.

    Args:
        X: states, [N, D].
        first: the first eigenvalue of the fit.
        last: the last one; by default every eigenvalue above rounding.

    Returns:
        The exponent; `n` counts the eigenvalues of the fit, `missing` those of the range that are
        zero. Value None with fewer than 2 of them.
    """
    X = as_array(X, 2)
    if first < 1:
        raise ValueError(f"Eigenvalues are counted from 1, got first={first}.")
    return alpha_reqs(X[None], first, last)[0]


def alpha_reqs(
    X: Float64[np.ndarray, "sets N D"], first: int = 1, last: int | None = None
) -> Estimates:
    """Return `alpha_req` of each set of finite states."""
    N, D = X.shape[1:]
    centred = X - X.mean(axis=1, keepdims=True)
    products = centred @ centred.mT if N <= D else centred.mT @ centred
    values = np.stack([eigenvalues(K) for K in products])[:, ::-1][:, first - 1 : last]
    used = values > rounding(max(N, D)) * np.sum(X**2, axis=(1, 2))[:, None]
    n = used.sum(axis=1)
    n[n < 2] = 0
    some = n > 0
    ranks = np.log(np.arange(first, first + values.shape[1]))
    means = np.sum(used * ranks, axis=1) / np.maximum(n, 1)
    x = np.where(used, ranks - means[:, None], 0.0)
    y = np.log(np.where(used, values, 1.0))
    slopes = np.vecdot(x, y) / np.where(some, np.vecdot(x, x), 1.0)
    return Estimates(values=np.where(some, -slopes, np.nan), n=n, total=values.shape[1])
