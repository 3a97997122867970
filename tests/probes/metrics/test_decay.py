# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
import pytest

from probes.metrics import alpha_req, effective_rank, rankme


def with_spectrum(rng, eigenvalues, tokens):
    """Centred states whose covariance has these eigenvalues."""
    noise = rng.normal(size=(tokens, len(eigenvalues)))
    basis = np.linalg.qr(noise - noise.mean(axis=0))[0]
    return basis * np.sqrt(eigenvalues) + 5.0


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_law_is_found(exponent, rng):
    X = with_spectrum(rng, np.arange(1, 13.0) ** -exponent, 40)
    assert alpha_req(X).value == pytest.approx(exponent, abs=1e-9)
    assert alpha_req(X, first=3, last=9).value == pytest.approx(exponent, abs=1e-9)
    assert alpha_req(X, first=3, last=9).n == 7


def test_rankme_counts_orthonormal_rows():
    assert rankme(np.eye(6)) == pytest.approx(6, rel=1e-5)


def test_rankme_is_the_effective_rank_but_for_its_epsilon(rng):
    X = rng.normal(size=(20, 9))
    assert rankme(X) == pytest.approx(effective_rank(X), rel=1e-4)


@pytest.mark.parametrize("X", [np.ones((1, 3)), np.full((5, 3), 0.1), np.zeros((4, 4))])
def test_states_without_spread_have_no_decay(X):
    assert alpha_req(X).value is None
    assert rankme(X) == pytest.approx(1, abs=1e-5)


def test_eigenvalues_are_counted_from_one():
    with pytest.raises(ValueError, match="from 1"):
        alpha_req(np.eye(3), first=0)
