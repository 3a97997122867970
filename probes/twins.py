"""Metrics of one prompt's tokens at one layer, and of its twins without what may distort them."""

# Matrices are named as in the formulas.
# ruff: noqa: N803

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from probes.metrics.entropy import entropy_scale
from probes.metrics.layer import ManyMetrics, measured
from probes.metrics.states import Array, Floats

Twin = Literal[
    "whole", "without_first", "without_massive_tokens", "without_massive_dimensions", "gaussian"
]
InfluenceTwin = Literal["whole", "without_first", "without_massive_dimensions"]
COLUMNS = ("s1", "s2", "effective_rank", "curvature", "dimension", "entropy", "tokens", "dims")
"""What a row of `prompt_metrics` holds; `entropy` is `s1` as a share of its maximum."""


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
    seed: int | Sequence[int] = 0,
) -> dict[Twin, NDArray[np.float64]]:
    """`metrics.layer_metrics` of one prompt at one layer, for each twin.

    Args:
        X: finite float64 states of the prompt's own tokens in order, [tokens, D].
        twins: which to compute. `gaussian` replaces every token by a random direction of the same
            norm: what is left there, norms alone explain.
        distortion: see `Distortion`.
        seed: of the Gaussian states.

    Returns:
        Per twin a row with `COLUMNS`; undefined values, and a twin without tokens, are NaN.
    """
    norms = np.sqrt(np.vecdot(X, X))
    found = metrics_of_prompts(
        X[None], (X @ X.T)[None], norms[None], twins, distortion or Distortion(), [seed]
    )
    return {twin: rows[0] for twin, rows in found.items()}


def metrics_of_prompts(
    X: Floats,
    G: Array,
    norms: Array,
    twins: Sequence[Twin],
    distortion: Distortion,
    seeds: Sequence[int | Sequence[int]],
) -> dict[Twin, NDArray[np.float64]]:
    """`prompt_metrics` of prompts of one length, per twin [prompts, COLUMNS].

    A twin that leaves out the same tokens as another is computed once; only removed dimensions,
    massive tokens that are not the first and Gaussian states need a Gram matrix of their own.

    Args:
        X: their states, [prompts, tokens, D], in float32 or float64.
        G: their Gram matrices, [prompts, tokens, tokens].
        norms: Euclidean norms of the rows, [prompts, tokens].
        twins: see `prompt_metrics`.
        distortion: see `Distortion`.
        seeds: of the Gaussian states of each prompt.
    """
    drop = distortion.drop if {"without_first", "without_massive_tokens"} & {*twins} else 0
    whole, rest = measured(X, G, norms, drop)
    rows: dict[Twin, NDArray[np.float64]] = {
        "whole": _rows(whole),
        "without_first": _rows(rest, len(X)),
    }

    def row_of(twin: Twin, prompt: int) -> NDArray[np.float64]:
        states, lengths = X[prompt].astype(np.float64), norms[prompt]
        if twin == "without_massive_tokens":
            keep = lengths <= distortion.massive_token * np.median(lengths)
            if keep[drop:].all() and keep[:drop].all() == keep[:drop].any():
                return np.asarray(rows["whole" if keep.all() else "without_first"][prompt])
            return _alone(states[keep])
        if twin == "without_massive_dimensions":
            kept = ordinary_dimensions(states, distortion.massive_dimension)
            return np.asarray(rows["whole"][prompt]) if kept.all() else _alone(states[:, kept])
        noise = np.random.default_rng(seeds[prompt]).standard_normal(states.shape)
        return _alone(noise * (lengths / np.linalg.norm(noise, axis=1))[:, None])

    return {
        twin: rows[twin] if twin in rows else np.stack([row_of(twin, i) for i in range(len(X))])
        for twin in twins
    }


def ordinary_dimensions(X: Array, massive: float) -> np.ndarray:
    """Which dimensions of `X` [..., tokens, D] are not massive, [..., D]; see `Distortion`."""
    return ordinary(np.einsum("...td,...td->...d", X, X), massive)


def ordinary(squares: Array, massive: float) -> np.ndarray:
    """Which dimensions are not massive, from the sum of their squares over the tokens [..., D]."""
    scales = np.sqrt(squares)
    return np.asarray(scales <= massive * medians(scales)[..., None])


def medians(rows: Array) -> Array:
    """The median of each row [..., n]; `numpy.median` takes thrice as long for a few rows."""
    middle = rows.shape[-1] - 1
    ordered = np.sort(rows, axis=-1)
    return np.asarray((ordered[..., middle // 2] + ordered[..., (middle + 1) // 2]) / 2)


def _alone(X: Array) -> NDArray[np.float64]:
    """The row of states that share nothing with another twin."""
    norms = np.sqrt(np.vecdot(X, X))
    found = measured(X[None], (X @ X.T)[None], norms[None], 0)[0] if len(X) else None
    return np.asarray(_rows(found)[0])


def _rows(found: ManyMetrics | None, prompts: int = 1) -> NDArray[np.float64]:
    """`COLUMNS` of each prompt, NaN without tokens."""
    if found is None:
        return np.full((prompts, len(COLUMNS)), np.nan)
    every = np.ones(len(found.s1))
    columns = (
        found.s1,
        found.s2,
        found.effective_rank,
        found.curvature.values,
        found.dimension.values,
        found.s1 / entropy_scale(found.tokens, found.dims, "maxEntropy"),
        every * found.tokens,
        every * found.dims,
    )
    return np.stack(columns, axis=1)
