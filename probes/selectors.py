"""Choosing a layer: by a metric without labels, by a fixed rule, or by score; and how well metrics tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from probes.statistics import Interval, bootstrap_mean

Kind: TypeAlias = Literal["distance", "pearson", "spearman"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SHARE = 0.7
"""Depth of the fixed baseline, as a share of all layers."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The layer that a selector takes, and the score there with its interval over items."""

    selector: str
    layer: int
    score: Interval


def choices(
    metrics: Mapping[str, ArrayLike], scores: ArrayLike, *, seed: int = 0
) -> tuple[Choice, ...]:
    """What each selector would take and score: lowest of every metric, then the baselines.

    The baselines are the last layer, the fixed layer at 70 % of depth, and the best by score.
    The best is chosen on the very items it is scored on, so its score is too high: it is what a
    selector could at most reach, and no rule that could be followed.

    Args:
        metrics: values per layer, `[layers]`; "Layer by Layer" (arXiv 2502.02013) takes the
            lowest DiME, dataset entropy or InfoNCE loss.
        scores: of every item at every layer, `[items, layers]`.
        seed: of the bootstrap over items.

    Raises:
        ValueError: a metric of another number of layers, or fewer than two items.
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
    """The layer of the lowest defined value; the first among equals.

    Raises:
        ValueError: no value is defined, or there are not `layers` of them.
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
    """The layer nearest to that share of the depth, of layers 0 (embeddings) to `layers - 1`."""
    return round(share * (layers - 1))


def middle_third(layers: int) -> NDArray[np.int64]:
    """The layers from one third to two thirds of the depth, ends included."""
    last = layers - 1
    return np.arange(int(np.ceil(last / 3)), int(np.floor(2 * last / 3)) + 1)


def best(scores: ArrayLike) -> int:
    """The layer of the highest mean score of `[items, layers]`; the first among equals."""
    return int(np.asarray(scores, dtype=np.float64).mean(axis=0).argmax())


def cross_fitted(
    scores: ArrayLike, candidates: ArrayLike, *, folds: int = 5, seed: int = 0
) -> NDArray[np.int64]:
    """For each item the best layer among `candidates` by the items of the other folds, `[items]`.

    Scoring every item at its own choice gives the score of "take the best layer" without the
    profit of having looked.

    Raises:
        ValueError: fewer than two items.
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
    """How a metric goes with the score over layers, with a bootstrap interval over layers.

    Neighbouring layers are alike, so layers are no independent draws: the interval is narrower
    than what another model would show. Distance correlation is in [0, 1], the others in [-1, 1].

    Args:
        x: metric per layer, `[layers]`; layers where either is not finite are left out.
        y: score per layer, `[layers]`.
        kind: which correlation.
        seed: of the resamples.
        resamples: how many; those in which a side does not vary are passed over.

    Returns:
        The correlation; None where fewer than three layers are defined or a side does not vary.
    """
    a, b = (np.asarray(side, dtype=np.float64) for side in (x, y))
    defined = np.isfinite(a) & np.isfinite(b)
    a, b = a[defined], b[defined]
    estimate = _correlation(a, b, kind) if a.size > 2 else None
    if estimate is None:
        return None
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(a.size, size=a.size) for _ in range(resamples))
    values = [_correlation(a[rows], b[rows], kind) for rows in drawn]
    low, high = np.quantile([value for value in values if value is not None], [0.025, 0.975])
    return Interval(estimate=estimate, low=float(low), high=float(high))


def distance_correlation(x: ArrayLike, y: ArrayLike) -> float | None:
    """Distance correlation of paired numbers, range [0, 1]; 0 only for independence in the limit.

    sqrt(dCov^2 / sqrt(dVar_x^2 dVar_y^2)) of doubly centred distance matrices (the biased
    V-statistic, as in the paper's figures). Székely, Rizzo and Bakirov 2007, definition 5. A
    finite sample gives well above 0 also for independent numbers. None where a side does not vary.

    Raises:
        ValueError: the sides differ in length.
    """
    a, b = (np.asarray(side, dtype=np.float64) for side in (x, y))
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"Both sides must be lists of one length, got {a.shape} and {b.shape}.")
    centred = [_centred_distances(side) for side in (a, b)]
    variances = [float(np.mean(side * side)) for side in centred]
    if min(variances) <= 0:
        return None
    covariance = float(np.mean(centred[0] * centred[1]))
    return float(np.sqrt(max(covariance, 0.0) / np.sqrt(variances[0] * variances[1])))


def _centred_distances(values: NDArray[np.float64]) -> NDArray[np.float64]:
    distances = np.abs(values[:, None] - values[None, :])
    means = distances.mean(axis=0)
    return np.asarray(distances - means[:, None] - means[None, :] + means.mean())


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64], kind: Kind) -> float | None:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    if kind == "distance":
        return distance_correlation(a, b)
    if kind == "spearman":
        a, b = stats.rankdata(a), stats.rankdata(b)
    return float(np.corrcoef(a, b)[0, 1])
