"""The layers of networks of many makes, with random weights, are read right, or refused beforehand with the reason."""

import numpy as np
import pytest
import torch
import transformers

from probes.continuations import shared_cache
from probes.errors import ProbeError
from probes.layers import layer_table, lenses, passes
from probes.models import anatomy, laboratory, local_model
from probes.texts.prompts import OWN

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
}
LLAMA = {**SMALL, "num_key_value_heads": 2}
ENDS = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 0}

# Each row holds class, configuration, the final norm, and whether the make has an output matrix.
MAKES = {
    "opt-350m": (
        "OPTForCausalLM", "OPTConfig",
        {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "ffn_dim": 64,
         "word_embed_proj_dim": 16, "do_layer_norm_before": False, **ENDS}, [], True,
    ),
    "opt": (
        "OPTForCausalLM", "OPTConfig",
        {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "ffn_dim": 64,
         "word_embed_proj_dim": 32, **ENDS}, ["decoder.final_layer_norm"], True,
    ),
    "albert": (
        "AlbertModel", "AlbertConfig", {**SMALL, "embedding_size": 16, **ENDS}, [], False,
    ),
    "t5-encoder": (
        "T5EncoderModel", "T5Config",
        {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 3, "num_heads": 4, "pad_token_id": 1,
         "eos_token_id": 0}, ["encoder.final_layer_norm"], False,
    ),
    "clip-text": (
        "CLIPTextModel", "CLIPTextConfig",
        {**SMALL, "max_position_embeddings": 77, **ENDS}, ["final_layer_norm"], False,
    ),
    "xlnet": (
        "XLNetLMHeadModel", "XLNetConfig",
        {"d_model": 32, "n_layer": 3, "n_head": 4, "d_inner": 64, **ENDS}, [], True,
    ),
    "modernbert": (
        "ModernBertModel", "ModernBertConfig",
        {**SMALL, **ENDS, "cls_token_id": 0, "sep_token_id": 0}, ["final_norm"], False,
    ),
    "modernbert-decoder": (
        "ModernBertDecoderForCausalLM", "ModernBertDecoderConfig",
        {**SMALL, **ENDS, "cls_token_id": 0, "sep_token_id": 0}, ["final_norm"], True,
    ),
    "xglm": (
        "XGLMForCausalLM", "XGLMConfig",
        {"d_model": 32, "num_layers": 3, "attention_heads": 4, "ffn_dim": 64, **ENDS},
        ["layer_norm"], True,
    ),
    "ctrl": (
        "CTRLLMHeadModel", "CTRLConfig", {"n_embd": 32, "n_layer": 3, "n_head": 4, "dff": 64},
        ["layernorm"], True,
    ),
    "megatron-bert": ("MegatronBertModel", "MegatronBertConfig", SMALL, ["encoder.ln"], False),
    "biogpt": (
        "BioGptForCausalLM", "BioGptConfig", {**SMALL, "max_position_embeddings": 256, **ENDS},
        ["layer_norm"], True,
    ),
    "esm": (
        "EsmModel", "EsmConfig",
        {**SMALL, "pad_token_id": 1, "mask_token_id": 0, "emb_layer_norm_before": False,
         "position_embedding_type": "rotary", "token_dropout": False},
        ["encoder.emb_layer_norm_after"], False,
    ),
    "xlm-roberta-xl": (
        "XLMRobertaXLModel", "XLMRobertaXLConfig", {**SMALL, **ENDS}, ["encoder.LayerNorm"], False,
    ),
    "roberta-prelayernorm": (
        "RobertaPreLayerNormModel", "RobertaPreLayerNormConfig", {**SMALL, **ENDS}, ["LayerNorm"], False,
    ),
    "rwkv": (
        "RwkvForCausalLM", "RwkvConfig", {"hidden_size": 32, "num_hidden_layers": 3, **ENDS},
        ["ln_out"], True,
    ),
    # The decoder of a pair, alone, inside a wrapper that hands on whatever it is called with.
    "bart-decoder": (
        "BartForCausalLM", "BartConfig",
        {"d_model": 32, "encoder_layers": 1, "decoder_layers": 3, "encoder_attention_heads": 4,
         "decoder_attention_heads": 4, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64,
         "is_encoder_decoder": False, "is_decoder": True, **ENDS}, [], True,
    ),
    "bert": ("BertModel", "BertConfig", SMALL, [], False),
    "granite": (
        "GraniteForCausalLM", "GraniteConfig", {**LLAMA, **ENDS, "logits_scaling": 8.0}, ["norm"], True,
    ),
    "cohere": ("CohereForCausalLM", "CohereConfig", {**LLAMA, **ENDS}, ["norm"], True),
    "gemma2": (
        "Gemma2ForCausalLM", "Gemma2Config",
        {**LLAMA, **ENDS, "head_dim": 8, "final_logit_softcapping": 3.0}, ["norm"], True,
    ),
}  # fmt: skip
SAID = [make for make, (*_, head) in MAKES.items() if head]


@pytest.fixture(scope="module")
def load(tokenizer, tmp_path_factory):
    """A model of a make, loaded from a folder, with weights large enough to tell its logits apart."""
    loaded = {}

    def load_make(make):
        if make not in loaded:
            kind, config, options, *_ = MAKES[make]
            torch.manual_seed(0)
            made = getattr(transformers, config)(vocab_size=len(tokenizer), **options)
            network = getattr(transformers, kind)(made)
            folder = tmp_path_factory.mktemp(make)
            with torch.no_grad():
                network.get_input_embeddings().weight.mul_(20)
            network.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            loaded[make] = laboratory.load(str(folder), folder)
            # transformers makes the cache of a decoder for as many layers as its encoder has.
            loaded[make].network.config.use_cache = False
        return loaded[make]

    return load_make


def named(model, modules):
    names = {id(module): name for name, module in model.network.base_model.named_modules()}
    return [names[id(module)] for module in modules]


@pytest.mark.parametrize("make", MAKES)
def test_the_final_norm_is_what_leads_from_the_last_block_to_the_output(load, make):
    model = load(make)
    assert named(model, model.anatomy.closing) == MAKES[make][3]
    assert model.anatomy.projected == (make == "opt-350m")
    assert model.layers == 4


@pytest.mark.parametrize("make", MAKES)
def test_block_influence_of_the_last_block_is_between_what_enters_and_what_leaves_it(load, make):
    model = load(make)
    prompts = model.encode(OWN[:3], max_tokens=20)
    prompts[1] = prompts[1][:9]
    found = passes.measure(model, prompts).prompts["block_influence"][:, -1]
    for prompt, value in zip(prompts, found, strict=True):
        seen = []
        handle = model.anatomy.blocks[-1].register_forward_hook(
            lambda _m, args, kwargs, out, seen=seen: seen.append(
                (args[0] if args else kwargs["hidden_states"], out[0] if isinstance(out, (tuple, list)) else out)
            ),
            with_kwargs=True,
        )  # fmt: skip
        with torch.inference_mode():
            model.network.base_model(torch.tensor([prompt]))
        handle.remove()
        # ALBERT calls its one block at every layer, and the last call counts.
        entered, left = (states.reshape(len(prompt), -1).double() for states in seen[-1])
        cosines = torch.nn.functional.cosine_similarity(entered, left, dim=1)
        assert value == pytest.approx(float(1 - cosines.mean()), abs=1e-5)


@pytest.mark.parametrize("make", MAKES)
def test_a_prompt_is_read_alike_alone_and_padded_beside_others(load, make):
    model = load(make)
    prompts = model.encode(OWN[:3], max_tokens=30)
    prompts[0] = prompts[0][:6]
    together, alone = {}, {}
    model.hidden_states(prompts, lambda p, layer, x: together.__setitem__((p, layer), x.copy()))
    for p, prompt in enumerate(prompts):
        model.hidden_states(
            [prompt], lambda _p, layer, x, p=p: alone.__setitem__((p, layer), x.copy())
        )
    assert {states.shape[1] for states in alone.values()} == {32}
    for key, states in alone.items():
        np.testing.assert_allclose(states, together[key], atol=2e-3 * np.abs(states).max())


@pytest.mark.parametrize("make", SAID)
def test_the_lens_at_the_last_layer_is_what_the_model_says(load, make):
    """With all that stands between: norm, projection, scaling, soft cap."""
    model = load(make)
    prompt = model.encode(OWN[:1], max_tokens=20)[0]
    states = {}
    model.hidden_states([prompt], lambda _p, layer, x: states.__setitem__(layer, x.copy()))
    with torch.inference_mode():
        said = model.network(torch.tensor([prompt])).logits[0].numpy()
    mine = lenses.LogitLens(model).logits(states[model.layers - 1], normed=True)
    np.testing.assert_allclose(mine, said, atol=1e-4 * np.abs(said).max())


def test_scale_and_soft_cap_are_found_by_what_they_do(load):
    found = {
        make: lenses.LogitLens(load(make))._finish
        for make in ("granite", "cohere", "gemma2", "opt")
    }
    assert found["opt"] == lenses.Finish(scale=1.0, cap=None)
    assert found["granite"].scale == pytest.approx(1 / 8)
    assert found["cohere"].scale == pytest.approx(0.0625)
    assert found["gemma2"].cap == pytest.approx(3.0, rel=1e-4)
    # Without the cap the logits of this model would differ, so the test above is not empty.
    model = load("gemma2")
    ids = model.encode(OWN[:1], max_tokens=20)
    with torch.inference_mode():
        assert model.network(torch.tensor(ids)).logits.abs().max() > 2


def test_the_lens_reads_through_hooks_of_the_forward_pass(load):
    table = passes.measure(
        load("gemma2"), load("gemma2").encode(OWN[:3], max_tokens=16),
        layer_table.Settings(lens_positions=3),
    )  # fmt: skip
    np.testing.assert_allclose(table.prompts["logit_lens_kl"][:, -1], 0, atol=1e-9)


def saved(folder, tokenizer, network):
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_what_has_not_one_stack_of_text_is_refused_before_its_weights_are_read(tokenizer, tmp_path):
    words = {"vocab_size": len(tokenizer)}
    both = transformers.T5ForConditionalGeneration(
        transformers.T5Config(**words, **MAKES["t5-encoder"][2], decoder_start_token_id=1)
    )
    towers = transformers.CLIPModel(
        transformers.CLIPConfig(
            text_config={**words, **SMALL, "projection_dim": 16},
            vision_config={**SMALL, "image_size": 32, "patch_size": 16, "projection_dim": 16},
            projection_dim=16,
        )
    )
    for name, network, reason in (
        ("both", both, "has both encoder and decoder.*EncoderModel"),
        ("towers", towers, "one tower for text and one for images.*TextModel"),
    ):
        folder = saved(tmp_path / name, tokenizer, network)
        # This needs no byte of the weights.
        weights = tmp_path / name / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-100])
        with pytest.raises(ProbeError, match=reason) as said:
            laboratory.load(folder, tmp_path)
        assert "\n" not in str(said.value)


def test_a_network_that_calls_no_stack_of_its_depth_is_refused(tokenizer, tmp_path):
    """Funnel pools its tokens from block to block."""
    config = transformers.FunnelConfig(
        vocab_size=len(tokenizer), d_model=32, n_head=4, d_head=8, d_inner=64, block_sizes=[1, 1, 1],
        num_decoder_layers=1, pad_token_id=1, cls_token_id=0, sep_token_id=0,
    )  # fmt: skip
    folder = saved(tmp_path / "funnel", tokenizer, transformers.FunnelModel(config))
    with pytest.raises(ProbeError, match=r"model funnel .*choose"):
        laboratory.load(folder, tmp_path)


def test_padding_that_changes_states_is_done_without(load):
    """A model that does not heed its mask is read in batches of one length."""
    model = load("bert")
    batches = list(local_model.batches([[1] * n for n in (5, 7, 5, 7)], 1000, padded=False))
    assert sorted(map(sorted, batches)) == [[0, 2], [1, 3]]
    assert len(list(local_model.batches([[1] * n for n in (5, 7)], 1000))) == 1
    assert model.anatomy.padded


class OnItsDevice(torch.nn.Module):
    """A network that reads nothing from another device than its own."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(50, 8)

    def forward(self, rows, attention_mask):
        own = self.embedding.weight.device
        assert rows.device == attention_mask.device == own
        return self.embedding(rows) * attention_mask[..., None]


def test_a_network_is_given_its_tokens_and_mask_on_its_own_device():
    rows, mask = local_model.padded([[1, 2, 3], [4]])
    for device in ("cpu", "meta"):
        states = anatomy.run(OnItsDevice().to(device), rows, mask)
        assert (states.device.type, states.shape) == (device, (2, 3, 8))


def test_what_a_shared_cache_holds_is_on_the_device_of_the_network():
    store = shared_cache.Store(torch.device("meta"))
    with store.reading(torch.arange(3, device="meta"), torch.ones(3, 3, device="meta").bool()):
        pass
    store.admit([[0, 1], [0, 1, 2]])
    held = (store.places, store.visible, store.begins, store.written)
    assert {tensor.device.type for tensor in held} == {"meta"}
    assert store.visible.shape == (2, 3)
