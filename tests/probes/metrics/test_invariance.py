# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import math

import numpy as np
import pytest
import scipy.linalg

from probes.metrics import centre_and_unit, dime, infonce, lidar

_rng = np.random.default_rng(1)
variants = pytest.mark.parametrize("variant", ["definition", "reference"])


@variants
def test_infonce_of_orthonormal_equal_views_has_a_closed_form(variant):
    N, t = 8, 0.5
    result = infonce(np.eye(N), np.eye(N), t, variant=variant)
    assert result.loss == pytest.approx(math.log(1 + (N - 1) * math.exp(-1 / t)))
    assert result.bound == pytest.approx(1 - result.loss / math.log(N))


def test_infonce_of_strangers_is_the_logarithm_of_their_number():
    A = np.ones((6, 3))
    assert infonce(A, A).loss == pytest.approx(math.log(6))
    assert infonce(A, A, variant="reference_2024").loss == pytest.approx(math.log(11))


def test_infonce_has_no_side_and_no_scale_by_definition(rng):
    A, B = rng.normal(size=(2, 9, 5))
    assert infonce(A, B).loss == pytest.approx(infonce(B, 7 * A).loss)
    assert infonce(A, B, variant="reference") != infonce(B, A, variant="reference")


def test_infonce_falls_as_views_agree(rng):
    A, noise = rng.normal(size=(2, 20, 10))
    losses = [infonce(A, A + s * noise).loss for s in (0, 0.5, 2)]
    assert losses == sorted(losses)


def test_one_prompt_cannot_be_confused():
    for variant in ("definition", "reference", "reference_2024"):
        result = infonce([[1.0, 2.0]], [[2.0, 1.0]], variant=variant)
        assert (result.loss, result.bound) == (pytest.approx(0), pytest.approx(1))


def test_views_that_do_not_pair_up_are_refused():
    with pytest.raises(ValueError, match="pair up"):
        infonce(np.ones((3, 2)), np.ones((4, 2)))


def test_dime_tells_partners_from_strangers(rng):
    A, noise, other = rng.normal(size=(3, 30, 20))
    paired = dime(centre_and_unit(A), centre_and_unit(A + 0.1 * noise))
    unpaired = dime(centre_and_unit(A), centre_and_unit(other))
    assert paired.value > 5 * abs(unpaired.value)
    assert paired.value == pytest.approx(paired.permuted - paired.joint)


def test_dime_is_seeded(rng):
    A, B = rng.normal(size=(2, 10, 6))
    assert dime(A, B) == dime(A, B)
    assert dime(A, B, seed=1).permuted != dime(A, B).permuted


def test_dime_of_permutations_that_permute_nothing_is_zero(rng):
    A, B = rng.normal(size=(2, 10, 6))
    same = dime(A, B, indices=np.tile(np.arange(10), (3, 1)))
    assert same.value == pytest.approx(0)
    assert same.permuted_sd == pytest.approx(0)


def test_dime_by_the_reference_takes_the_smaller_side(rng):
    A, B = rng.normal(size=(2, 10, 6))
    by_dims = dime(A, B, indices=[rng.permutation(6)], variant="reference")
    assert by_dims.joint <= math.log(6)
    wide = rng.permutation(10)
    for variant in ("definition", "reference"):
        assert dime(A.T, B.T, indices=[wide[wide < 6]], variant=variant).value == pytest.approx(
            dime(A.T, B.T, indices=[wide[wide < 6]]).value
        )


@pytest.mark.parametrize("X", [np.ones((1, 4)), np.zeros((5, 4))])
def test_dime_of_degenerate_views_is_zero(X):
    assert dime(X, X).value == pytest.approx(0)


@pytest.mark.parametrize("shape", [(6, 3, 20), (30, 4, 5)])
def test_lidar_is_the_generalised_eigenproblem(shape, rng):
    V = rng.normal(size=shape) + 2 * rng.normal(size=(shape[0], 1, shape[2]))
    means = V.mean(axis=1)
    between = np.cov(means.T, bias=True)
    within = np.einsum("nqd,nqe->de", V - means[:, None], V - means[:, None])
    within = within / (shape[0] * shape[1]) + 1e-4 * np.eye(shape[2])
    p = scipy.linalg.eigvalsh(between, within)
    p = p[p > 1e-12 * p.max()] / p[p > 1e-12 * p.max()].sum()
    result = lidar(V)
    assert result.entropy == pytest.approx(-np.sum(p * np.log(p)), abs=1e-9)
    assert result.rank == pytest.approx(math.exp(result.entropy))
    assert lidar(V, variant="reference").entropy == pytest.approx(result.entropy, abs=1e-3)
    assert 0 <= result.normalised() <= 1


def test_lidar_does_not_see_the_order_of_prompts_or_views(rng):
    V = rng.normal(size=(7, 4, 9))
    shuffled = V[rng.permutation(7)][:, rng.permutation(4)]
    assert lidar(shuffled).entropy == pytest.approx(lidar(V).entropy)


@pytest.mark.parametrize(
    "V", [np.full((5, 3, 4), 0.1), np.zeros((2, 2, 2)), _rng.normal(size=(1, 3, 4))]
)
def test_lidar_without_differences_between_prompts_is_zero(V):
    assert lidar(V).entropy == 0
    assert lidar(V).normalised() == 0


def test_lidar_of_single_views_is_finite(rng):
    assert lidar(rng.normal(size=(6, 1, 4))).entropy > 0


def test_lidar_needs_a_ridge():
    with pytest.raises(ValueError, match="delta"):
        lidar(np.ones((2, 2, 2)), delta=0)
