# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
import pytest

from probes.metrics import seq_vcr

_rng = np.random.default_rng(1)


@pytest.mark.parametrize("X", [np.ones((8, 3, 5)), _rng.normal(size=(1, 3, 5))])
def test_collapsed_states_pay_the_whole_variance_term(X):
    result = seq_vcr(X)
    assert result.variance_term == pytest.approx(1 - np.sqrt(0.001))
    assert result.covariance_term == 0


def test_spread_uncorrelated_states_pay_nothing():
    signs = np.array([[a, b] for a in (-2.0, 2.0) for b in (-2.0, 2.0)])
    assert seq_vcr(signs[:, None]).loss == pytest.approx(0)


def test_the_loss_is_the_formula_written_out(rng):
    X = rng.normal(size=(6, 2, 3)) * 0.5
    variance = covariance = 0.0
    for t in range(2):
        C = np.cov(X[:, t].T)
        for k in range(3):
            variance += max(0, 1 - np.sqrt(C[k, k] + 0.001)) / 6
            covariance += sum(C[k, m] ** 2 for m in range(3) if m != k) / 6
    result = seq_vcr(X, lambda1=0.3, lambda2=0.7)
    assert result.variance_term == pytest.approx(variance)
    assert result.covariance_term == pytest.approx(covariance)
    assert result.loss == pytest.approx(0.3 * variance + 0.7 * covariance)


def test_positions_are_penalised_one_by_one(rng):
    X = rng.normal(size=(10, 4, 3))
    parts = [seq_vcr(X[:, t : t + 1]).loss for t in range(4)]
    assert seq_vcr(X).loss == pytest.approx(np.mean(parts))
