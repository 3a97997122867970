"""Measure how sharply the path of a prompt's states turns from token to token."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Float64

from probes.metrics.gram import rounding
from probes.metrics.states import Array, Estimate, States, Variant, as_array, mean_estimate

ZeroSteps = Literal["missing", "zero"]

# A step whose square is below this share of its ends' squares, or a turn this near to 0 or pi, has too few digits left
# when it is taken from a Gram matrix.
_PRECISE_STEP = 1e-4
_PRECISE_COSINE = 1 - 1e-6


def curvature(
    X: States, *, variant: Variant = "definition", zero_steps: ZeroSteps = "missing"
) -> Estimate:
    """Return the mean turning angle of the path x_1, x_2, ..., in radians.

    v_k = x_{k+1} - x_k; the mean over k of arccos cos(v_k, v_{k+1}), N - 2 angles. Range [0, pi]:
    0 on a straight line, pi on a path that goes there and back, near 2 pi / 3 for independent
    points in many dimensions. "Layer by Layer" (arXiv 2502.02013), section 3.3.2, after
    Hosseini and Fedorenko 2023 (arXiv 2311.04930).

    Args:
        X: states of one prompt in order, [tokens, D], as the layer gives them.
        variant: `reference` folds the angle with |cos| into [0, pi/2], counts a step of length
            zero as angle 0 and gives 0 for fewer than 3 tokens; its authors apply
            `centre_and_unit` first.
        zero_steps: the value of an angle beside a step of length zero (a repeated state). This angle is undefined, so
            by default it is missing.

    Returns:
        The mean over the defined angles, and how many were missing; value None when no angle is
        defined (fewer than 3 tokens, or all equal).
    """
    X = as_array(X, 2, finite=variant == "definition")
    if variant == "reference":
        return mean_estimate(_folded_angles(X)) if len(X) > 2 else Estimate(value=0.0, n=0)
    return curvature_of_angles(*turning_angles(X), zero_steps)


def curvature_of_angles(
    angles: Float64[np.ndarray, " angles"],
    defined: Bool[np.ndarray, " angles"],
    zero_steps: ZeroSteps = "missing",
) -> Estimate:
    """Return the mean of the `defined` turning angles, or of all with 0 for those that are not."""
    if zero_steps == "zero":
        return mean_estimate(np.where(defined, angles, 0.0))
    return mean_estimate(angles[defined], total=len(angles))


def turning_angles(
    X: Float64[np.ndarray, "*paths N D"],
) -> tuple[Float64[np.ndarray, "*paths angles"], Bool[np.ndarray, "*paths angles"]]:
    """Return the angles between consecutive steps of `X`, and which are defined (others 0)."""
    return _angles(X[..., :-2, :], X[..., 1:-1, :], X[..., 2:, :])


def _angles(first: Array, second: Array, third: Array) -> tuple[Array, np.ndarray]:
    """Return the turn at `second` on the way from `first` to `third`, row by row.

    2 arctan2(|u - w|, |u + w|) of the unit steps is accurate at 0 and pi, where arccos loses half
    of the digits.
    """
    into, into_moved = _unit_steps(first, second)
    out, out_moved = _unit_steps(second, third)
    apart = np.linalg.norm(out - into, axis=-1)
    along = np.linalg.norm(out + into, axis=-1)
    defined = into_moved & out_moved
    return np.where(defined, 2 * np.arctan2(apart, along), 0.0), defined


def _unit_steps(start: Array, end: Array) -> tuple[Array, np.ndarray]:
    steps = end - start
    lengths = np.linalg.norm(steps, axis=-1)
    sizes = np.linalg.norm(start, axis=-1) + np.linalg.norm(end, axis=-1)
    moved = lengths > rounding(0) * sizes
    return steps / np.where(moved, lengths, 1.0)[..., None], moved


def turning_angles_from_gram(
    K: Float64[np.ndarray, "paths N N"], X: Float[np.ndarray, "paths N D"]
) -> tuple[Float64[np.ndarray, "paths angles"], Bool[np.ndarray, "paths angles"]]:
    """Return `turning_angles` of the points `X` from the three central diagonals of their Gram matrix.

    `X`, in float32 or float64, holds one path after another, and so does `K`, which may be about any centre. Angles
    for which subtraction or arccos costs too many digits are computed again from the points.
    """
    if X.shape[1] < 3:
        return turning_angles(X.astype(np.float64))
    own, next_, second_next = (np.diagonal(K, offset, axis1=1, axis2=2) for offset in range(3))
    sums = own[:, :-1] + own[:, 1:]
    squares = sums - 2 * next_
    steps = squares > _PRECISE_STEP * sums
    precise = steps[:, 1:] & steps[:, :-1]
    products = np.where(precise, squares[:, 1:] * squares[:, :-1], 1.0)
    dots = next_[:, 1:] - own[:, 1:-1] - second_next + next_[:, :-1]
    cosines = dots / np.sqrt(products)
    angles = np.arccos(np.clip(cosines, -1.0, 1.0))
    defined = np.ones(angles.shape, dtype=bool)
    path, at = np.nonzero(~precise | (np.abs(cosines) > _PRECISE_COSINE))
    if len(at):
        points = (X[path, at + step].astype(np.float64) for step in range(3))
        angles[path, at], defined[path, at] = _angles(*points)
    return angles, defined


def _folded_angles(X: Array) -> Array:
    steps = np.diff(X, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    products = lengths[1:] * lengths[:-1]
    dots = np.einsum("kd,kd->k", steps[1:], steps[:-1])
    cosines = np.divide(dots, products, out=np.ones_like(dots), where=products != 0)
    return np.asarray(np.arccos(np.clip(np.abs(cosines), 0.0, 1.0)))


def position_angle(X: States, offset: int = 1) -> Estimate:
    """Return the mean angle in radians between the states `offset` tokens apart, seen from the origin.

    The first release of the authors' code called this curvature (on centred unit states). Its range is [0, pi]; it is
    no turning angle. Pairs with a zero state are missing; value None when there is no pair.
    """
    X = as_array(X, 2)
    norms = np.linalg.norm(X, axis=1)
    unit = X / np.where(norms > 0, norms, 1.0)[:, None]
    dots = np.einsum("kd,kd->k", unit[:-offset], unit[offset:])
    defined = (norms[:-offset] > 0) & (norms[offset:] > 0)
    return mean_estimate(np.arccos(np.clip(dots[defined], -1.0, 1.0)), total=len(dots))
