"""Prompts that are measured together are measured as each alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import metrics
from probes.layers.stacks import Stacking, block_influences, room
from probes.layers.twins import Distortion


def stacked(states, entering=None, **wanted):
    count, tokens, dims = states.shape
    asked = {"grams": False, "dimensions": False, **wanted}
    stacking = Stacking(count, tokens, dims, entering, **asked)
    for prompt, each in enumerate(states):
        assert stacking.takes(each)
        assert np.array_equal(stacking.add(prompt, each), each.astype(np.float64))
    assert not stacking.takes(states[0])
    return stacking.stack()


@pytest.fixture
def states():
    return np.random.default_rng(0).normal(size=(2, 3, 5, 8)).astype(np.float32)


def test_squares_products_and_grams_are_those_of_each_prompt(states):
    before, after = states
    first = stacked(before)
    second = stacked(after, first, grams=True, dimensions=True)
    wide = after.astype(np.float64)
    assert np.allclose(second.squares, (wide**2).sum(-1))
    assert np.allclose(second.products, (wide * before).sum(-1))
    assert np.allclose(second.grams, wide @ wide.transpose(0, 2, 1))
    assert np.allclose(second.dimensions, (wide**2).sum(1))
    assert first.products.size == first.grams.size == first.dimensions.size == 0


def test_the_influence_of_a_block_is_that_of_the_metric(states):
    before, after = states
    first = stacked(before)
    second = stacked(after, first)
    (found,) = block_influences(first, second, ["whole"], Distortion())
    for value, one, other in zip(found, before, after, strict=True):
        assert value == pytest.approx(metrics.block_influence(one, other).value)


@given(st.integers(1, 2000), st.integers(1, 4096))
def test_there_is_always_room_for_one_prompt_and_never_for_more_tokens_than_asked(tokens, batch):
    prompts = room(tokens, batch)
    assert prompts >= 1
    assert prompts == 1 or prompts * tokens <= batch
