"""Compute all within-prompt metrics of one prompt at one layer from a single Gram matrix."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float, Float64

from probes.metrics.curvature import turning_angles_from_gram
from probes.metrics.dimension import twonn_of_both
from probes.metrics.entropy import (
    Normalisation,
    effective_ranks_from_spectra,
    normalise_entropy,
    shannon_entropy,
)
from probes.metrics.gram import centre_and_unit, centring_noise, eigenvalues, gram, spectra
from probes.metrics.states import (
    Array,
    Estimate,
    Estimates,
    Floats,
    States,
    as_array,
    mean_estimates,
)

# A row's squared length about the mean is a difference. It has too few digits in the Gram matrix when it is below this
# share of the numbers subtracted, or when its root is within this factor of the noise of centring.
_PRECISE = 1e-6
_ABOVE_NOISE = 1e3


@dataclass(frozen=True, kw_only=True)
class PromptMetrics:
    """The metrics of one prompt's tokens at one layer, all in the definition variant."""

    tokens: int
    dims: int
    s1: float
    """`matrix_entropy` of order 1 of the centred unit tokens, in nats."""
    s2: float
    """The same of order 2."""
    effective_rank: float
    """`effective_rank` of the centred unit tokens, in dimensions."""
    curvature: Estimate
    """`curvature` of the tokens as given, in radians."""
    dimension: Estimate
    """`twonn` of the tokens as given."""

    @property
    def exp_s1(self) -> float:
        """Return the number of directions the tokens use; at most `effective_rank`."""
        return float(np.exp(self.s1))

    def entropy(self, normalisation: Normalisation = "maxEntropy") -> float:
        """Return `s1` as a share of what these tokens could have; see `normalise_entropy`."""
        return normalise_entropy(self.s1, self.tokens, self.dims, normalisation)


@dataclass(frozen=True, kw_only=True)
class LayerMetrics:
    """The metrics of a prompt, and their twin without its first tokens."""

    whole: PromptMetrics
    without_first: PromptMetrics | None
    """The same without the first `dropped` tokens, centred anew; None if no token is left."""
    dropped: int


def layer_metrics(X: States, drop: int = 1) -> LayerMetrics:
    """Return S_1, S_2, effective rank, curvature and TwoNN of one prompt at one layer.

    One Gram matrix serves all metrics: S_2 is its Frobenius norm, curvature its three central diagonals,
    TwoNN its distances, and the twin without the first tokens its lower right block. Values equal
    those of the single functions to 1e-8, except that `effective_rank` counts singular values
    below about 3e-7 of the largest as zero.

    Args:
        X: states of one prompt's own tokens in order, [tokens, D].
        drop: first tokens that the twin leaves out, at least 0. A single huge first state (an
            attention sink) can make a valley of entropy that the twin does not have.

    Raises:
        ValueError: states are not finite, or `drop` is negative.
    """
    X = as_array(X, 2)
    if drop < 0:
        raise ValueError(f"Cannot leave out {drop} tokens.")
    whole, rest = measured(X[None], (X @ X.T)[None], np.linalg.norm(X, axis=1)[None], drop)
    return LayerMetrics(
        whole=whole[0], without_first=None if rest is None else rest[0], dropped=drop
    )


@dataclass(frozen=True, kw_only=True)
class ManyMetrics:
    """The `PromptMetrics` of prompts of one length, each metric as one value per prompt."""

    tokens: int
    dims: int
    s1: Float64[np.ndarray, " prompts"]
    s2: Float64[np.ndarray, " prompts"]
    effective_rank: Float64[np.ndarray, " prompts"]
    curvature: Estimates
    dimension: Estimates

    def __getitem__(self, prompt: int) -> PromptMetrics:
        return PromptMetrics(
            tokens=self.tokens,
            dims=self.dims,
            s1=float(self.s1[prompt]),
            s2=float(self.s2[prompt]),
            effective_rank=float(self.effective_rank[prompt]),
            curvature=self.curvature[prompt],
            dimension=self.dimension[prompt],
        )


def measured(
    X: Float[np.ndarray, "prompts tokens D"],
    G: Float64[np.ndarray, "prompts tokens tokens"],
    norms: Float64[np.ndarray, "prompts tokens"],
    drop: int,
) -> tuple[ManyMetrics, ManyMetrics | None]:
    """Return `layer_metrics` of prompts of one length: of all tokens, and without the first.

    Args:
        X: finite states of one prompt after another, in float32 or float64.
        G: their Gram matrices.
        norms: the Euclidean norms of their rows.
        drop: see `layer_metrics`.
    """
    N, D = X.shape[1:]
    angles, defined = turning_angles_from_gram(G, X)
    dimensions = twonn_of_both(G, X, norms, drop)
    starts = [start for start in sorted({0, drop}) if start < N]
    # Without the first tokens there are fewer eigenvalues; zeros fill the rest.
    p = np.zeros((len(starts), len(X), N))
    for rows, start in zip(p, starts, strict=True):
        grams = _unit_grams(G[:, start:, start:], X[:, start:], norms[:, start:])
        for row, K in zip(rows, grams, strict=True):
            row[N - len(K) :] = eigenvalues(K)
    p = spectra(p)
    s1, ranks = shannon_entropy(p), effective_ranks_from_spectra(p)
    s2 = -np.log(np.where(p.any(axis=-1), np.vecdot(p, p), 1.0))
    found = [
        ManyMetrics(
            tokens=N - start,
            dims=D,
            s1=s1[at],
            s2=s2[at],
            effective_rank=ranks[at],
            curvature=mean_estimates(angles[:, start:], defined[:, start:]),
            dimension=dimensions[at],
        )
        for at, start in enumerate(starts)
    ]
    return found[0], found[-1] if drop < N else None


def _unit_grams(G: Array, X: Floats, norms: Array) -> Iterator[Array]:
    """Yield the smaller Gram matrix of each prompt's centred unit rows, each valid until the next.

    Only what lies on and above its diagonal is sure to be right. With `G` that of the rows as they
    are, and m their mean: (x_i - m)(x_j - m) is G_ij - h_i - h_j where h_i = x_i m - m m / 2.
    """
    before = np.diagonal(G, axis1=1, axis2=2)
    N, D = X.shape[1:]
    halves = G @ np.full(N, 1 / N)
    halves -= halves.mean(axis=1, keepdims=True) / 2
    squares = before - 2 * halves
    noise = _ABOVE_NOISE * centring_noise(norms)
    shares = _PRECISE * (before + before.mean(axis=1, keepdims=True))
    imprecise = (squares <= np.maximum(shares, noise**2)).any(axis=1)
    squares[imprecise] = 1.0
    scales = 1 / np.sqrt(squares)
    halves *= scales
    K = np.empty(G.shape[1:])
    # The matrices are made one after another, so that the spectrum finds each in the cache.
    for products, half, scale, again, states in zip(G, halves, scales, imprecise, X, strict=True):
        if again or N > D:
            yield gram(centre_and_unit(states))
            continue
        np.multiply(products, scale, out=K)
        K *= scale[:, None]
        # Add h_i + h_j in one pass over half of the matrix.
        scipy.linalg.blas.dsyr2(-1.0, scale, half, a=K.T, lower=1, overwrite_a=1)
        yield K
