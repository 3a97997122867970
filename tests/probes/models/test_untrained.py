"""An untrained network has learnt nothing, so no probe of layers supports its claim on it."""

import numpy as np
import pytest
import torch
import transformers

from probes import registry
from probes.errors import ProbeError
from probes.models import laboratory, weights
from probes.models.untrained import untrained

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
    return probe.run(laboratory.Laboratory(cache=cache), lambda _share, _message: None).result


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
    model = laboratory.Laboratory(cache=tmp_path).load(str(decoder))

    def weights(seed):
        return untrained(model, seed).network.get_input_embeddings().weight.detach().numpy()

    np.testing.assert_array_equal(weights(3), weights(3))
    assert not np.array_equal(weights(3), weights(4))


def test_a_twin_takes_the_place_of_its_model(decoder, tmp_path):
    lab = laboratory.Laboratory(cache=tmp_path)
    model = lab.load(str(decoder))
    held = sum(p.untyped_storage().nbytes() for p in model.network.parameters())
    apart = untrained(model, 3).network.state_dict()
    twin = lab.untrained(str(decoder), 3)
    assert sum(p.untyped_storage().nbytes() for p in model.network.parameters()) < held / 100
    assert all(
        torch.equal(apart[name], tensor) for name, tensor in twin.network.state_dict().items()
    )
    second = lab.untrained(str(decoder), 4)
    assert sum(p.untyped_storage().nbytes() for p in twin.network.parameters()) == 0
    assert second.record.id == twin.record.id
    assert second.record.revision == "random-4"
    # The trained model is read again where it is asked for again.
    assert lab.load(str(decoder)).record.revision == model.record.revision
    assert lab.load(str(decoder)) is not model


def test_a_twin_that_does_not_fit_is_refused(decoder, tmp_path, monkeypatch):
    lab = laboratory.Laboratory(cache=tmp_path)
    lab.load(str(decoder))
    free = type("Memory", (), {"available": 1000})
    monkeypatch.setattr(weights.psutil, "virtual_memory", lambda: free)
    with pytest.raises(ProbeError, match=r"untrained needs .* GiB"):
        lab.untrained(str(decoder))
