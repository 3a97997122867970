# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from probes.metrics import curvature, position_angle

_rng = np.random.default_rng(1)
line = np.outer(np.arange(9) ** 2, _rng.normal(size=5)) + _rng.normal(size=5)
zigzag = np.outer(np.arange(9) % 2, _rng.normal(size=5))


def test_a_straight_line_has_no_curvature():
    assert curvature(line).value == pytest.approx(0, abs=1e-7)


def test_there_and_back_turns_by_pi():
    assert curvature(zigzag).value == pytest.approx(math.pi)


def test_the_reference_takes_there_and_back_for_straight():
    assert curvature(zigzag, variant="reference").value == pytest.approx(0, abs=1e-7)


def test_right_angles_are_right_angles():
    steps = np.eye(2)[np.arange(10) % 2]
    assert curvature(np.cumsum(steps, axis=0)).value == pytest.approx(math.pi / 2)


def test_a_regular_polygon_turns_by_its_exterior_angle():
    turns = 2 * np.pi * np.arange(20) / 7
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    assert curvature(circle).value == pytest.approx(2 * math.pi / 7)


def test_independent_points_turn_by_two_thirds_of_pi(rng):
    X = rng.normal(size=(2000, 500))
    assert curvature(X).value == pytest.approx(2 * math.pi / 3, abs=0.005)


@given(
    arrays(
        np.float64,
        array_shapes(min_dims=2, max_dims=2, max_side=8),
        elements=st.floats(-100, 100, width=32),
    )
)
def test_every_angle_is_counted_once_and_in_range(X):
    estimate = curvature(X)
    assert estimate.n + estimate.missing == max(len(X) - 2, 0)
    assert (estimate.value is None) == (estimate.n == 0)
    assert estimate.value is None or 0 <= estimate.value <= math.pi
    assert 0 <= curvature(X, variant="reference").value <= math.pi / 2


def test_rotation_scale_shift_and_reversal_change_nothing(rng):
    X = rng.normal(size=(12, 6))
    rotation = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    for same in (X @ rotation, 1e3 * X, X + 50, X[::-1]):
        assert curvature(same).value == pytest.approx(curvature(X).value)


def test_repeated_states_are_missing_or_zero_as_asked():
    X = np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])
    assert curvature(X).value == pytest.approx(math.pi)
    assert (curvature(X).n, curvature(X).missing) == (1, 2)
    assert curvature(X, zero_steps="zero").value == pytest.approx(math.pi / 3)


@pytest.mark.parametrize("tokens", [1, 2, 8])
def test_where_nothing_turns_curvature_is_undefined(tokens):
    estimate = curvature(np.full((tokens, 3), 0.1))
    assert estimate.value is None
    assert estimate.missing == max(tokens - 2, 0)


def test_the_reference_gives_zero_for_two_tokens(rng):
    assert curvature(rng.normal(size=(2, 3)), variant="reference").value == 0


def test_position_angle_is_seen_from_the_origin():
    assert position_angle(np.eye(5), 2).value == pytest.approx(math.pi / 2)
    assert position_angle(np.zeros((3, 2))).value is None
    assert position_angle(np.ones((1, 2))).value is None
