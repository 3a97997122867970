"""onnxruntime and transformers give the same vectors, whatever the encoder's sizes and however it is stored."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel

from assistant.models import bert
from assistant.models.packages import embedder_folder

WORDS = 60


def stored(folder, **config):
    """A small encoder with random weights in a folder, and itself."""
    torch.manual_seed(1)
    sizes = {
        "vocab_size": WORDS, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
        "intermediate_size": 40, "max_position_embeddings": 32,
    }  # fmt: skip
    model = BertModel(BertConfig(**{**sizes, **config}), add_pooling_layer=False).eval()
    # Fresh layer norms are 1 and 0, and would hide mixed-up weights.
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(0, 0.3)
    model.save_pretrained(folder)
    return model


def batch(texts=3, tokens=11, words=WORDS):
    """Word pieces and which of them are there, the second text shorter than the others."""
    drawn = np.random.default_rng(0)
    ids, mask = drawn.integers(0, words, (texts, tokens)), np.ones((texts, tokens), np.int64)
    ids[1, 4:], mask[1, 4:] = 0, 0
    return ids, mask


def of_torch(model, ids, mask):
    with torch.inference_mode():
        found = model(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask))
    return found.last_hidden_state.float().numpy()


def of_onnxruntime(folder, ids, mask, threads=1):
    session = bert.session(folder, threads)
    return session.run([bert.STATES], dict(zip(bert.INPUTS, (ids, mask), strict=True)))[0]


def assert_same(folder, model, ids, mask, atol=1e-5):
    there = mask.astype(bool)
    np.testing.assert_allclose(
        of_onnxruntime(folder, ids, mask)[there], of_torch(model, ids, mask)[there], atol=atol
    )


def test_the_bundled_encoder_is_that_of_torch():
    folder = embedder_folder("minilm")
    model = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    for tokens in (2, 17, 256):
        assert_same(folder, model, *batch(tokens=max(tokens, 5), words=30522))


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"num_attention_heads": 1},
        {"hidden_act": "gelu_new"},
        {"hidden_act": "relu"},
        {"layer_norm_eps": 1e-3, "num_hidden_layers": 1},
    ],
)
def test_encoders_of_other_sizes_are_those_of_torch(tmp_path, config):
    model = stored(tmp_path, **config)
    assert_same(tmp_path, model, *batch())
    assert_same(tmp_path, model, *batch(tokens=32))


def test_threads_change_nothing_that_is_seen(tmp_path):
    stored(tmp_path)
    ids, mask = batch()
    one, two = (of_onnxruntime(tmp_path, ids, mask, threads) for threads in (1, 2))
    np.testing.assert_allclose(one, two, atol=1e-6)


def rename(folder, name):
    weights = {name(key): value for key, value in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    "name",
    [
        lambda key: f"bert.{key}",
        lambda key: key.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ),
    ],
)
def test_older_names_of_tensors_are_known(tmp_path, name):
    model = stored(tmp_path)
    rename(tmp_path, name)
    assert_same(tmp_path, model, *batch())


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_other_precision_are_read_in_single_precision(tmp_path, kind):
    model = stored(tmp_path).to(kind)
    model.save_pretrained(tmp_path)
    assert_same(tmp_path, model.float(), *batch())


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"model_type": "roberta"}, "of type roberta"),
        ({"position_embedding_type": "relative_key"}, "relative_key"),
        ({"hidden_act": "mish"}, "activation mish is none of"),
        ({"num_attention_heads": 5}, "5 heads do not divide its 24"),
    ],
)
def test_what_would_be_computed_otherwise_is_refused(tmp_path, config, reason):
    stored(tmp_path)
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **config}), "utf-8")
    with pytest.raises(ValueError, match=reason):
        bert.session(tmp_path, 1)


@pytest.mark.parametrize("layers", [-1, 0, 3, 10**12])
def test_more_layers_than_there_are_weights_for_are_refused_before_any_is_written(tmp_path, layers):
    stored(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": layers}))
    with pytest.raises(ValueError, match=f"it says {layers} layers, and its weights hold 2"):
        bert.session(tmp_path, 1)
