"""Take arrays of hidden states in, and give single numbers out."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
"""Every metric computes with this type."""

Floats: TypeAlias = NDArray[np.floating[Any]]
"""States in the precision they came in, which the metrics of many prompts take as they are."""

States: TypeAlias = Any
"""Every metric accepts these states: a NumPy array, a torch tensor (any device and precision), a list.

`as_array` checks its shape for the caller, with a sentence; what the metrics hand to each other is checked by its
annotation, in the tests.
"""

Variant: TypeAlias = Literal["definition", "reference"]
"""`definition` is the published formula, `reference` what the authors' released code computes."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean or a fit over terms, of which some may be undefined."""

    value: float | None
    """The number, or None where not a single term is defined. Never NaN."""
    n: int
    """Terms (angles, points, prompts, tokens) that went into `value`."""
    missing: int = 0
    """Terms left out because they are undefined."""


def mean_estimate(terms: Float[np.ndarray, " terms"], total: int | None = None) -> Estimate:
    """Return the mean of the defined `terms`, out of `total` terms that there could have been."""
    total = len(terms) if total is None else total
    value = float(np.mean(terms)) if len(terms) else None
    return Estimate(value=value, n=len(terms), missing=total - len(terms))


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """One `Estimate` per row, each over some of the same number of terms."""

    values: Float64[np.ndarray, " rows"]
    """NaN where not a single term is defined."""
    n: Int64[np.ndarray, " rows"]
    total: int

    def __getitem__(self, row: int) -> Estimate:
        value, n = float(self.values[row]), int(self.n[row])
        return Estimate(value=None if np.isnan(value) else value, n=n, missing=self.total - n)


def mean_estimates(
    terms: Float[np.ndarray, "rows terms"], defined: Bool[np.ndarray, "rows terms"]
) -> Estimates:
    """Return `mean_estimate` of the `defined` terms of each row of `terms`."""
    n = defined.sum(axis=1)
    sums = np.sum(terms, axis=1, where=defined)
    return Estimates(
        values=np.where(n > 0, sums / np.maximum(n, 1), np.nan), n=n, total=terms.shape[1]
    )


def as_array(states: States, ndim: int, *, finite: bool = True) -> Float64[np.ndarray, "..."]:
    """Return `states` as float64 with `ndim` axes.

    Args:
        states: a NumPy array, torch tensor or nested list.
        ndim: the number of axes the metric needs.
        finite: refuse NaN and infinite values; the reference variants let them through.

    Raises:
        ValueError: the number of axes is another, the last axis is empty, or values are not finite.
    """
    if hasattr(states, "detach"):  # a torch tensor is recognised without importing torch
        states = states.detach().cpu().double().numpy()
    array = np.asarray(states, dtype=np.float64)
    if array.ndim != ndim:
        raise ValueError(f"Expected an array with {ndim} axes, got shape {array.shape}.")
    if 0 in array.shape:
        raise ValueError(f"Nothing to measure in an array of shape {array.shape}.")
    if finite and not np.isfinite(array).all():
        bad = int(array.size - np.isfinite(array).sum())
        raise ValueError(f"{bad} of {array.size} values are NaN or infinite.")
    return array
