# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from probes.metrics import (
    centre_and_unit,
    curvature,
    effective_rank,
    layer_metrics,
    matrix_entropy,
    normalise_entropy,
    twonn,
)
from probes.metrics.layer import measured

_rng = np.random.default_rng(1)
walk = np.cumsum(_rng.normal(size=(60, 40)), axis=0)
sink = _rng.normal(size=(60, 40))
sink[0] = 1e4
PROMPTS = {
    "wide": _rng.normal(size=(30, 90)),
    "tall": _rng.normal(size=(90, 30)),
    "walk": walk,
    "far from the origin": walk + 1e3,
    "huge first token": sink,
    "repeated tokens": np.repeat(_rng.normal(size=(20, 40)), 2, axis=0),
    "line": np.outer(np.arange(12.0), _rng.normal(size=6)),
    "line through the origin": np.outer(np.arange(-4, 5) / 7, _rng.normal(size=6)),
    "zigzag": np.outer(np.arange(12) % 2, _rng.normal(size=6)),
    "identical": np.full((8, 5), 0.1),
    "three tokens": _rng.normal(size=(3, 7)),
    "two tokens": _rng.normal(size=(2, 7)),
    "one token": _rng.normal(size=(1, 7)),
    "one dimension": _rng.normal(size=(9, 1)),
}


def close(got, wanted):
    assert (got.n, got.missing) == (wanted.n, wanted.missing)
    assert (got.value is None) == (wanted.value is None)
    assert got.value is None or got.value == pytest.approx(wanted.value, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("drop", [0, 1, 3])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_gram_matrix_gives_what_the_single_functions_give(name, drop):
    X = PROMPTS[name]
    result = layer_metrics(X, drop)
    assert (result.without_first is None) == (len(X) <= drop)
    for part, tokens in ((result.whole, X), (result.without_first, X[drop:])):
        if part is None:
            continue
        rows = centre_and_unit(tokens)
        assert (part.tokens, part.dims) == tokens.shape
        assert part.s1 == pytest.approx(matrix_entropy(rows), abs=1e-8)
        assert part.s2 == pytest.approx(matrix_entropy(rows, 2), abs=1e-8)
        assert part.effective_rank == pytest.approx(effective_rank(rows), rel=1e-8)
        assert part.effective_rank >= part.exp_s1 - 1e-9
        assert part.entropy() == normalise_entropy(part.s1, *tokens.shape, "maxEntropy")
        close(part.curvature, curvature(tokens))
        close(part.dimension, twonn(tokens))


@pytest.mark.parametrize("drop", [0, 1, 3, 60])
@pytest.mark.parametrize("dims", [40, 90])
def test_prompts_measured_together_are_those_measured_alone(drop, dims):
    rng = np.random.default_rng(2)
    repeated = np.repeat(rng.normal(size=(20, dims)), 3, axis=0)
    huge = rng.normal(size=(60, dims))
    huge[0] = 1e4
    line = np.outer(np.arange(60.0), rng.normal(size=dims))
    far = np.cumsum(rng.normal(size=(60, dims)), axis=0) + 1e3
    X = np.stack([repeated, huge, line, np.full((60, dims), 0.1), far, rng.normal(size=(60, dims))])
    together = measured(X, X @ X.mT, np.linalg.norm(X, axis=2), drop)
    for prompt, states in enumerate(X):
        alone = layer_metrics(states, drop)
        for of_all, part in zip(together, (alone.whole, alone.without_first), strict=True):
            assert (of_all is None) == (part is None)
            if of_all is None:
                continue
            found = of_all[prompt]
            for name in ("s1", "s2", "effective_rank"):
                assert getattr(found, name) == pytest.approx(getattr(part, name), rel=1e-10)
            close(found.curvature, part.curvature)
            close(found.dimension, part.dimension)


@given(
    arrays(
        np.float64,
        array_shapes(min_dims=2, max_dims=2, max_side=7),
        elements=st.floats(-100, 100, width=16),
    )
)
def test_any_states_have_an_answer(X):
    result = layer_metrics(X)
    for part in filter(None, (result.whole, result.without_first)):
        assert np.isfinite([part.s1, part.s2, part.effective_rank]).all()
        for estimate in (part.curvature, part.dimension):
            assert estimate.value is None or np.isfinite(estimate.value)


def test_a_huge_first_token_makes_a_valley_that_the_twin_does_not_have():
    result = layer_metrics(sink)
    assert result.whole.entropy() < 0.2
    assert result.without_first.entropy() > 0.9


def test_torch_states_are_taken_as_they_are():
    tensor = torch.tensor(walk, dtype=torch.float32, requires_grad=True)
    assert layer_metrics(tensor) == layer_metrics(walk.astype(np.float32))


def test_bad_states_and_bad_counts_are_refused():
    with pytest.raises(ValueError, match="NaN or infinite"):
        layer_metrics(np.array([[1.0, np.nan], [1.0, 2.0]]))
    with pytest.raises(ValueError, match="leave out"):
        layer_metrics(walk, drop=-1)
