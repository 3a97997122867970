"""The depth of a valley, and its change over checkpoints, obey their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.layers import valleys

LAYERS = st.integers(4, 40)


def series(seed, checkpoints=5, units=6, layers=7):
    return np.random.default_rng(seed).uniform(size=(checkpoints, units, layers))


def dug(depths, units=6, layers=10):
    """A level curve with a pit of these depths in its middle third, the same in every unit."""
    curves = np.ones((len(depths), units, layers))
    curves[:, :, 3:7] -= np.array(depths)[:, None, None]
    return curves


@given(LAYERS, st.floats(-1, 1))
def test_a_level_curve_has_no_depth_and_a_level_shift_changes_none(layers, shift):
    values = series(layers, layers=layers)
    np.testing.assert_allclose(valleys.depth(np.full((3, layers), shift)), 0, atol=1e-12)
    np.testing.assert_allclose(valleys.depth(values + shift), valleys.depth(values), atol=1e-9)


@given(LAYERS)
def test_a_slope_is_no_valley_and_a_hill_is_one_upside_down(layers):
    slope = np.linspace(1, 0, layers)
    assert valleys.depth(slope) < 0
    pit = 1 - np.sin(np.pi * np.linspace(0, 1, layers))
    assert valleys.depth(pit) > 0 > valleys.depth(-pit)
    assert valleys.depth(pit[::-1]) == pytest.approx(valleys.depth(pit))


@given(st.integers(0, 999))
def test_a_series_backwards_gets_shallower_by_as_much(seed):
    curves = series(seed)
    np.testing.assert_allclose(valleys.deepened(curves[::-1]), -valleys.deepened(curves))
    np.testing.assert_allclose(valleys.deepened(curves[[0, 0]]), 0)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_the_deepest_checkpoint_is_found_wherever_the_training_is_stopped(depths):
    curves = dug(depths)
    np.testing.assert_allclose(valleys.most_deepened(curves), max(depths) - depths[0], atol=1e-12)
    np.testing.assert_allclose(valleys.deepened(curves), depths[-1] - depths[0], atol=1e-12)


def test_chance_in_a_unit_does_not_choose_its_own_deepest_checkpoint():
    """Of pure noise each unit's own deepest checkpoint would make a valley; that of the others makes none."""
    noise = np.random.default_rng(0).normal(size=(8, 4_000, 7))
    found = valleys.most_deepened(noise)
    own = valleys.depth(noise)
    assert (own.max(axis=0) - own[0]).mean() > 1
    assert abs(found.mean()) < 4 * found.std() / np.sqrt(found.size)


@given(st.lists(st.integers(0, 99), min_size=3, max_size=8, unique=True))
def test_only_a_fall_at_every_step_is_steady(depths):
    steady = sorted(depths)
    np.testing.assert_allclose(valleys.falling(dug(steady)), 1)
    np.testing.assert_allclose(valleys.falling(dug(steady[::-1])), -1)
    mixed = [steady[-1], *steady[:-1]]
    assert (np.abs(valleys.falling(dug(mixed))) < 1).all()
    assert np.isnan(valleys.falling(dug([steady[0]] * 3))).all()


@given(st.floats(0.01, 1), st.floats(0, 1))
def test_the_middle_moves_most_only_where_it_moves_more_than_either_side(middle, side):
    curves = dug([0, middle])
    np.testing.assert_allclose(valleys.moved(curves), middle, atol=1e-12)
    for layers in (slice(1, 3), slice(7, 10)):
        other = curves.copy()
        other[1, :, layers] += side
        np.testing.assert_allclose(valleys.moved(other), middle - side, atol=1e-12)


def test_the_embeddings_count_only_where_nothing_else_stands_before_the_middle():
    curves = dug([0, 0.5])
    curves[1, :, 0] += 2
    np.testing.assert_allclose(valleys.moved(curves), 0.5)
    few = np.ones((2, 6, 4))
    few[1, :, 0] += 2
    assert (valleys.moved(few) < 0).all()
