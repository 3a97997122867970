"""One rule for every probe: the interval of the mean effect against the claim's margin."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from probes.types import Judgement, Verdict

CONFIDENCE = 0.95
FEWEST_UNITS = 6
"""Even when all agree in sign, five units could do so by chance: 2 * 0.5**5 > 0.05."""


def judge(effects: NDArray[np.float64], margin: float = 0.0) -> Judgement:
    """Decide a claim from one signed number per independent unit, positive as it predicts.

    *Supported* if the whole 95 % interval of the mean lies above `margin`, *refuted* if the
    whole interval lies below it, *inconclusive* if it contains the margin, or if fewer than six
    units are left. A weak run is therefore inconclusive and never refutes. With a positive
    margin, "refuted" means that the effect is smaller than the claim needs, not that it is
    reversed. Units without a defined effect (NaN) are left out and counted in `missing`.

    Args:
        effects: `[n]`, in the claim's unit.
        margin: what the mean must exceed.
    """
    values = np.asarray(effects, dtype=np.float64).ravel()
    finite = values[np.isfinite(values)]
    low, high = interval(finite)
    return Judgement(
        verdict=_compare(low, high, margin) if finite.size >= FEWEST_UNITS else "inconclusive",
        effect=float(finite.mean()) if finite.size else 0.0,
        interval=(low, high),
        n=int(finite.size),
        missing=int(values.size - finite.size),
    )


def spoken(judged: Judgement, digits: int = 3) -> str:
    """The effect with its interval, in words."""
    low, high = judged.interval
    return f"{judged.effect:+.{digits}f}, 95 % interval {low:+.{digits}f} to {high:+.{digits}f}"


def interval(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Student's t interval of the mean, without random numbers: mean -/+ t s / sqrt(n).

    One value has no spread to judge by: its interval, like that of none, is reported as the
    value itself, and `judge` never decides on it.
    """
    n = values.size
    if n == 0:
        return 0.0, 0.0
    mean = float(values.mean())
    if n == 1:
        return mean, mean
    t = float(special.stdtrit(n - 1, (1 + confidence) / 2))
    half = t * float(values.std(ddof=1)) / math.sqrt(n)
    return mean - half, mean + half


def _compare(low: float, high: float, margin: float) -> Verdict:
    if low > margin:
        return "supported"
    if high < margin:
        return "refuted"
    return "inconclusive"
