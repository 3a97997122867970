"""A pass over the layers gives the metrics of the states, however they are batched."""

import dataclasses

import numpy as np
import pytest
import torch
import transformers

from probes.errors import ProbeError
from probes.layers import passes, twins
from probes.metrics import (
    block_influence,
    layer_metrics,
    pool,
)
from probes.models.untrained import untrained
from tests.probes.layers.measured import SETTINGS, prompts_of, states_of


def test_every_architecture_gives_the_metrics_of_its_states(model):
    prompts = prompts_of(model)
    table = passes.measure(model, prompts, SETTINGS)
    for (prompt, layer), states in states_of(model, prompts).items():
        expected = layer_metrics(states)
        for part, suffix in ((expected.whole, ""), (expected.without_first, "/without_first")):
            found = {name: table.prompts[name + suffix][prompt, layer] for name in twins.COLUMNS}
            assert found["s1"] == pytest.approx(part.s1, abs=1e-8)
            assert found["s2"] == pytest.approx(part.s2, abs=1e-8)
            assert found["effective_rank"] == pytest.approx(part.effective_rank, rel=1e-8)
            assert found["curvature"] == pytest.approx(part.curvature.value, abs=1e-8)
            assert found["dimension"] == pytest.approx(part.dimension.value, rel=1e-6)
            assert found["entropy"] == pytest.approx(part.entropy(), abs=1e-8)
        mean = pool([states])[0]
        np.testing.assert_allclose(table.pooled[layer, prompt], mean, rtol=1e-5, atol=1e-6)


def test_layer_zero_is_the_embedding_of_every_architecture(model):
    """Also of Mamba, whose own list of states begins after its first block."""
    prompts = prompts_of(model, count=2)
    first = passes.measure(model, prompts).pooled[0]
    base = model.network.base_model
    with torch.inference_mode():
        embed = getattr(base, "embeddings", None) or base.get_input_embeddings()
        theirs = [embed(torch.tensor([ids]))[0].mean(dim=0).numpy() for ids in prompts]
    np.testing.assert_allclose(first, np.stack(theirs), rtol=1e-4, atol=1e-6)


def test_block_influence_of_the_last_block_is_taken_before_the_final_norm(small):
    prompts = prompts_of(small, count=3)
    outputs = []
    block = small.network.base_model.layers[-1]
    handle = block.register_forward_hook(lambda _m, _a, out: outputs.append(out))
    found = passes.measure(small, prompts).prompts["block_influence"]
    handle.remove()
    states = states_of(small, prompts)
    assert np.isnan(found[:, 0]).all()
    order = sorted(range(3), key=lambda i: len(prompts[i]))
    leaving = outputs[0] if not isinstance(outputs[0], tuple) else outputs[0][0]
    for row, prompt in enumerate(order):
        n = len(prompts[prompt])
        expected = block_influence(states[prompt, small.layers - 2], leaving[row, :n]).value
        assert found[prompt, -1] == pytest.approx(expected, abs=1e-6)
        middle = block_influence(states[prompt, 1], states[prompt, 2]).value
        assert found[prompt, 2] == pytest.approx(middle, abs=1e-9)


def test_batches_do_not_change_a_prompt(small):
    """Whether prompts of a batch have one length, and are measured together, or not."""
    prompts = [*prompts_of(small), *(ids[:9] for ids in prompts_of(small)), [7], [8]]
    together = passes.measure(small, prompts, SETTINGS)
    alone = passes.measure(small, prompts, dataclasses.replace(SETTINGS, batch_tokens=1))
    for name, values in together.prompts.items():
        np.testing.assert_allclose(values, alone.prompts[name], rtol=2e-3, atol=1e-3, err_msg=name)


def test_states_that_are_not_finite_end_in_one_line(small):
    with torch.no_grad():
        small.network.base_model.layers[1].mlp.down_proj.weight.fill_(float("nan"))
    with pytest.raises(ProbeError, match=r"layer 2 .* not finite for prompt") as caught:
        passes.measure(small, prompts_of(small))
    assert "\n" not in str(caught.value)


def test_untrained_weights_are_new_and_the_same_for_a_seed(small):
    before = torch.random.get_rng_state()
    first, second, other = (untrained(small, seed) for seed in (5, 5, 6))
    assert torch.equal(before, torch.random.get_rng_state())
    weights = [m.network.get_input_embeddings().weight for m in (small, first, second, other)]
    assert torch.equal(weights[1], weights[2])
    assert not torch.equal(weights[1], weights[0])
    assert not torch.equal(weights[1], weights[3])
    assert first.record.id.endswith("untrained")
    assert first.layers == small.layers
    assert isinstance(first.network, transformers.LlamaForCausalLM)
