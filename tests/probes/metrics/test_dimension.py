# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
import pytest

from probes.metrics import twonn


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_the_dimension_of_a_flat_patch_is_found(dimension, rng):
    patch = rng.uniform(size=(2000, dimension)) @ rng.normal(size=(dimension, 30))
    assert twonn(patch).value == pytest.approx(dimension, rel=0.1)


def test_rotation_scale_and_order_change_nothing(rng):
    X = rng.normal(size=(50, 6))
    rotation = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    for same in (X @ rotation, 100 * X, X + 3, rng.permutation(X)):
        assert twonn(same).value == pytest.approx(twonn(X).value)


def test_repeated_points_count_once(rng):
    X = rng.normal(size=(50, 6))
    doubled = twonn(np.concatenate([X, X[:20]]))
    assert doubled.value == pytest.approx(twonn(X).value)
    assert (doubled.n, doubled.missing) == (50, 20)


@pytest.mark.parametrize("X", [np.ones((1, 3)), np.ones((2, 3)), np.ones((9, 3)), np.eye(6)])
def test_without_two_distances_there_is_no_dimension(X):
    estimate = twonn(X)
    assert estimate.value is None
    assert estimate.missing == len(X)
