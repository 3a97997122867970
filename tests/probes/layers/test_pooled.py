"""Pooled states leave out padding, and their metrics are those of the pooled vectors."""

import numpy as np
import pytest

from probes.layers import passes, pooled
from probes.metrics import (
    alpha_req,
    dataset_entropy,
    rankme,
)
from tests.probes.layers.measured import prompts_of


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("pooling", "at"), [("mean", None), ("last", -1), ("first", 0)])
def test_padding_on_either_side_is_left_out_of_the_pooled_vector(side, pooling, at):
    rng = np.random.default_rng(0)
    own = [rng.normal(size=(n, 5)) for n in (3, 7, 1)]
    states = np.full((3, 7, 5), 1e6)
    mask = np.zeros((3, 7))
    for row, tokens in enumerate(own):
        part = slice(len(tokens)) if side == "right" else slice(7 - len(tokens), 7)
        states[row, part], mask[row, part] = tokens, 1
    expected = [tokens.mean(axis=0) if at is None else tokens[at] for tokens in own]
    np.testing.assert_allclose(pooled.pool_states(states, mask, pooling), expected)


def test_pooling_without_own_tokens_is_refused():
    with pytest.raises(ValueError, match="prompt 1 has no tokens"):
        pooled.pool_states(np.ones((2, 3, 4)), np.array([[1, 1, 0], [0, 0, 0]]))


def test_dataset_metrics_are_those_of_the_pooled_vectors(small):
    table = passes.measure(small, prompts_of(small, count=8))
    for layer in range(table.layers):
        value, low, high = table.dataset["dataset_entropy"][layer]
        assert value == pytest.approx(dataset_entropy(table.pooled[layer]))
        assert low < value < high
        assert table.dataset["rankme"][layer, 0] == pytest.approx(rankme(table.pooled[layer]))
        decay = alpha_req(table.pooled[layer]).value
        assert table.dataset["alpha_req"][layer, 0] == pytest.approx(decay, abs=1e-6)
    assert table.curve("rankme").n.tolist() == [8] * table.layers


def test_views_give_the_invariance_metrics(small):
    prompts = prompts_of(small, count=5)
    views = [[ids[:-1], ids[1:], ids[:-2]] for ids in prompts]
    done = []
    table = passes.measure(small, prompts, views=views, progress=done.append)
    assert {"infonce", "dime", "lidar"} <= set(table.dataset)
    assert done == sorted(done)
    assert done[-1] == 1.0
    same = pooled.invariance_metrics(np.repeat(table.pooled[:, :, None], 2, axis=2))
    assert (same["infonce"][:, 0] < np.log(5)).all()
