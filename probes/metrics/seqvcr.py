"""Compute Seq-VCR: the penalty that keeps a layer's states from collapsing."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from dataclasses import dataclass

import numpy as np

from probes.metrics.states import States, as_array


@dataclass(frozen=True, kw_only=True)
class SeqVCR:
    """The regulariser and its two terms, all at least 0 and without unit."""

    loss: float
    """lambda1 `variance_term` + lambda2 `covariance_term`."""
    variance_term: float
    """Mean shortfall of the standard deviations below 1: nearly 1 when states have collapsed."""
    covariance_term: float
    """Squared covariances between different dimensions, over T d: 0 when they are uncorrelated."""


def seq_vcr(X: States, lambda1: float = 1.0, lambda2: float = 0.004, eta: float = 0.001) -> SeqVCR:
    """Return the variance and covariance penalty of projected states, position by position over the batch.

    1/(T d) sum_{t,k} [lambda1 max(0, 1 - sqrt(C_t,kk + eta)) + lambda2 sum_{l != k} C_t,kl^2],
    C_t the covariance over the batch at position t, divisor B - 1. Arefin et al. 2024 (arXiv
    2411.02344), equations 3 and 4.

    Args:
        X: states after the projection, [batch, positions, dims].
        lambda1: weight of the variance term; 1.0 in the paper's multiplication task.
        lambda2: weight of the covariance term; 0.004 there.
        eta: keeps the root away from 0.

    Returns:
        The loss and its terms. A batch of one has no covariance and counts as collapsed.
    """
    X = as_array(X, 3)
    B, T, d = X.shape
    centred = X - X.mean(axis=0)
    C = np.einsum("btk,btl->tkl", centred, centred, optimize=True) / max(B - 1, 1)
    variances = np.diagonal(C, axis1=1, axis2=2)
    variance_term = float(np.mean(np.maximum(0.0, 1.0 - np.sqrt(variances + eta))))
    covariance_term = max(float(np.sum(C**2) - np.sum(variances**2)) / (T * d), 0.0)
    return SeqVCR(
        loss=lambda1 * variance_term + lambda2 * covariance_term,
        variance_term=variance_term,
        covariance_term=covariance_term,
    )
