"""Pool one vector per prompt and layer, and measure sets of such vectors."""

# Matrices are named as in the formulas.
# ruff: noqa: N803

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Float64, Shaped
from numpy.typing import NDArray

from probes.metrics.decay import alpha_reqs, rankmes
from probes.metrics.entropy import dataset_entropies, dataset_entropy
from probes.metrics.gram import centre_and_unit
from probes.metrics.invariance import dime, infonce, lidar
from probes.metrics.states import Variant
from probes.verdict import interval

Pooling = Literal["mean", "last", "first"]
FloatArray = NDArray[np.float64]
_GROUPS = 10
"""The jackknife leaves out so many groups in turn: each costs a recomputation, and ten give a stable spread."""


def pool_states(
    states: Float[np.ndarray, "prompts tokens dim"],
    mask: Shaped[np.ndarray, "prompts tokens"] | None = None,
    pooling: Pooling = "mean",
) -> Float64[np.ndarray, "prompts dim"]:
    """Return one vector per prompt of padded states, whichever side the padding is on.

    Args:
        states: of every prompt.
        mask: 1 for a prompt's own tokens; by default all tokens are its own.
        pooling: the mean of the prompt's tokens, or the last or first of them.

    Returns:
        The vectors in float64.

    Raises:
        ValueError: a prompt has no tokens of its own.
    """
    own = np.ones(states.shape[:2], bool) if mask is None else np.asarray(mask).astype(bool)
    if not own.any(axis=1).all():
        empty = int(np.flatnonzero(~own.any(axis=1))[0])
        raise ValueError(f"prompt {empty} has no tokens of its own")
    return np.stack(
        [
            pool_tokens(np.asarray(array[kept], dtype=np.float64), pooling)
            for array, kept in zip(states, own, strict=True)
        ]
    )


def pool_tokens(
    tokens: Float64[np.ndarray, "*prompts tokens dim"], pooling: Pooling
) -> Float64[np.ndarray, "*prompts dim"]:
    """Return one vector of a prompt's own tokens."""
    if pooling == "mean":
        count = tokens.shape[-2]
        return np.asarray(np.ones(count) @ tokens / count)
    return np.asarray(tokens[..., -1 if pooling == "last" else 0, :])


def dataset_metrics(
    pooled: Float[np.ndarray, "layers prompts dim"], variant: Variant = "definition"
) -> dict[str, Float64[np.ndarray, "layers 3"]]:
    """Return dataset entropy, RankMe and alpha-ReQ of pooled vectors.

    Each result holds for every layer a value and its 95 % jackknife interval over groups of prompts; NaN where there
    are too few prompts.
    """
    return _over_layers(
        np.stack([_compact(layer) for layer in pooled]),
        {
            "dataset_entropy": dataset_entropies
            if variant == "definition"
            else _each(lambda X: dataset_entropy(X, variant=variant)),
            "rankme": rankmes,
            "alpha_req": lambda layers: alpha_reqs(layers).values,
        },
    )


def invariance_metrics(
    views: Float[np.ndarray, "layers prompts q dim"],
    seed: int = 0,
    variant: Variant = "definition",
) -> dict[str, Float64[np.ndarray, "layers 3"]]:
    """Return InfoNCE, DiME and LiDAR of pooled views.

    Each view is centred and scaled over the prompts first. InfoNCE and DiME take the first two.
    """

    def units(V: NDArray[Any]) -> FloatArray:
        return np.stack([centre_and_unit(V[:, j]) for j in range(V.shape[1])], axis=1)

    def pair(V: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
        both = units(V[:, :2])
        return both[:, 0], both[:, 1]

    return _over_layers(
        views,
        {
            "infonce": _each(lambda V: infonce(*pair(V), variant=variant).loss),
            "dime": _each(lambda V: dime(*pair(V), seed=seed, variant=variant).value),
            "lidar": _each(lambda V: lidar(units(V), variant=variant).normalised()),
        },
    )


def _compact(X: NDArray[Any]) -> FloatArray:
    """Return rows with the same products in at most as many dimensions as there are rows.

    This is a rotation, which does not change these metrics; with few prompts it saves most of the work.
    """
    wide = np.asarray(X, dtype=np.float64)
    if not 0 < len(wide) < wide.shape[1]:
        return wide
    return np.asarray(np.linalg.qr(wide.T, mode="r")).T


def _each(metric: Callable[[NDArray[Any]], float]) -> Callable[[NDArray[Any]], FloatArray]:
    """Return the metric of each layer of a stack."""
    return lambda layers: np.array([metric(items) for items in layers])


def _over_layers(
    items: NDArray[Any], metrics: Mapping[str, Callable[[NDArray[Any]], FloatArray]]
) -> dict[str, FloatArray]:
    """Return each metric of `items` [layers, N, ...] with its jackknife interval, [layers, 3]."""
    layers, count = items.shape[:2]
    if count < 2:
        return {name: np.full((layers, 3), np.nan) for name in metrics}
    groups = np.array_split(np.arange(count), min(_GROUPS, count))
    parts = [np.delete(items, group, axis=1) for group in groups] if len(groups) > 2 else []
    found = {}
    for name, metric in metrics.items():
        value = metric(items)
        half = np.full(layers, np.nan)
        if parts:
            left = np.stack([metric(part) for part in parts], axis=1)
            half = np.array([_half_width(row) for row in left])
        found[name] = np.stack([value, value - half, value + half], axis=1)
    return found


def _half_width(left: FloatArray) -> float:
    """Return half of a 95 % interval, from a statistic `left` by leaving out a group at a time."""
    # These are pseudo-values whose mean has the jackknife's variance.
    low, high = interval(len(left) * left.mean() - (len(left) - 1) * left)
    return (high - low) / 2
