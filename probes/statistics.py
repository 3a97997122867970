"""Compute intervals and tests for paired comparisons over problems."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An estimate with its confidence interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class McNemar:
    """Two arms on the same problems, compared by the problems on which they differ."""

    only_first: int
    """Problems right in the first arm only."""
    only_second: int
    p: float
    """Exact two-sided p-value."""


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided McNemar p-value: a binomial test at 1/2 on the discordant pairs.

    1.0 when no pair is discordant.

    Raises:
        ValueError: A count is negative.
    """
    if min(only_first, only_second) < 0:
        raise ValueError(f"Counts cannot be negative: {only_first}, {only_second}.")
    pairs = only_first + only_second
    return float(scipy.stats.binomtest(only_first, pairs, 0.5).pvalue) if pairs else 1.0


def mcnemar_of(first: Sequence[bool], second: Sequence[bool]) -> McNemar:
    """Return the exact McNemar test of two arms; entry i of both is problem i.

    Raises:
        ValueError: The arms differ in length.
    """
    pairs = list(zip(first, second, strict=True))
    only_first = sum(a and not b for a, b in pairs)
    only_second = sum(b and not a for a, b in pairs)
    return McNemar(
        only_first=only_first, only_second=only_second, p=mcnemar(only_first, only_second)
    )


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval of a proportion.

    Raises:
        ValueError: `n` is below 1, or `successes` outside 0..n.
    """
    return _proportion(successes, n, confidence, "wilson")


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the exact (conservative) interval of a proportion.

    Raises:
        ValueError: `n` is below 1, or `successes` outside 0..n.
    """
    return _proportion(successes, n, confidence, "exact")


def wilson_mean(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval of the mean of values in [0, 1], such as shares; inside [0, 1].

    No values in [0, 1] vary more around their mean than 0 and 1 do, so the interval is at least as wide as it has to
    be.

    Raises:
        ValueError: there are no values, or one lies outside [0, 1].
    """
    sample = np.asarray(values, dtype=np.float64).ravel()
    if sample.size == 0 or sample.min() < 0 or sample.max() > 1:
        raise ValueError("A share needs values, each in [0, 1].")
    n, mean = sample.size, float(sample.mean())
    z = float(scipy.special.ndtri((1 + confidence) / 2))
    centre = (mean + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(estimate=mean, low=max(0.0, centre - half), high=min(1.0, centre + half))


def paired_difference(
    only_first: int, only_second: int, n: int, confidence: float = 0.95
) -> Interval:
    """Return the share right in the first arm minus that in the second, on the same `n` problems.

    Tango's score interval, which stays inside [-1, 1] and needs no spread; where the exact McNemar
    test does not tell the arms apart it is widened to 0, so that interval and test never disagree on whether there is a
    difference (5 against 0 of 100: p = .0625).

    Source: Tango 1998, Statistics in Medicine 17.

    Raises:
        ValueError: `n` is below 1, a count negative, or both together above `n`.
    """
    if n < 1 or min(only_first, only_second) < 0 or only_first + only_second > n:
        raise ValueError(f"{only_first} and {only_second} problems do not differ among {n}.")
    estimate = (only_first - only_second) / n
    z = float(scipy.special.ndtri((1 + confidence) / 2))
    low = -_tango_end(only_second, only_first, n, z)
    high = _tango_end(only_first, only_second, n, z)
    if mcnemar(only_first, only_second) > 1 - confidence:
        low, high = min(low, 0.0), max(high, 0.0)
    return Interval(estimate=estimate, low=low, high=high)


def _tango_end(b: int, c: int, n: int, z: float) -> float:
    """Return the largest difference that the score test does not reject for `b` against `c` of `n`."""
    low, high = (b - c) / n, 1.0
    while high - low > _RESOLUTION:
        middle = (low + high) / 2
        low, high = (middle, high) if _tango_score(b, c, n, middle) > -z else (low, middle)
    return high


_RESOLUTION = 1e-10
"""The end of an interval is found to within this share."""


def _tango_score(b: int, c: int, n: int, difference: float) -> float:
    """Return the score statistic of a supposed difference: how far below it the arms lie, in errors."""
    # Given the difference, this is the likeliest share of problems that only the second arm has right.
    linear = (2 * n - b + c) * difference - b - c
    root = math.sqrt(max(linear**2 + 8 * n * c * difference * (1 - difference), 0.0))
    share = (root - linear) / (4 * n)
    variance = n * (2 * share + difference * (1 - difference))
    away = b - c - n * difference
    if variance <= 0:
        return 0.0 if away == 0 else math.copysign(math.inf, away)
    return away / math.sqrt(variance)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's step-down adjusted p-values, in the order given; each in [p, 1].

    Rejecting where the adjusted value is at most alpha keeps the chance of any false rejection
    within alpha, whatever the dependence.

    Source: Holm 1979, Scandinavian Journal of Statistics 6.
    """
    m = len(p_values)
    adjusted = [0.0] * m
    largest = 0.0
    for rank, index in enumerate(sorted(range(m), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (m - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def bootstrap_mean(
    values: ArrayLike, *, seed: int, resamples: int = 10_000, confidence: float = 0.95
) -> Interval:
    """Return the mean with its percentile bootstrap interval; the unit of resampling is one entry.

    Raises:
        ValueError: Fewer than two values.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or sample.size < 2:
        raise ValueError(f"A bootstrap needs a list of two or more values, got {sample.size}.")
    found = scipy.stats.bootstrap(
        (sample,),
        np.mean,
        n_resamples=resamples,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
        batch=1_000,
    ).confidence_interval
    return Interval(estimate=float(sample.mean()), low=float(found.low), high=float(found.high))


def paired_bootstrap(
    first: ArrayLike,
    second: ArrayLike,
    *,
    seed: int,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> Interval:
    """Return the mean of `second` minus `first` with a bootstrap interval over problems.

    Each resample draws problems, so a problem's two scores always stay together.

    Raises:
        ValueError: The arms differ in length, or have fewer than two problems.
    """
    a = np.asarray(first, dtype=np.float64)
    b = np.asarray(second, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"Paired arms must be of one length: {a.size} and {b.size}.")
    return bootstrap_mean(b - a, seed=seed, resamples=resamples, confidence=confidence)


def auroc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Return the probability that a positive scores above a negative, a tie counting 1/2; in [0, 1].

    To ask whether *low* entropy means right, hand in the negated entropies.

    Raises:
        ValueError: A side is empty.
    """
    ranked = np.asarray(positive, dtype=np.float64), np.asarray(negative, dtype=np.float64)
    _require_both(*ranked)
    u = scipy.stats.mannwhitneyu(*ranked, method="asymptotic").statistic
    return float(u / (ranked[0].size * ranked[1].size))


def auroc_interval(
    positive: ArrayLike,
    negative: ArrayLike,
    *,
    seed: int,
    resamples: int = 2_000,
    confidence: float = 0.95,
) -> Interval:
    """Return AUROC with a percentile bootstrap interval; both sides are resampled on their own.

    Raises:
        ValueError: A side is empty.
    """
    a, b = np.asarray(positive, dtype=np.float64), np.asarray(negative, dtype=np.float64)
    _require_both(a, b)
    # `wins[i, j]` is computed once; a resample is then a choice of rows and columns.
    wins = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    rng = np.random.default_rng(seed)
    rows = rng.multinomial(a.size, np.full(a.size, 1 / a.size), size=resamples) / a.size
    columns = rng.multinomial(b.size, np.full(b.size, 1 / b.size), size=resamples) / b.size
    values = np.einsum("ri,ij,rj->r", rows, wins, columns, optimize=True)
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(estimate=auroc(a, b), low=float(low), high=float(high))


def _proportion(successes: int, n: int, confidence: float, method: str) -> Interval:
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"A proportion needs 0 <= successes <= n and n >= 1: {successes} of {n}.")
    found = scipy.stats.binomtest(successes, n).proportion_ci(confidence, method=method)
    return Interval(estimate=successes / n, low=float(found.low), high=float(found.high))


def _require_both(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> None:
    if positive.size == 0 or negative.size == 0:
        raise ValueError(
            f"AUROC needs scores on both sides: {positive.size} positive, {negative.size} negative."
        )
