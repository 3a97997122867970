"""Metrics of one prompt's tokens at one layer, and of its twins without what may distort them."""

# Matrices are named as in the formulas.
# ruff: noqa: N803

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Float64
from numpy.typing import NDArray

from probes.metrics.curvature import curvature
from probes.metrics.entropy import entropy_scale, matrix_entropy
from probes.metrics.gram import centre_and_unit
from probes.metrics.layer import ManyMetrics, measured
from probes.metrics.states import Array, Variant

Twin = Literal[
    "whole", "without_first", "without_massive_tokens", "without_massive_dimensions", "gaussian"
]
InfluenceTwin = Literal["whole", "without_first", "without_massive_dimensions"]
COLUMNS = ("s1", "s2", "effective_rank", "curvature", "dimension", "entropy", "tokens", "dims")
"""What a row of `prompt_metrics` holds; `entropy` is `s1` as a share of its maximum."""


@dataclass(frozen=True, kw_only=True)
class Distortion:
    """The limits of what counts as distorting: the first tokens, massive tokens, massive dimensions."""

    drop: int = 1
    """First tokens that `without_first` leaves out."""
    massive_token: float = 3.0
    """A token is massive when its norm is above this many times the prompt's median norm."""
    massive_dimension: float = 10.0
    """A dimension is massive when its root mean square over the tokens is above this many times
    that of the median dimension."""


def prompt_metrics(
    X: Float64[np.ndarray, "tokens D"],
    twins: Sequence[Twin] = ("whole", "without_first"),
    distortion: Distortion | None = None,
    seed: int | Sequence[int] = 0,
    variant: Variant = "definition",
) -> dict[Twin, Float64[np.ndarray, " columns"]]:
    """Compute `metrics.layer_metrics` of one prompt at one layer, for each twin.

    Args:
        X: finite states of the prompt's own tokens in order.
        twins: the twins to compute. `gaussian` replaces every token by a random direction of the same norm: the norms
            alone explain an effect that remains there.
        distortion: see `Distortion`.
        seed: the seed of the Gaussian states.
        variant: `reference` computes entropy and curvature as the authors' released code does.

    Returns:
        For each twin a row with `COLUMNS`; undefined values, and a twin without tokens, are NaN.
    """
    found = prompts_metrics(X[None], twins, distortion, [seed], variant)
    return {twin: rows[0] for twin, rows in found.items()}


def prompts_metrics(
    X: Float64[np.ndarray, "prompts tokens D"],
    twins: Sequence[Twin] = ("whole", "without_first"),
    distortion: Distortion | None = None,
    seeds: Sequence[int | Sequence[int]] = (),
    variant: Variant = "definition",
) -> dict[Twin, Float64[np.ndarray, "prompts columns"]]:
    """Compute `prompt_metrics` of prompts of one length at once, per twin a row for each; without seeds they are 0."""
    return metrics_of_prompts(
        X, X @ X.swapaxes(1, 2), np.sqrt(np.vecdot(X, X)), twins, distortion or Distortion(),
        seeds or [0] * len(X), variant,
    )  # fmt: skip


def metrics_of_prompts(
    X: Float[np.ndarray, "prompts tokens D"],
    G: Float64[np.ndarray, "prompts tokens tokens"],
    norms: Float64[np.ndarray, "prompts tokens"],
    twins: Sequence[Twin],
    distortion: Distortion,
    seeds: Sequence[int | Sequence[int]],
    variant: Variant = "definition",
) -> dict[Twin, Float64[np.ndarray, "prompts columns"]]:
    """Compute `prompt_metrics` of prompts of one length, per twin a row of `COLUMNS` for each prompt.

    A twin that leaves out the same tokens as another is computed once; only removed dimensions,
    massive tokens that are not the first and Gaussian states need a Gram matrix of their own.

    Args:
        X: the prompts' states, in float32 or float64.
        G: their Gram matrices.
        norms: Euclidean norms of the rows.
        twins: see `prompt_metrics`.
        distortion: see `Distortion`.
        seeds: the seed of the Gaussian states of each prompt.
        variant: see `prompt_metrics`; `reference` takes a Gram matrix and a spectrum for each twin.
    """
    drop = distortion.drop if {"without_first", "without_massive_tokens"} & {*twins} else 0
    whole, rest = measured(X, G, norms, drop)
    rows: dict[Twin, NDArray[np.float64]] = {
        "whole": _rows(whole),
        "without_first": _rows(rest, len(X)),
    }

    made = {
        twin: rows[twin]
        if twin in rows
        else np.stack(
            [
                _row_of(twin, X[i].astype(np.float64), norms[i], distortion, seed, rows, i)
                for i, seed in enumerate(seeds)
            ]
        )
        for twin in twins
    }
    if variant == "reference":
        for twin, found in made.items():
            for prompt, row in enumerate(found):
                states = X[prompt].astype(np.float64)
                kept = _states_of(twin, states, norms[prompt], distortion, seeds[prompt])
                found[prompt] = _as_released(row, kept)
    return made


def _row_of(
    twin: Twin,
    states: Array,
    lengths: Array,
    distortion: Distortion,
    seed: int | Sequence[int],
    rows: Mapping[Twin, Array],
    prompt: int,
) -> NDArray[np.float64]:
    """Return the row of one prompt's twin: out of `rows` where that twin leaves out the same, or computed alone."""
    drop = distortion.drop
    if twin == "without_massive_tokens":
        keep = _ordinary_tokens(lengths, distortion)
        if keep[drop:].all() and keep[:drop].all() == keep[:drop].any():
            return np.asarray(rows["whole" if keep.all() else "without_first"][prompt])
    kept = _states_of(twin, states, lengths, distortion, seed)
    if twin == "without_massive_dimensions" and kept.shape == states.shape:
        return np.asarray(rows["whole"][prompt])
    return _alone(kept)


def _as_released(row: NDArray[np.float64], X: Array) -> NDArray[np.float64]:
    """Return a row of `COLUMNS` with entropies and curvature as the authors' released code computes them."""
    if not len(X):
        return row
    units = centre_and_unit(X, "reference")
    s1, s2 = (matrix_entropy(units, alpha, variant="reference") for alpha in (1, 2))
    turns = curvature(units, variant="reference").value
    new = dict(zip(COLUMNS, row, strict=True)) | {
        "s1": s1,
        "s2": s2,
        "curvature": np.nan if turns is None else turns,
        "entropy": s1 / entropy_scale(X.shape[0], X.shape[1], "maxEntropy"),
    }
    return np.array([new[column] for column in COLUMNS])


def _states_of(
    twin: Twin,
    states: Array,
    lengths: Array,
    distortion: Distortion,
    seed: int | Sequence[int],
) -> Array:
    """Return the states [tokens, D] of one prompt's twin."""
    if twin == "without_first":
        return states[distortion.drop :]
    if twin == "without_massive_tokens":
        return states[_ordinary_tokens(lengths, distortion)]
    if twin == "without_massive_dimensions":
        return states[:, ordinary_dimensions(states, distortion.massive_dimension)]
    if twin == "gaussian":
        noise = np.random.default_rng(seed).standard_normal(states.shape)
        return np.asarray(noise * (lengths / np.linalg.norm(noise, axis=1))[:, None])
    return states


def _ordinary_tokens(lengths: Array, distortion: Distortion) -> NDArray[np.bool_]:
    return np.asarray(lengths <= distortion.massive_token * np.median(lengths))


def ordinary_dimensions(
    X: Float64[np.ndarray, "*prompts tokens D"], massive: float
) -> Bool[np.ndarray, "*prompts D"]:
    """Return which dimensions of `X` are not massive; see `Distortion`."""
    return ordinary(np.einsum("...td,...td->...d", X, X), massive)


def ordinary(
    squares: Float64[np.ndarray, "*prompts D"], massive: float
) -> Bool[np.ndarray, "*prompts D"]:
    """Return which dimensions are not massive, from the sum of their squares over the tokens."""
    scales = np.sqrt(squares)
    return np.asarray(scales <= massive * medians(scales)[..., None])


def medians(rows: Float64[np.ndarray, "*rows n"]) -> Float64[np.ndarray, "*rows"]:
    """Return the median of each row; `numpy.median` takes thrice as long for a few rows."""
    middle = rows.shape[-1] - 1
    ordered = np.sort(rows, axis=-1)
    return np.asarray((ordered[..., middle // 2] + ordered[..., (middle + 1) // 2]) / 2)


def _alone(X: Array) -> NDArray[np.float64]:
    """Return the row of states that share nothing with another twin."""
    norms = np.sqrt(np.vecdot(X, X))
    found = measured(X[None], (X @ X.T)[None], norms[None], 0)[0] if len(X) else None
    return np.asarray(_rows(found)[0])


def _rows(found: ManyMetrics | None, prompts: int = 1) -> NDArray[np.float64]:
    """Return `COLUMNS` of each prompt, NaN without tokens."""
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
