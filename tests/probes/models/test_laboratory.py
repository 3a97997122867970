"""A model is found by its name and loaded whole, or refused in one line with the remedy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import transformers

from probes.errors import ProbeError, UsageError
from probes.models import laboratory, model_names
from tests.probes.conftest import KINDS


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
        laboratory.load(str(folder), tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_without_its_tokenizer_is_refused(kind, request, tmp_path):
    """Of a BERT transformers makes one from nothing: every text would be unknown words."""
    stored = request.getfixturevalue(kind)
    folder = tmp_path / "wordless"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_bytes((stored / name).read_bytes())
    with pytest.raises(ProbeError, match=r"wordless .*tokenizer") as said:
        laboratory.load(str(folder), tmp_path)
    assert "\n" not in str(said.value)


def test_a_tied_matrix_is_one_parameter_and_named_once(save, tokenizer, tmp_path):
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, tie_word_embeddings=True,
    )  # fmt: skip
    tied = laboratory.load(str(save(transformers.LlamaForCausalLM, config)), tmp_path)
    config.tie_word_embeddings = False
    free = laboratory.load(str(save(transformers.LlamaForCausalLM, config)), tmp_path)
    assert free.record.parameters - tied.record.parameters == len(tokenizer) * 32


def test_a_revision_is_asked_of_the_hub(tmp_path, monkeypatch, decoder):
    asked = {}
    monkeypatch.setattr(
        laboratory.huggingface_hub, "snapshot_download",
        lambda name, **options: asked.update(options, name=name) or str(decoder),
    )  # fmt: skip
    model = laboratory.load("owner/name", tmp_path, revision="step1000")
    assert (asked["name"], asked["revision"]) == ("owner/name", "step1000")
    assert laboratory.load("owner/name@step1000", tmp_path).record == model.record
    assert model.record.id == "owner/name@step1000"


def test_unknown_model_lists_what_is_known(tmp_path):
    with pytest.raises(UsageError, match="smollm2, minilm"):
        laboratory.load("nonsense", tmp_path)


def test_offline_hub_model_is_one_clear_line(tmp_path):
    code = (
        "from pathlib import Path; from probes.models import laboratory\n"
        "try: laboratory.load('nobody/nothing', Path('.'))\n"
        "except laboratory.ProbeError as error: print(error)"
    )
    root = str(Path(__file__).resolve().parents[3])
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


def test_missing_package_names_the_command(tmp_path, monkeypatch):
    bundled = model_names.Bundled(id="X", package="no_such_package", file="", quantisation="")
    monkeypatch.setitem(model_names.BUNDLED, "x", bundled)
    with pytest.raises(ProbeError, match="inquire models install"):
        laboratory.load("x", tmp_path)


def test_torn_weights_are_one_line_with_the_remedy(encoder, tmp_path):
    folder = shutil.copytree(encoder, tmp_path / "torn")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(
        ProbeError, match=r"cannot load torn from .*; fetch the model again"
    ) as error:
        laboratory.load(str(folder), tmp_path)
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
        laboratory.load(str(folder), tmp_path)
    assert "\n" not in str(error.value)
