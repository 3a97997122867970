"""Entropies of a spectrum: of one prompt's tokens, of a data set's prompts, and in the form of a rank."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import scipy
from jaxtyping import Float, Float64

from probes.metrics.gram import (
    Side,
    centre_and_unit,
    centred_units,
    eigenvalues,
    gram,
    proportions,
    rounding,
    spectra,
    spectrum,
)
from probes.metrics.states import Array, Estimate, States, Variant, as_array, mean_estimate

Normalisation = Literal["raw", "maxEntropy", "logN", "logD", "logNlogD"]
Pooling = Literal["mean", "last_length"]

# Singular values below this share of the largest count as zero (as in the golden values).
_SINGULAR_FLOOR = 1e-12


def matrix_entropy(
    X: States,
    alpha: float = 1.0,
    normalisation: Normalisation = "raw",
    *,
    variant: Variant = "definition",
    side: Side = "smaller",
) -> float:
    """Return the matrix-based Renyi entropy S_alpha of the rows of `X`, in nats.

    p = eigenvalues of X X^T over their sum; S_1 = -sum p ln p, S_alpha = ln(sum p^alpha) /
    (1 - alpha). Range [0, min(ln N, ln D)]; 0 when all rows are parallel, the maximum when they
    are orthonormal. Rows are taken as given: apply `centre_and_unit` first for the paper's value.
    Giraldo et al. 2014 (arXiv 1211.2459); "Layer by Layer" (arXiv 2502.02013).

    Args:
        X: states, [N, D].
        alpha: the order, above 0.
        normalisation: see `normalise_entropy`.
        variant: `reference` sets every negative entry of the Gram matrix to 0 before the spectrum
            is taken, so that the side matters; and for alpha = 2 it is 2 ln m above the collision
            entropy of that matrix (m its size), so that a normalised value can exceed 1.
        side: which Gram matrix; by definition all give the same number.

    Returns:
        The entropy. All-zero rows have no spectrum and by definition entropy 0; the reference
        gives NaN there.
    """
    X = as_array(X, 2, finite=variant == "definition")
    N, D = X.shape
    K = gram(X, side)
    if variant == "reference":
        entropy = clamped_entropy(K, alpha)
    elif alpha == 2:
        entropy = collision_entropy(K)
    else:
        entropy = renyi_entropy(spectrum(K), alpha)
    return normalise_entropy(entropy, N, D, normalisation)


def renyi_entropy(p: Float[np.ndarray, " n"], alpha: float = 1.0) -> float:
    """Return the Renyi entropy of order `alpha` of the probabilities `p`, in nats; 0 where none is above 0.

    Range [0, ln len(p)]. The limit alpha -> 1 is Shannon's entropy, which alpha = 1 gives.
    """
    if alpha <= 0:
        raise ValueError(f"The order of an entropy must be above 0, got {alpha}.")
    if not p.any():
        return 0.0
    if alpha == 1:
        return float(shannon_entropy(p))
    return max(float(np.log(np.sum(p**alpha)) / (1 - alpha)), 0.0)


def shannon_entropy(p: Float[np.ndarray, "*rows n"]) -> Float[np.ndarray, "*rows"]:
    """Return -sum p ln p of each row of probabilities `p` [..., n], in nats; 0 for a row of zeros."""
    return np.asarray(np.maximum(scipy.special.entr(p).sum(axis=-1), 0.0))


def collision_entropy(K: Float[np.ndarray, "N N"]) -> float:
    """Return S_2 = -ln(norm_F(K)^2 / tr(K)^2) in nats, without a spectrum; 0 for a zero `K`."""
    trace = float(np.trace(K))
    return max(-2 * math.log(math.sqrt(np.vdot(K, K)) / trace), 0.0) if trace > 0 else 0.0


def clamped_entropy(K: Float[np.ndarray, "N N"], alpha: float = 1.0) -> float:
    """Return what the authors' code calls the entropy of a Gram matrix, with negative entries set to 0.

    For alpha = 2 it is -ln(sum K_ij^2 / m^2) of the trace-normalised matrix. In nats; NaN where
    the matrix is zero or holds a NaN. For alpha < 1 the rounding noise of zero eigenvalues counts.
    """
    K = np.maximum(K, 0.0)
    trace = float(np.trace(K))
    if not np.isfinite(K).all() or trace <= 0:
        return float("nan")
    if alpha == 2:
        return float(-np.log(np.sum((K / trace) ** 2) / len(K) ** 2))
    return renyi_entropy(clamped_spectrum(K), alpha)


def clamped_spectrum(K: Float[np.ndarray, "N N"]) -> Float64[np.ndarray, " N"]:
    """Return the positive eigenvalues of `K` with its negative entries set to 0, over their sum.

    The clamped matrix need not be positive semidefinite; negative eigenvalues are dropped.
    """
    K = np.maximum(K, 0.0)
    eigenvalues: Array = np.linalg.eigvalsh(K / np.trace(K)).astype(np.float64)
    return proportions(eigenvalues)


def normalise_entropy(entropy: float, N: int, D: int, normalisation: Normalisation) -> float:
    """Return an entropy in nats as a share of what `N` rows of `D` dimensions could have.

    raw: as it is; maxEntropy: over min(ln N, ln D), range [0, 1]; logN, logD: over ln N, ln D;
    logNlogD: over ln N ln D. With one row or one dimension the divisor is 0 and so is the entropy:
    the share is then 0 by definition.
    """
    return entropy / entropy_scale(N, D, normalisation)


def entropy_scale(N: int, D: int, normalisation: Normalisation) -> float:
    """Return what `normalise_entropy` divides by, in nats; infinite where the share is 0 by definition."""
    rows, dims = math.log(N), math.log(D)
    scale = {
        "raw": 1.0,
        "maxEntropy": min(rows, dims),
        "logN": rows,
        "logD": dims,
        "logNlogD": rows * dims,
    }[normalisation]
    return scale if scale > 0 else math.inf


def prompt_entropy(
    prompts: Sequence[States] | States,
    lengths: Sequence[int] | None = None,
    *,
    alpha: float = 1.0,
    normalisation: Normalisation = "maxEntropy",
    variant: Variant = "definition",
) -> Estimate:
    """Return the mean over prompts of the entropy of each prompt's own centred unit tokens, at one layer.

    It says how many directions the tokens of a prompt use: near 1 (maxEntropy) they are spread out, near 0 compressed.
    "Layer by Layer" (arXiv 2502.02013); `matrix_entropy` for the range.

    Args:
        prompts: states of every prompt, each [tokens, D]; or one array [prompts, tokens, D].
        lengths: the number of real tokens of each prompt, where the array is padded on the right.
        alpha: the order.
        normalisation: of each prompt's value, by its own number of tokens.
        variant: `reference` clamps (see `matrix_entropy`); there one NaN prompt makes the mean NaN.

    Returns:
        The mean and the number of prompts. A prompt of one token, or of equal tokens, counts as 0.
    """
    values = [
        matrix_entropy(centre_and_unit(tokens, variant), alpha, normalisation, variant=variant)
        for tokens in unpadded(prompts, lengths)
    ]
    return mean_estimate(np.asarray(values))


def unpadded(prompts: Sequence[States] | States, lengths: Sequence[int] | None) -> list[States]:
    """Return each prompt's own tokens, [length, D], of states padded on the right."""
    if lengths is None:
        return list(prompts)
    return [tokens[: int(length)] for tokens, length in zip(prompts, lengths, strict=True)]


def pool(
    prompts: States, lengths: Sequence[int] | None = None, pooling: Pooling = "mean"
) -> Float64[np.ndarray, "prompts D"]:
    """Return one vector per prompt, [prompts, D]: the mean of its tokens.

    Args:
        prompts: [prompts, tokens, D], padded on the right; or a list of [tokens, D].
        lengths: the number of real tokens of each prompt.
        pooling: `mean` averages the real tokens; `last_length` averages the last `length`
            positions, which is what the authors' code does although its batches are padded on the
            right, so that padding enters.
    """
    if pooling == "mean" or lengths is None:
        return np.stack([as_array(tokens, 2).mean(axis=0) for tokens in unpadded(prompts, lengths)])
    H = as_array(prompts, 3)
    pairs = zip(H, lengths, strict=True)
    return np.stack([tokens[len(tokens) - int(n) :].mean(axis=0) for tokens, n in pairs])


def dataset_entropy(
    pooled: States,
    *,
    alpha: float = 1.0,
    normalisation: Normalisation = "maxEntropy",
    variant: Variant = "definition",
    batch_size: int | None = None,
) -> float:
    """Return the entropy of a data set's prompts, one pooled vector each, at one layer.

    It says how many directions the prompts use. N is the number of prompts, so the value is comparable
    only between sets of one size. "Layer by Layer" (arXiv 2502.02013).

    Args:
        pooled: one vector per prompt, [prompts, D]; see `pool`.
        alpha: the order.
        normalisation: see `normalise_entropy`.
        variant: `reference` clamps (see `matrix_entropy`).
        batch_size: centre and unit-normalise within consecutive batches of this size, as the
            authors' code does; the number then depends on the batch size. None: over all prompts.

    Returns:
        The entropy; 0 for one prompt or equal prompts.
    """
    X = as_array(pooled, 2, finite=variant == "definition")
    size = batch_size or len(X)
    batches = [centre_and_unit(X[i : i + size], variant) for i in range(0, len(X), size)]
    return matrix_entropy(np.concatenate(batches), alpha, normalisation, variant=variant)


def dataset_entropies(pooled: Float[np.ndarray, "sets N D"]) -> Float64[np.ndarray, " sets"]:
    """Return `dataset_entropy`, as a share of its maximum, of each set of finite vectors [sets, N, D]."""
    N, D = pooled.shape[1:]
    rows = centred_units(pooled)
    products = rows @ rows.mT if N <= D else rows.mT @ rows
    p = spectra(np.stack([eigenvalues(K) for K in products]))
    return np.asarray(shannon_entropy(p) / entropy_scale(N, D, "maxEntropy"))


def effective_rank(X: States) -> float:
    """Return the effective rank of `X`: exp of the entropy of its singular values over their sum.

    Range [1, min(N, D)], in dimensions; never below exp(S_1), the same with squared singular
    values (Theorem 1 of "Layer by Layer" prints the inequality the other way round). Roy and
    Vetterli 2007. 1 for states that are all zero.
    """
    s: Array = np.linalg.svd(as_array(X, 2), compute_uv=False).astype(np.float64)
    return float(np.exp(renyi_entropy(proportions(s, floor=_SINGULAR_FLOOR))))


def effective_ranks_from_spectra(
    eigenvalues: Float64[np.ndarray, "*sets n"],
) -> Float64[np.ndarray, "*sets"]:
    """Return the effective ranks from the eigenvalues [..., n] of Gram matrices: roots of singular values.

    Singular values below about 1e-6 of the largest cannot be told from rounding in a Gram matrix
    and count as zero.
    """
    kept = proportions(eigenvalues, floor=4 * rounding(eigenvalues.shape[-1]))
    return np.asarray(np.exp(shannon_entropy(proportions(np.sqrt(kept)))))
