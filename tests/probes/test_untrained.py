"""A network that was never trained has learnt nothing: no probe of layers supports its claim on it."""

import numpy as np
import pytest
import transformers

from probes import models, registry
from probes.untrained import untrained

SMALL = {
    "layer_valley": {"count": 8, "max_tokens": 32},
    "block_influence": {"count": 8, "max_tokens": 32},
    "logit_lens": {"count": 8, "max_tokens": 32},
    "extreme_inputs": {"count": 8, "max_tokens": 32},
    "layer_task": {"count": 12, "max_tokens": 24},
    "metric_predicts_task": {"count": 12, "max_tokens": 24, "prompts": 10},
}


@pytest.fixture(scope="session")
def deep(save, tokenizer):
    """A Llama of 12 blocks, whose growing states are turned less from block to block by themselves."""
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=12,
        num_attention_heads=4,
        max_position_embeddings=256,
    )
    return save(transformers.LlamaForCausalLM, config)


def concluded(name, folder, cache):
    # Its twin is another draw of weights: the fixtures are drawn with seed 0.
    probe = registry.build(name, {"model": str(folder), "seed": 1, **SMALL[name]})
    return probe.run(models.Laboratory(cache=cache), lambda _share, _message: None).result


def test_every_probe_of_layers_that_loads_a_model_is_asked():
    loading = [
        name
        for name in registry.names()
        if "layer_metrics" in registry.get(name).families and registry.get(name).model != "none"
    ]
    assert loading == sorted(SMALL)


@pytest.mark.parametrize("kind", ["decoder", "deep"])
@pytest.mark.parametrize("name", SMALL)
def test_no_probe_of_layers_supports_its_claim_on_a_network_that_was_never_trained(
    name, kind, request, tmp_path
):
    assert concluded(name, request.getfixturevalue(kind), tmp_path).verdict != "supported"


def test_an_effect_of_the_architecture_is_told_as_that(deep, tmp_path):
    result = concluded("block_influence", deep, tmp_path)
    assert result.alone == "supported"
    assert result.outcome == "supported, but explained by the untrained architecture"
    assert (
        "but also in an untrained twin"
        in registry.parsed("block_influence", result.parameters).sentences(result).finding
    )


def test_the_same_seed_draws_the_same_weights_and_another_does_not(decoder, tmp_path):
    model = models.Laboratory(cache=tmp_path).load(str(decoder))

    def weights(seed):
        return untrained(model, seed).network.get_input_embeddings().weight.detach().numpy()

    np.testing.assert_array_equal(weights(3), weights(3))
    assert not np.array_equal(weights(3), weights(4))
