"""Choose a layer by a metric without labels, by a fixed rule, or by score; and measure how well metrics choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from probes.statistics import Interval, bootstrap_mean

Pairs: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["distance", "pearson", "spearman"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SHARE = 0.7
"""The fixed baseline takes the layer at this share of the depth."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The layer that a selector takes, and the score there with its interval over items."""

    selector: str
    layer: int
    score: Interval


def choices(
    metrics: Mapping[str, ArrayLike], scores: ArrayLike, *, seed: int = 0
) -> tuple[Choice, ...]:
    """Return the layer and score of each selector: the lowest of every metric, then the baselines.

    The baselines are the last layer, the fixed layer at 70 % of depth, and the best by score.
    The best is chosen on the same items it is scored on, so its score is too high: it is the most that a selector could
    reach, and no rule that could be followed.

    Args:
        metrics: values per layer, `[layers]`; "Layer by Layer" (arXiv 2502.02013) takes the
            lowest DiME, dataset entropy or InfoNCE loss.
        scores: of every item at every layer, `[items, layers]`.
        seed: of the bootstrap over items.

    Raises:
        ValueError: a metric has another number of layers, or there are fewer than two items.
    """
    table = np.asarray(scores, dtype=np.float64)
    layers = table.shape[1]
    taken = {f"lowest {name}": lowest(values, layers) for name, values in metrics.items()}
    taken |= {
        "last layer": layers - 1,
        f"fixed {SHARE:.0%} of depth": fixed_depth(layers),
        "best by score": best(table),
    }
    return tuple(
        Choice(selector=name, layer=layer, score=bootstrap_mean(table[:, layer], seed=seed))
        for name, layer in taken.items()
    )


def lowest(values: ArrayLike, layers: int | None = None) -> int:
    """Return the layer of the lowest defined value; the first among equals.

    Raises:
        ValueError: no value is defined, or the number of values is not `layers`.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or layers not in (None, array.size):
        raise ValueError(
            f"Expected one value for each of {layers} layers, got shape {array.shape}."
        )
    if not np.isfinite(array).any():
        raise ValueError("No layer has a defined value to choose by.")
    return int(np.nanargmin(np.where(np.isfinite(array), array, np.nan)))


def fixed_depth(layers: int, share: float = SHARE) -> int:
    """Return the layer nearest to that share of the depth, of layers 0 (embeddings) to `layers - 1`."""
    return round(share * (layers - 1))


def middle_third(layers: int) -> NDArray[np.int64]:
    """Return the layers from one third to two thirds of the depth, ends included."""
    last = layers - 1
    return np.arange(int(np.ceil(last / 3)), int(np.floor(2 * last / 3)) + 1)


def best(scores: ArrayLike) -> int:
    """Return the layer of the highest mean score of `[items, layers]`; the first among equals."""
    return int(np.asarray(scores, dtype=np.float64).mean(axis=0).argmax())


def cross_fitted(
    scores: ArrayLike, candidates: ArrayLike, *, folds: int = 5, seed: int = 0
) -> NDArray[np.int64]:
    """Return for each item the best layer among `candidates` by the items of the other folds, `[items]`.

    Scoring every item at its own choice gives the score of "take the best layer" without the gain of having chosen on
    the same items.

    Raises:
        ValueError: there are fewer than two items.
    """
    table = np.asarray(scores, dtype=np.float64)
    allowed = np.asarray(candidates, dtype=np.int64)
    items = len(table)
    if items < 2:
        raise ValueError(f"Choosing on other items needs at least two, got {items}.")
    order = np.random.default_rng(seed).permutation(items)
    fold = np.empty(items, dtype=np.int64)
    fold[order] = np.arange(items) % min(folds, items)
    chosen = np.empty(items, dtype=np.int64)
    for held_out in (fold == number for number in np.unique(fold)):
        chosen[held_out] = allowed[table[~held_out][:, allowed].mean(axis=0).argmax()]
    return chosen


def correlation(
    x: ArrayLike, y: ArrayLike, kind: Kind = "distance", *, seed: int = 0, resamples: int = 1_000
) -> Interval | None:
    """Return how a metric goes with the score over layers, with a bootstrap interval over layers.

    Neighbouring layers are alike, so layers are no independent draws: the interval is narrower
    than what another model would show. Distance correlation is in [0, 1], the others in [-1, 1].

    Args:
        x: metric per layer, `[layers]`; layers where either is not finite are left out.
        y: score per layer, `[layers]`.
        kind: which correlation.
        seed: the seed of the resamples.
        resamples: their number; those in which a side does not vary are left out.

    Returns:
        The correlation; None where fewer than three layers are defined or a side does not vary.
    """
    a, b = (np.asarray(side, dtype=np.float64) for side in (x, y))
    defined = np.isfinite(a) & np.isfinite(b)
    a, b = a[defined], b[defined]
    estimate = float(_correlations(a[None], b[None], kind)[0]) if a.size > 2 else np.nan
    if np.isnan(estimate):
        return None
    rows = np.random.default_rng(seed).integers(a.size, size=(resamples, a.size))
    together = max(1, _DISTANCES // a.size**2)
    parts = np.split(rows, range(together, resamples, together))
    values = np.concatenate([_correlations(a[part], b[part], kind) for part in parts])
    low, high = np.nanquantile(values, [0.025, 0.975])
    return Interval(estimate=estimate, low=float(low), high=float(high))


def distance_correlation(x: ArrayLike, y: ArrayLike) -> float | None:
    """Return the distance correlation of paired numbers, range [0, 1]; 0 only for independence in the limit.

    sqrt(dCov^2 / sqrt(dVar_x^2 dVar_y^2)) of doubly centred distance matrices (the biased
    V-statistic, as in the paper's figures). Székely, Rizzo and Bakirov 2007, definition 5. A
    finite sample gives well above 0 also for independent numbers. None where a side does not vary.

    Raises:
        ValueError: the sides differ in length.
    """
    a, b = (np.asarray(side, dtype=np.float64) for side in (x, y))
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"Both sides must be lists of one length, got {a.shape} and {b.shape}.")
    found = float(_correlations(a[None], b[None], "distance")[0]) if a.size else np.nan
    return None if np.isnan(found) else found


# Resamples are measured at once as long as the distances between their layers take half a megabyte of memory.
_DISTANCES = 2**16


def _correlations(a: Pairs, b: Pairs, kind: Kind) -> NDArray[np.float64]:
    """Return the correlation of each row of `a` with that of `b`; NaN where a side does not vary."""
    if kind == "spearman":
        a, b = scipy.stats.rankdata(a, axis=1), scipy.stats.rankdata(b, axis=1)
    varies = (np.ptp(a, axis=1) > 0) & (np.ptp(b, axis=1) > 0)
    if kind == "distance":
        one, other = _centred_distances(a), _centred_distances(b)
        scale = np.sqrt((one * one).mean(axis=1) * (other * other).mean(axis=1))
        shares = np.divide(
            (one * other).mean(axis=1),
            scale,
            out=np.full(len(a), np.nan),
            where=varies & (scale > 0),
        )
        return np.asarray(np.sqrt(np.maximum(shares, 0.0)))
    one, other = (side - side.mean(axis=1, keepdims=True) for side in (a, b))
    scale = np.sqrt(np.vecdot(one, one) * np.vecdot(other, other))
    found = np.divide(
        np.vecdot(one, other), scale, out=np.full(len(a), np.nan), where=varies & (scale > 0)
    )
    return np.asarray(found.clip(-1.0, 1.0))


def _centred_distances(values: Pairs) -> Pairs:
    """Return the doubly centred distances between the numbers of each row, one row of N^2 each."""
    distances = np.abs(values[:, :, None] - values[:, None, :])
    means = distances.mean(axis=1)
    centred = distances - means[:, :, None] - means[:, None, :]
    centred += means.mean(axis=1)[:, None, None]
    return np.asarray(centred.reshape(len(values), -1))
