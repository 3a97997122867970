# Matrices are named as in the formulas.
# ruff: noqa: N806

import numpy as np
import pytest
import torch

from probes.metrics import centre_and_unit, gram, matrix_entropy, spectrum
from probes.metrics.gram import eigenvalues


def test_rows_are_centred_and_of_unit_length(rng):
    X = rng.normal(size=(9, 5)) + 100
    rows = centre_and_unit(X)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    lengths = np.linalg.norm(X - X.mean(axis=0), axis=1)
    assert np.allclose((rows * lengths[:, None]).sum(axis=0), 0)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6 / 3])
def test_equal_rows_become_zero_not_noise(value):
    assert not centre_and_unit(np.full((7, 4), value)).any()


def test_the_reference_divides_zero_by_zero():
    assert np.isnan(centre_and_unit(np.ones((4, 3)), "reference")).all()


def test_both_sides_have_the_same_spectrum(rng):
    X = rng.normal(size=(6, 10))
    assert np.allclose(spectrum(gram(X, "tokens")), spectrum(gram(X, "dims")))
    assert gram(X).shape == (6, 6)
    assert gram(X.T).shape == (6, 6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_torch_tensors_give_what_arrays_give(dtype, rng):
    X = torch.tensor(rng.normal(size=(6, 10)), dtype=dtype, requires_grad=True)
    assert matrix_entropy(X) == matrix_entropy(X.detach().double().numpy())


@pytest.mark.parametrize("bad", [np.full((3, 2), np.nan), np.array([[1.0, np.inf]])])
def test_states_that_are_not_finite_are_refused(bad):
    with pytest.raises(ValueError, match="NaN or infinite"):
        centre_and_unit(bad)


@pytest.mark.parametrize("bad", [np.ones(3), np.ones((2, 2, 2)), np.ones((0, 4))])
def test_another_shape_is_refused(bad):
    with pytest.raises(ValueError, match="shape"):
        centre_and_unit(bad)


def test_a_row_at_a_mean_of_zero_becomes_zero():
    steps = np.arange(-4, 5) / 7
    rows = centre_and_unit(np.outer(steps, [0.3, 0.7, 0.1]) + np.outer(steps**3, [1, 0, 0.1]))
    assert not rows[4].any()
    assert np.allclose(np.linalg.norm(np.delete(rows, 4, axis=0), axis=1), 1)


def test_eigenvalues_are_numpys(rng):
    for size in (1, 2, 7, 90):
        X = rng.normal(size=(size, 40))
        expected = np.linalg.eigvalsh(X @ X.T)
        assert np.allclose(eigenvalues(X @ X.T), expected, atol=1e-12 * expected[-1])


def test_the_spectrum_leaves_its_matrix_as_it_was(rng):
    K = gram(rng.normal(size=(6, 9)))
    kept = K.copy()
    spectrum(K)
    assert (kept == K).all()
