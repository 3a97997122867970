"""Judge an effect against its margin, and what its controls leave of it, by one rule for every probe."""

import math
from collections.abc import Mapping

import numpy as np
import scipy
from numpy.typing import NDArray

from probes.statistics import paired_difference, wilson_mean
from probes.types import Judgement, Kind, Verdict, Yardstick

CONFIDENCE = 0.95
FEWEST_UNITS = 6
"""Even when all agree in sign, five units could do so by chance: 2 * 0.5**5 > 0.05."""
MOST = 0.5
"""What makes half of an effect or more makes most of it."""


def judge(
    effects: NDArray[np.float64], margin: float = 0.0, yardstick: Yardstick | None = None
) -> Judgement:
    """Decide a claim from one signed number per independent unit, positive as it predicts.

    *Supported* if the whole 95 % interval of the mean lies above the margin, *refuted* if the
    whole interval lies below it, *inconclusive* if it contains the margin, or if fewer than six
    units are left. A weak run is therefore inconclusive and never refutes. With a positive
    margin, "refuted" means that the effect is smaller than the claim needs, not that it is
    reversed. Units without a defined effect (NaN) are left out and counted in `missing`.

    The interval fits the data: Wilson's for shares, Tango's with the exact McNemar test for paired
    answers, Student's t for other means, cut to the possible range.

    Args:
        effects: `[n]`, in the claim's unit.
        margin: the value that the mean must exceed, where there is no `yardstick`.
        yardstick: the margin, the scale and the possible range.

    Raises:
        ValueError: the scale does not allow these effects.
    """
    by = yardstick or Yardstick(margin=margin)
    values = np.asarray(effects, dtype=np.float64).ravel()
    finite = values[np.isfinite(values)]
    low, high = _interval(finite, by)
    return Judgement(
        verdict=decided((low, high), int(finite.size), by.margin),
        effect=float(finite.mean()) if finite.size else 0.0,
        interval=(low, high),
        n=int(finite.size),
        missing=int(values.size - finite.size),
        test=TESTS[by.scale],
    )


def decided(interval: tuple[float, float], n: int, margin: float) -> Verdict:
    """Return the verdict that an interval of `n` units gives on a margin."""
    low, high = interval
    if n < FEWEST_UNITS or low <= margin <= high:
        return "inconclusive"
    return "supported" if low > margin else "refuted"


TESTS = {
    "mean": "Student's t",
    "share": "Wilson score",
    "paired": "Tango score with exact McNemar",
}


def turning(own: Judgement, controls: Mapping[str, Judgement], kinds: Mapping[str, Kind]) -> str:
    """Return the name of the control that takes the support from an effect; empty where none does.

    A control that explains the effect comes before one that only fails to rule this out; otherwise the first in the
    order of `kinds` counts. An unsupported effect has no support to lose.
    """
    if own.verdict != "supported":
        return ""
    present = {name: kind for name, kind in kinds.items() if name in controls}
    for found in (explains, leaves_open):
        for name, kind in present.items():
            if found(own, controls[name], kind):
                return name
    return ""


def explains(own: Judgement, control: Judgement, kind: Kind) -> bool:
    """Return whether a control shows that something else than the claim explains a supported effect.

    A foil explains it when it shows half of the effect or more; a twin when less than half of the effect is left or the
    rest stays below the margin; a control that must hold too, when it is refuted.
    """
    if control.n < FEWEST_UNITS:
        return False
    if kind == "foil":
        return control.effect >= MOST * own.effect
    if kind == "twin":
        return control.verdict == "refuted" or control.interval[1] < MOST * own.effect
    return kind == "also" and control.verdict == "refuted"


def leaves_open(own: Judgement, control: Judgement, kind: Kind) -> bool:
    """Return whether a control cannot rule out that something else explains a supported effect."""
    if kind == "foil":
        return control.n < FEWEST_UNITS or control.interval[1] >= MOST * own.effect
    return kind in ("twin", "also") and control.verdict != "supported"


def lacking(controls: Mapping[str, Judgement], kinds: Mapping[str, Kind]) -> dict[str, Judgement]:
    """Return the controls that a claim needs and a run does not have, each without a unit."""
    needed = [name for name, kind in kinds.items() if kind in ("twin", "foil", "also")]
    return {name: judge(unmeasured()) for name in needed if name not in controls}


def unmeasured() -> NDArray[np.float64]:
    """Return the effects of a control that a run did not measure: none, so that it decides nothing."""
    return np.zeros(0)


def undone(judged: Judgement) -> str:
    """Return why an effect has no unit: it was not measured, or each unit is undefined."""
    return "not to be compared" if judged.missing else "not measured"


def spoken(judged: Judgement, digits: int = 3) -> str:
    """Return the effect with its interval in words; where no unit has an effect, return why."""
    if not judged.n:
        return undone(judged)
    low, high = judged.interval
    return f"{judged.effect:+.{digits}f}, 95 % interval {low:+.{digits}f} to {high:+.{digits}f}"


def interval(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Student's t interval of the mean, without random numbers: mean -/+ t s / sqrt(n).

    One value has no spread to judge by: its interval, like that of none, is reported as the
    value itself, and `judge` never decides on it.
    """
    n = values.size
    if n == 0:
        return 0.0, 0.0
    mean = float(values.mean())
    if n == 1:
        return mean, mean
    t = float(scipy.special.stdtrit(n - 1, (1 + confidence) / 2))
    half = t * float(values.std(ddof=1)) / math.sqrt(n)
    return mean - half, mean + half


def _interval(values: NDArray[np.float64], by: Yardstick) -> tuple[float, float]:
    if values.size and by.scale == "share":
        found = wilson_mean(values, CONFIDENCE)
        return found.low, found.high
    if values.size and by.scale == "paired":
        first, second = int((values == 1).sum()), int((values == -1).sum())
        if first + second + int((values == 0).sum()) != values.size:
            raise ValueError("Paired answers are 1, -1 or 0.")
        found = paired_difference(first, second, values.size, CONFIDENCE)
        return found.low, found.high
    low, high = interval(values)
    least = -math.inf if by.low is None else by.low
    most = math.inf if by.high is None else by.high
    return min(max(low, least), most), max(min(high, most), least)
