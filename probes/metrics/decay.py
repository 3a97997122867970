"""How fast the spectrum of a layer's states falls: RankMe and alpha-ReQ."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np

from probes.metrics.gram import eigenvalues, gram, rounding
from probes.metrics.states import Array, Estimate, States, as_array


def rankme(X: States, epsilon: float = 1e-7) -> float:
    """RankMe: a smooth rank of the states `X`, uncentred.

    exp(-sum p_k ln p_k), p_k = s_k / sum s + epsilon over the singular values s. In dimensions,
    range about [1, min(N, D)]. Garrido et al. 2023 (arXiv 2210.02885). It differs from
    `effective_rank` only by the epsilon. 1 for states that are all zero.
    """
    return float(rankmes(as_array(X, 2)[None], epsilon)[0])


def rankmes(X: Array, epsilon: float = 1e-7) -> Array:
    """`rankme` of each set of finite states [sets, N, D]."""
    s = np.linalg.svd(X, compute_uv=False)
    sums = s.sum(axis=1, keepdims=True)
    p = s / np.where(sums > 0, sums, 1.0) + epsilon
    return np.where(sums[:, 0] > 0, np.exp(-np.sum(p * np.log(p), axis=1)), 1.0)


def alpha_req(X: States, first: int = 1, last: int | None = None) -> Estimate:
    """alpha-ReQ: the exponent of the power law that the covariance spectrum follows.

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
    centred = X - X.mean(axis=0)
    values = eigenvalues(gram(centred))[::-1]
    noise = rounding(max(X.shape)) * max(float(np.sum(X**2)), 0.0)
    ranks = np.arange(1, len(values) + 1)
    wanted = (ranks >= first) & (ranks <= (last or len(ranks)))
    used = wanted & (values > noise)
    missing = int(wanted.sum() - used.sum())
    if used.sum() < 2:
        return Estimate(value=None, n=0, missing=int(wanted.sum()))
    x, y = np.log(ranks[used]), np.log(values[used])
    slope = float((x - x.mean()) @ (y - y.mean())) / float((x - x.mean()) @ (x - x.mean()))
    return Estimate(value=-slope, n=int(used.sum()), missing=missing)
