"""All within-prompt metrics of one prompt at one layer from a single Gram matrix."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from dataclasses import dataclass

import numpy as np

from probes.metrics.curvature import curvature_of_angles, turning_angles_from_gram
from probes.metrics.dimension import twonn_of_both
from probes.metrics.entropy import (
    Normalisation,
    collision_entropy,
    effective_rank_from_spectrum,
    normalise_entropy,
    renyi_entropy,
)
from probes.metrics.gram import centre_and_unit, centring_noise, spectrum
from probes.metrics.states import Array, Estimate, States, as_array

# A row's squared length about the mean has too few digits in the Gram matrix when it is below this
# share of what it is the difference of, or its root within this factor of the noise of centring.
_PRECISE = 1e-6
_ABOVE_NOISE = 1e3


@dataclass(frozen=True, kw_only=True)
class PromptMetrics:
    """What one prompt's tokens look like at one layer, all in the definition variant."""

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
        """Number of directions the tokens use; at most `effective_rank`."""
        return float(np.exp(self.s1))

    def entropy(self, normalisation: Normalisation = "maxEntropy") -> float:
        """`s1` as a share of what these tokens could have; see `normalise_entropy`."""
        return normalise_entropy(self.s1, self.tokens, self.dims, normalisation)


@dataclass(frozen=True, kw_only=True)
class LayerMetrics:
    """The metrics of a prompt, and their twin without its first tokens."""

    whole: PromptMetrics
    without_first: PromptMetrics | None
    """The same without the first `dropped` tokens, centred anew; None if no token is left."""
    dropped: int


def layer_metrics(X: States, drop: int = 1) -> LayerMetrics:
    """S_1, S_2, effective rank, curvature and TwoNN of one prompt at one layer.

    One Gram matrix serves all: S_2 is its Frobenius norm, curvature its three central diagonals,
    TwoNN its distances, and the twin without the first tokens its lower right block. Values equal
    those of the single functions to 1e-8, except that `effective_rank` counts singular values
    below about 3e-7 of the largest as zero.

    Args:
        X: states of one prompt's own tokens in order, [tokens, D].
        drop: first tokens that the twin leaves out, at least 0. A single huge first state (an
            attention sink) can make a valley of entropy that the twin does not have.

    Raises:
        ValueError: states that are not finite, or a negative `drop`.
    """
    X = as_array(X, 2)
    if drop < 0:
        raise ValueError(f"Cannot leave out {drop} tokens.")
    return measured(X, np.linalg.norm(X, axis=1), drop)


def measured(X: Array, norms: Array, drop: int) -> LayerMetrics:
    """`layer_metrics` of finite float64 states whose rows have these Euclidean `norms`."""
    # About the mean of the twin's tokens, so that a huge first state costs them no digits.
    tail = X[drop:] if len(X) > drop else X
    centred = X - np.ones(len(tail)) @ tail / len(tail)
    G = centred @ centred.T
    angles, defined = turning_angles_from_gram(G, X)
    whole_dimension, rest_dimension = twonn_of_both(G, X, norms, drop)
    whole = _measure(G, X, norms, curvature_of_angles(angles, defined), whole_dimension)
    rest = None
    if drop == 0:
        rest = whole
    elif len(X) > drop:
        turn = curvature_of_angles(angles[drop:], defined[drop:])
        rest = _measure(G[drop:, drop:], X[drop:], norms[drop:], turn, rest_dimension)
    return LayerMetrics(whole=whole, without_first=rest, dropped=drop)


def _measure(
    G: Array, X: Array, norms: Array, turn: Estimate, dimension: Estimate
) -> PromptMetrics:
    N, D = X.shape
    K = _unit_gram(G, X, norms)
    if N > D:
        rows = centre_and_unit(X)
        p = spectrum(rows.T @ rows)
    else:
        p = spectrum(K)
    return PromptMetrics(
        tokens=N,
        dims=D,
        s1=renyi_entropy(p),
        s2=collision_entropy(K),
        effective_rank=effective_rank_from_spectrum(p),
        curvature=turn,
        dimension=dimension,
    )


def _unit_gram(G: Array, X: Array, norms: Array) -> Array:
    """The Gram matrix of the centred unit rows, from the Gram matrix `G` about another centre."""
    means = G.mean(axis=1)
    means -= means.mean() / 2
    before = np.diagonal(G)
    squares = before - 2 * means
    noise = _ABOVE_NOISE * centring_noise(norms)
    if (squares <= np.maximum(_PRECISE * (before + before.mean()), noise**2)).any():
        rows = centre_and_unit(X)
        return np.asarray(rows @ rows.T)
    scale = 1 / np.sqrt(squares)
    K = G - means[:, None]
    K -= means
    K *= scale[:, None]
    K *= scale
    return np.asarray(K)
