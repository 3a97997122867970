"""All within-prompt metrics of one prompt at one layer from a single Gram matrix."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from probes.metrics.curvature import turning_angles_from_gram
from probes.metrics.dimension import twonn_of_both
from probes.metrics.entropy import (
    Normalisation,
    collision_entropies,
    effective_ranks_from_spectra,
    normalise_entropy,
    shannon_entropy,
)
from probes.metrics.gram import centre_and_unit, centring_noise, eigenvalues, spectra
from probes.metrics.states import Array, Estimate, States, as_array, mean_estimates

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
    return measured(X[None], np.linalg.norm(X, axis=1)[None], drop)[0]


def measured(X: Array, norms: Array, drop: int) -> list[LayerMetrics]:
    """`layer_metrics` of prompts of one length, in as few calls as one prompt takes.

    Args:
        X: finite float64 states of one prompt after another, [prompts, tokens, D].
        norms: the Euclidean norms of their rows, [prompts, tokens].
        drop: see `layer_metrics`.
    """
    N = X.shape[1]
    G = _gram_about_the_tail(X, drop)
    angles, defined = turning_angles_from_gram(G, X)
    dimensions = twonn_of_both(G, X, norms, drop)
    turns = mean_estimates(angles, defined)
    whole = _measure(G, X, norms, turns, [both[0] for both in dimensions], about_own=not drop)
    rest: Sequence[PromptMetrics | None] = [None] * len(X)
    if drop == 0:
        rest = whole
    elif drop < N:
        turns = mean_estimates(angles[:, drop:], defined[:, drop:])
        tail = G[:, drop:, drop:], X[:, drop:], norms[:, drop:]
        rest = _measure(*tail, turns, [both[1] for both in dimensions], about_own=True)
    return [
        LayerMetrics(whole=of_all, without_first=of_rest, dropped=drop)
        for of_all, of_rest in zip(whole, rest, strict=True)
    ]


def _gram_about_the_tail(X: Array, drop: int) -> Array:
    """Gram matrices about the mean without `drop`, whose digits no huge first state can cost."""
    N = X.shape[1]
    first = drop if drop < N else 0
    weights = np.full(N - first, 1 / (N - first))
    G, centred = np.empty((len(X), N, N)), np.empty(X.shape[1:])
    # One after another: a prompt's states fit the cache, those of all do not.
    for states, products in zip(X, G, strict=True):
        np.subtract(states, weights @ states[first:], out=centred)
        np.matmul(centred, centred.T, out=products)
    return G


def _measure(
    G: Array,
    X: Array,
    norms: Array,
    turns: Sequence[Estimate],
    dimensions: Sequence[Estimate],
    *,
    about_own: bool,
) -> list[PromptMetrics]:
    N, D = X.shape[1:]
    squares, traces, values = np.empty(len(X)), np.empty(len(X)), np.empty((len(X), min(N, D)))
    for at, K in enumerate(_unit_grams(G, X, norms, about_own)):
        squares[at], traces[at] = np.vdot(K, K), np.trace(K)
        rows = centre_and_unit(X[at]) if N > D else None
        values[at] = eigenvalues(K if rows is None else rows.T @ rows)
    p = spectra(values)
    numbers = (
        shannon_entropy(p),
        collision_entropies(squares, traces),
        effective_ranks_from_spectra(p),
    )
    return [
        PromptMetrics(
            tokens=N,
            dims=D,
            s1=s1,
            s2=s2,
            effective_rank=rank,
            curvature=turn,
            dimension=dimension,
        )
        for s1, s2, rank, turn, dimension in zip(
            *(values.tolist() for values in numbers), turns, dimensions, strict=True
        )
    ]


def _unit_grams(G: Array, X: Array, norms: Array, about_own: bool) -> Iterator[Array]:
    """The Gram matrix of each prompt's centred unit rows, each valid until the next.

    From those `G` about another centre, or `about_own`.
    """
    before = np.diagonal(G, axis1=1, axis2=2)
    means = np.zeros(before.shape)
    if not about_own:
        means = G.mean(axis=2)
        means -= means.mean(axis=1, keepdims=True) / 2
    squares = before - 2 * means
    noise = _ABOVE_NOISE * centring_noise(norms)
    shares = _PRECISE * (before + before.mean(axis=1, keepdims=True))
    imprecise = (squares <= np.maximum(shares, noise**2)).any(axis=1)
    squares[imprecise] = 1.0
    scales = 1 / np.sqrt(squares)
    K = np.empty(G.shape[1:])
    # One after another, so that the spectrum finds its matrix in the cache.
    for at, products in enumerate(G):
        if imprecise[at]:
            rows = centre_and_unit(X[at])
            yield rows @ rows.T
            continue
        mean, scale = means[at], scales[at]
        if about_own:
            np.multiply(products, scale, out=K)
        else:
            np.subtract(products, mean, out=K)
            K -= mean[:, None]
            K *= scale
        K *= scale[:, None]
        yield K
