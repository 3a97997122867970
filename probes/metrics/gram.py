"""Centred unit rows, their Gram matrix, and its spectrum as a probability distribution."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from typing import Literal

import numpy as np
import scipy
from jaxtyping import Float, Float64

from probes.metrics.states import States, Variant, as_array

Side = Literal["smaller", "tokens", "dims"]

# LAPACK reduces so many columns at a time. Its own choice, 32, suits larger matrices: at 128 rows the reduction then
# takes a fifth longer.
_BLOCK = 8


def centre_and_unit(X: States, variant: Variant = "definition") -> Float64[np.ndarray, "N D"]:
    """Return rows of `X` minus their column mean, each divided by its Euclidean norm.

    This is the step before every entropy of "Layer by Layer" (arXiv 2502.02013). Values lie in
    [-1, 1] and have no unit.

    Args:
        X: states, [N, D].
        variant: in `definition` a row that equals the mean (to rounding) becomes zero; in
            `reference` it is divided by its norm whatever that is, so it is NaN or noise.

    Returns:
        The rows, [N, D], each of norm 1 (or 0).
    """
    X = as_array(X, 2, finite=variant == "definition")
    if variant == "definition":
        return centred_units(X)
    centred = X - X.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(centred / np.linalg.norm(centred, axis=1)[:, None])


def centred_units(X: Float[np.ndarray, "*sets N D"]) -> Float[np.ndarray, "*sets N D"]:
    """Return `centre_and_unit`, by definition, of each set of finite rows, [..., N, D]."""
    centred = X - X.mean(axis=-2, keepdims=True)
    norms = np.linalg.norm(centred, axis=-1)
    noise = centring_noise(np.linalg.norm(X, axis=-1))
    centred[norms <= noise] = 0.0
    norms[norms <= noise] = 1.0
    return np.asarray(centred / norms[..., None])


def centring_noise(lengths: Float[np.ndarray, "*sets N"]) -> Float64[np.ndarray, "*sets N"]:
    """Return the length up to which a row of this length may differ from the mean by rounding alone.

    The mean carries an error of eps times the lengths that were added, even where they cancel.
    The argument holds the lengths of the rows of one or more matrices, [..., N].
    """
    return np.asarray(rounding(lengths.shape[-1]) * (lengths + lengths.mean(-1, keepdims=True)))


def rounding(terms: int) -> float:
    """Return the relative size below which a difference of sums over `terms` numbers is only rounding."""
    return float(np.finfo(np.float64).eps) * (8 + terms)


def gram(X: States, side: Side = "smaller") -> Float64[np.ndarray, "side side"]:
    """Return X X^T (`tokens`, [N, N]), X^T X (`dims`, [D, D]) or the smaller of the two.

    Both have the same nonzero eigenvalues, so an entropy may use either.
    """
    X = as_array(X, 2, finite=False)
    if side == "tokens" or (side == "smaller" and X.shape[0] <= X.shape[1]):
        return np.asarray(X @ X.T)
    return np.asarray(X.T @ X)


def spectrum(K: Float[np.ndarray, "N N"]) -> Float64[np.ndarray, " above_0"]:
    """Return the eigenvalues of a positive semidefinite `K` over their sum, ascending.

    The result is a probability distribution without the rounding noise that stands for zero eigenvalues. It is empty
    for the zero matrix (states that all equal their mean), which has no distribution.
    """
    p = spectra(eigenvalues(np.array(K)))
    return p[p > 0]


def spectra(values: Float[np.ndarray, "*sets N"]) -> Float64[np.ndarray, "*sets N"]:
    """Return `spectrum` from the eigenvalues [..., N] of each matrix, with zeros for the dropped ones."""
    return proportions(values, floor=rounding(values.shape[-1]))


def eigenvalues(K: Float[np.ndarray, "N N"]) -> Float64[np.ndarray, " N"]:
    """Return the eigenvalues of a symmetric matrix `K` [N, N], ascending, faster than `numpy.linalg.eigvalsh`.

    `K` is overwritten.

    Raises:
        numpy.linalg.LinAlgError: the eigenvalues do not converge, as with values that are not finite.
    """
    if len(K) < 2:
        return np.diagonal(K).copy()
    _, diagonal, beside, _, _ = scipy.linalg.lapack.dsytrd(
        K.T, lower=1, lwork=_BLOCK * len(K), overwrite_a=1
    )
    values, left = scipy.linalg.lapack.dsterf(diagonal, beside, overwrite_d=1, overwrite_e=1)
    if left:
        raise np.linalg.LinAlgError("Eigenvalues did not converge.")
    return np.asarray(values)


def proportions(
    values: Float[np.ndarray, "*sets n"], floor: float = 0.0
) -> Float[np.ndarray, "*sets n"]:
    """Return the `values` [..., n] above `floor` times the largest over their sum, 0 for the others."""
    largest = values.max(axis=-1, keepdims=True, initial=0.0)
    kept = np.where(values > floor * largest, values, 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    return np.asarray(kept / np.where(total > 0, total, 1.0))
