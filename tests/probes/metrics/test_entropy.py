# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from probes.metrics import (
    centre_and_unit,
    collision_entropy,
    dataset_entropy,
    effective_rank,
    gram,
    matrix_entropy,
    normalise_entropy,
    pool,
    prompt_entropy,
    renyi_entropy,
)

alphas = pytest.mark.parametrize("alpha", [0.5, 1, 2, 3])
states = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-100, 100, width=32),
)


@given(states)
def test_entropy_is_within_its_bounds(X):
    for rows in (X, centre_and_unit(X)):
        for alpha in (0.5, 1, 2, 3):
            assert 0 <= matrix_entropy(rows, alpha) <= math.log(min(X.shape)) + 1e-9


@given(states)
def test_entropy_falls_with_its_order(X):
    values = [matrix_entropy(X, alpha) for alpha in (0.5, 0.9, 1, 1.5, 2, 3)]
    assert all(a >= b - 1e-9 for a, b in pairwise(values))


@given(states)
def test_effective_rank_is_at_least_exp_of_the_entropy(X):
    rank = effective_rank(X)
    assert math.exp(matrix_entropy(X)) <= rank * (1 + 1e-9)
    assert 1 - 1e-9 <= rank <= min(X.shape) + 1e-9


@alphas
def test_entropy_ignores_rotation_scale_and_order(alpha, rng):
    X = rng.normal(size=(12, 7)) * np.linspace(1, 0.1, 7)
    rotation = np.linalg.qr(rng.normal(size=(7, 7)))[0]
    value = matrix_entropy(X, alpha)
    for same in (X @ rotation, 1e4 * X, rng.permutation(X), X * rng.choice([-1, 1], (12, 1))):
        assert matrix_entropy(same, alpha) == pytest.approx(value, abs=1e-10)


@alphas
@pytest.mark.parametrize("shape", [(5, 30), (30, 5), (8, 8)])
def test_both_sides_of_the_gram_matrix_agree(alpha, shape, rng):
    X = rng.normal(size=shape)
    sides = [matrix_entropy(X, alpha, side=side) for side in ("tokens", "dims", "smaller")]
    assert np.ptp(sides) < 1e-10


def test_order_two_by_frobenius_is_order_two_by_spectrum(rng):
    K = gram(rng.normal(size=(9, 20)))
    p = np.linalg.eigvalsh(K) / np.trace(K)
    assert collision_entropy(K) == pytest.approx(renyi_entropy(p, 2), abs=1e-12)


def test_order_near_one_tends_to_shannon(rng):
    X = rng.normal(size=(9, 20))
    for alpha in (1 - 1e-6, 1 + 1e-6):
        assert matrix_entropy(X, alpha) == pytest.approx(matrix_entropy(X), abs=1e-5)


@alphas
def test_orthonormal_rows_have_the_maximum_and_parallel_rows_none(alpha):
    assert matrix_entropy(3 * np.eye(6), alpha) == pytest.approx(math.log(6))
    assert matrix_entropy(np.outer(np.arange(1, 5), np.ones(3)), alpha) == pytest.approx(0)


def test_gaussian_states_are_near_the_known_mean(rng):
    # The Marchenko-Pastur law gives x ln x a mean of N / (2 D).
    N, D = 200, 4000
    value = matrix_entropy(rng.normal(size=(N, D)))
    assert value == pytest.approx(math.log(N) - N / (2 * D), abs=1e-3)


@pytest.mark.parametrize("order", [0, -1])
def test_an_order_that_is_no_order_is_refused(order):
    with pytest.raises(ValueError, match="order"):
        renyi_entropy(np.array([0.5, 0.5]), order)


def test_normalisations_are_shares_of_their_logarithms():
    S, N, D = 1.5, 7, 20
    shares = {
        "raw": 1,
        "maxEntropy": math.log(7),
        "logN": math.log(7),
        "logD": math.log(20),
        "logNlogD": math.log(7) * math.log(20),
    }
    for how, divisor in shares.items():
        assert normalise_entropy(S, N, D, how) == pytest.approx(S / divisor)
        assert normalise_entropy(0.0, 1, 1, how) == 0


@pytest.mark.parametrize("X", [np.ones((1, 4)), np.ones((5, 4)), np.zeros((3, 2)), [[1.0], [2.0]]])
def test_degenerate_prompts_have_entropy_zero(X):
    assert prompt_entropy([X]).value == pytest.approx(0, abs=1e-12)
    assert dataset_entropy(X) == pytest.approx(0, abs=1e-12)
    assert effective_rank(centre_and_unit(X)) == pytest.approx(1)


def test_two_tokens_have_entropy_zero_and_by_the_reference_the_maximum(rng):
    X = rng.normal(size=(2, 5))
    assert prompt_entropy([X]).value == pytest.approx(0, abs=1e-12)
    assert prompt_entropy([X], variant="reference").value == pytest.approx(1)


def test_the_reference_adds_two_logarithms_at_order_two(rng):
    X = np.abs(rng.normal(size=(6, 9)))  # its Gram matrix has no negative entry
    reference = matrix_entropy(X, 2, variant="reference")
    assert reference == pytest.approx(matrix_entropy(X, 2) + 2 * math.log(6))


def test_one_bad_prompt_poisons_only_the_reference(rng):
    prompts = [rng.normal(size=(5, 4)), np.ones((3, 4))]
    assert math.isnan(prompt_entropy(prompts, variant="reference").value)
    assert prompt_entropy(prompts).value == pytest.approx(prompt_entropy(prompts[:1]).value / 2)


def test_padding_does_not_enter(rng):
    H = rng.normal(size=(3, 6, 4))
    lengths = [6, 2, 4]
    padded = H.copy()
    padded[1, 2:] = padded[2, 4:] = 1e6
    cut = [H[i, :n] for i, n in enumerate(lengths)]
    assert prompt_entropy(padded, lengths) == prompt_entropy(cut)
    assert np.allclose(pool(padded, lengths), [X.mean(axis=0) for X in cut])
    assert not np.allclose(pool(padded, lengths, "last_length"), pool(padded, lengths))


def test_no_prompts_have_no_entropy():
    assert prompt_entropy([]).value is None


def test_data_set_entropy_depends_on_batches_only_where_asked(rng):
    pooled = rng.normal(size=(8, 12)) + np.arange(8)[:, None]
    whole = dataset_entropy(pooled)
    assert dataset_entropy(pooled, batch_size=8) == whole
    assert dataset_entropy(rng.permutation(pooled)) == pytest.approx(whole)
    assert dataset_entropy(pooled, batch_size=2) != pytest.approx(whole, abs=1e-3)
