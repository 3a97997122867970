"""Metrics of one prompt's tokens at one layer, and of its twins without what may distort them."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from probes.metrics.curvature import curvature_of_angles, turning_angles_from_gram
from probes.metrics.dimension import twonn_from_gram
from probes.metrics.entropy import (
    collision_entropy,
    effective_rank_from_spectrum,
    normalise_entropy,
    renyi_entropy,
)
from probes.metrics.gram import centre_and_unit, centring_noise, spectrum
from probes.metrics.states import Array

Twin = Literal[
    "whole", "without_first", "without_massive_tokens", "without_massive_dimensions", "gaussian"
]
COLUMNS = ("s1", "s2", "effective_rank", "curvature", "dimension", "entropy", "tokens", "dims")
"""What a row of `prompt_metrics` holds; `entropy` is `s1` as a share of its maximum."""

# As in `probes.metrics.layer`: below these a difference in the Gram matrix has too few digits.
_PRECISE = 1e-6
_ABOVE_NOISE = 1e3


@dataclass(frozen=True, kw_only=True)
class Distortion:
    """What counts as distorting: the first tokens, massive tokens, massive dimensions."""

    drop: int = 1
    """First tokens that `without_first` leaves out."""
    massive_token: float = 3.0
    """A token is massive when its norm is above this many times the prompt's median norm."""
    massive_dimension: float = 10.0
    """A dimension is massive when its root mean square over the tokens is above this many times
    that of the median dimension."""


def prompt_metrics(
    X: Array,
    twins: Sequence[Twin] = ("whole", "without_first"),
    distortion: Distortion | None = None,
    rng: np.random.Generator | None = None,
) -> dict[Twin, NDArray[np.float64]]:
    """S_1, S_2, effective rank, curvature and TwoNN of one prompt at one layer, for each twin.

    All from one Gram matrix: values equal `probes.metrics.layer_metrics` to 1e-8, in about half
    of its time. A twin that leaves out the same tokens as another is computed once; only removed
    dimensions and Gaussian states need a Gram matrix of their own.

    Args:
        X: finite float64 states of the prompt's own tokens in order, [tokens, D].
        twins: which to compute. `gaussian` replaces every token by a random direction of the same
            norm: what is left there, norms alone explain.
        distortion: see `Distortion`.
        rng: of the Gaussian states.

    Returns:
        Per twin a row with `COLUMNS`; undefined values, and a twin without tokens, are NaN.
    """
    distortion = distortion or Distortion()
    N = len(X)
    drop = distortion.drop
    lengths = np.sqrt(np.einsum("td,td->t", X, X))
    # About the mean without the first tokens, so that a huge first state costs no digits.
    centred = X - (X[drop:] if drop < N else X).mean(axis=0)
    G = centred @ centred.T
    angles = turning_angles_from_gram(G, X)
    distinct = _distinct(X, lengths)
    done: dict[bytes, NDArray[np.float64]] = {}

    def row_of(keep: np.ndarray) -> NDArray[np.float64]:
        key = keep.tobytes()
        if key not in done:
            done[key] = _row(G, X, lengths, angles, distinct, keep)
        return done[key]

    found: dict[Twin, NDArray[np.float64]] = {}
    for twin in twins:
        if twin == "whole":
            found[twin] = row_of(np.ones(N, dtype=bool))
        elif twin == "without_first":
            found[twin] = row_of(np.arange(N) >= drop)
        elif twin == "without_massive_tokens":
            found[twin] = row_of(lengths <= distortion.massive_token * np.median(lengths))
        elif twin == "without_massive_dimensions":
            kept = ordinary_dimensions(X, distortion.massive_dimension)
            found[twin] = row_of(np.ones(N, dtype=bool)) if kept.all() else _alone(X[:, kept])
        else:
            rows = (rng or np.random.default_rng(0)).standard_normal(X.shape)
            rows *= (lengths / np.linalg.norm(rows, axis=1))[:, None]
            found[twin] = _alone(rows)
    return found


def ordinary_dimensions(X: Array, massive: float) -> np.ndarray:
    """Which dimensions of `X` [tokens, D] are not massive, [D]; see `Distortion`."""
    scale = np.sqrt(np.einsum("td,td->d", X, X) / len(X))
    return np.asarray(scale <= massive * np.median(scale))


def _alone(X: Array) -> NDArray[np.float64]:
    """The row of states that share nothing with another twin."""
    centred = X - X.mean(axis=0)
    G = centred @ centred.T
    lengths = np.linalg.norm(X, axis=1)
    angles = turning_angles_from_gram(G, X)
    return _row(G, X, lengths, angles, _distinct(X, lengths), np.ones(len(X), dtype=bool))


def _row(
    G: Array,
    X: Array,
    lengths: Array,
    angles: tuple[Array, np.ndarray],
    distinct: np.ndarray,
    keep: np.ndarray,
) -> NDArray[np.float64]:
    if not keep.any():
        return np.full(len(COLUMNS), np.nan)
    start = int(keep.argmax())
    if keep[start:].all():
        G, X, lengths, distinct = G[start:, start:], X[start:], lengths[start:], distinct[start:]
        angles = angles[0][start:], angles[1][start:]
    else:
        at = np.flatnonzero(keep)
        G, X, lengths = G[np.ix_(at, at)], X[at], lengths[at]
        distinct, angles = _distinct(X, lengths), turning_angles_from_gram(G, X)
    N, D = X.shape
    K = _unit_gram(G, X, lengths)
    p = spectrum(_smaller_side(X)) if N > D else spectrum(K)
    s1 = renyi_entropy(p)
    turn = curvature_of_angles(*angles).value
    dimension = _dimension(G, X, distinct)
    return np.array(
        [
            s1,
            collision_entropy(K),
            effective_rank_from_spectrum(p),
            np.nan if turn is None else turn,
            np.nan if dimension is None else dimension,
            normalise_entropy(s1, N, D, "maxEntropy"),
            N,
            D,
        ]
    )


def _smaller_side(X: Array) -> Array:
    rows = centre_and_unit(X)
    return np.asarray(rows.T @ rows)


def _unit_gram(G: Array, X: Array, lengths: Array) -> Array:
    """The Gram matrix of the centred unit rows, from the Gram matrix `G` about another centre."""
    means = G.mean(axis=1)
    K = G - (means - means.mean() / 2)[:, None]
    K -= means - means.mean() / 2
    squares, before = np.diagonal(K), np.diagonal(G)
    noise = _ABOVE_NOISE * centring_noise(lengths)
    if (squares <= np.maximum(_PRECISE * (before + before.mean()), noise**2)).any():
        rows = centre_and_unit(X)
        return np.asarray(rows @ rows.T)
    scale = 1 / np.sqrt(squares)
    K *= scale[:, None]
    K *= scale
    return np.asarray(K)


def _dimension(G: Array, X: Array, distinct: np.ndarray) -> float | None:
    """TwoNN; repeated states are left out beforehand, which the metric itself does slowly."""
    if distinct.all():
        return twonn_from_gram(G, X).value
    at = np.flatnonzero(distinct)
    return twonn_from_gram(G[np.ix_(at, at)], X[at]).value


def _distinct(X: Array, lengths: Array) -> np.ndarray:
    """Which rows no later row repeats, so that a tail of the rows keeps one of each."""
    found = np.ones(len(X), dtype=bool)
    # Rows of different lengths differ, and mostly that settles it.
    if len(np.unique(lengths)) < len(X):
        last = {row.tobytes(): index for index, row in enumerate(X)}
        found[:] = False
        found[list(last.values())] = True
    return found
