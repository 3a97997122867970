"""A text has the same vector alone, in a batch, and from the model's other implementation."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from assistant.errors import Mendable
from assistant.models import embedding
from assistant.models.embedding import Embedder, TokenCounter
from assistant.models.packages import embedder_folder
from assistant.search.index import passage_sentences
from assistant.text.prose import Span

TEXTS = [
    "Middle layers give better features. The last layer does not.",
    "Short.",
    "Entropy falls with depth. " * 30,
    "Ein Satz über Schichten. 中文字 stands here too.",
    "",
]


@pytest.fixture(scope="module")
def embedder():
    return Embedder(embedder_folder("minilm"), 256)


def embed(embedder, texts, titles=None):
    spans = [passage_sentences(text) for text in texts]
    return dict(embedder.passages(texts, titles or [""] * len(texts), spans))


def test_every_vector_has_unit_length_and_every_sentence_has_one(embedder):
    for at, vectors in embed(embedder, TEXTS).items():
        assert np.linalg.norm(vectors.passage) == pytest.approx(1, abs=1e-5)
        assert vectors.sentences.shape == (len(passage_sentences(TEXTS[at])), embedder.dim)
        np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vectors_alone_and_in_a_batch(embedder):
    together = embed(embedder, TEXTS)
    for at, text in enumerate(TEXTS):
        alone = embed(embedder, [text])[0]
        np.testing.assert_allclose(alone.passage, together[at].passage, atol=2e-6)
        np.testing.assert_allclose(alone.sentences, together[at].sentences, atol=2e-6)


def test_a_question_and_a_passage_of_the_same_words_have_the_same_vector(embedder):
    question = "Do middle layers give better features?"
    passage = embed(embedder, [question])[0].passage
    np.testing.assert_allclose(embedder.question(question), passage, atol=2e-6)


def test_the_vectors_are_those_of_sentence_transformers(embedder):
    reference = pytest.importorskip("sentence_transformers").SentenceTransformer(
        str(embedder.folder), device="cpu"
    )
    expected = reference.encode(TEXTS[:4], normalize_embeddings=True)
    ours = embed(embedder, TEXTS[:4])
    np.testing.assert_allclose([ours[at].passage for at in range(4)], expected, atol=1e-5)


@pytest.fixture
def large(monkeypatch):
    """Have everything count as a large sync, on a processor with tiles."""
    monkeypatch.setattr(embedding, "_WORTH_TORCH", 0)
    monkeypatch.setattr(embedding, "_multiplies_bfloat16", lambda: True)


def test_in_bfloat16_texts_have_nearly_the_same_vectors(embedder, large):
    single = embed(Embedder(embedder.folder, 256, single=True), TEXTS, ["A title"] * len(TEXTS))
    halves = embed(Embedder(embedder.folder, 256, single=False), TEXTS, ["A title"] * len(TEXTS))
    assert any(not np.array_equal(halves[at].passage, single[at].passage) for at in single)
    for at, vectors in single.items():
        assert float(vectors.passage @ halves[at].passage) > 0.9998
        cosines = (vectors.sentences * halves[at].sentences).sum(axis=1)
        assert cosines.min(initial=1.0) > 0.9995


def test_few_texts_are_read_in_single_precision(embedder, monkeypatch):
    monkeypatch.setattr(embedding, "_multiplies_bfloat16", lambda: True)
    single = embed(Embedder(embedder.folder, 256, single=True), TEXTS)
    for at, vectors in embed(Embedder(embedder.folder, 256, single=False), TEXTS).items():
        np.testing.assert_array_equal(vectors.passage, single[at].passage)


def test_weights_that_are_missing_are_not_made_up_in_bfloat16(tmp_path, large):
    folder = edited(tmp_path, lambda weights: weights.pop("encoder.layer.2.output.dense.weight"))
    with pytest.raises(Mendable, match=r"lack encoder\.layer\.2"):
        embed(Embedder(folder, 256, single=False), TEXTS)


def test_a_sentence_is_the_mean_of_its_own_tokens(embedder):
    text = "One sentence of many words. Another."
    whole = [Span(0, len(text))]
    ((_, vectors),) = embedder.passages([text], ["A title"], [whole])
    assert vectors.sentences.shape == (1, embedder.dim)
    assert float(vectors.sentences[0] @ vectors.passage) > 0.8


def test_a_longer_title_than_the_window_leaves_the_text_its_half(embedder):
    text = "The last words are read. " * 8
    spans = passage_sentences(text)
    ((_, vectors),) = embedder.passages([text], ["title " * 500], [spans])
    np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)


def test_token_counts_add_up_over_sentences():
    count = TokenCounter(embedder_folder("minilm"))
    parts = ["One sentence.", "Another, e.g. this (one)!", "中文。", ""]
    assert count([" ".join(parts)])[0] == sum(count(parts))
    assert count([]) == []


def test_a_folder_without_a_model_is_named_with_the_remedy(tmp_path):
    with pytest.raises(Mendable, match="models install"):
        Embedder(tmp_path, 256)


def broken(tmp_path, **content):
    """A copy of the bundled model with other files in place of its own."""
    folder = Path(shutil.copytree(embedder_folder("minilm"), tmp_path / "broken"))
    for name, text in content.items():
        (folder / name.replace("_", ".")).write_bytes(text)
    return folder


@pytest.mark.parametrize(
    "content",
    [
        {"config_json": b"{}"},
        {"config_json": b"[1]"},
        {"tokenizer_json": b"{}"},
        {"model_safetensors": b"\x08\0\0\0\0\0\0\0[1,2,3] "},
        {"model_safetensors": b""},
    ],
)
def test_files_that_are_no_model_are_one_line(tmp_path, content):
    with pytest.raises(Mendable, match=r"broken cannot be loaded \(.+\); name the folder") as said:
        Embedder(broken(tmp_path, **content), 256).question("Which layer?")
    assert "\n" not in str(said.value)


def test_a_tokenizer_that_panics_is_one_line_too(tmp_path):
    """A template that names no token of its own loads, and stops the Rust library at the first text."""
    document = json.loads((embedder_folder("minilm") / "tokenizer.json").read_text("utf-8"))
    document["post_processor"]["special_tokens"].pop("[CLS]")
    folder = broken(tmp_path, tokenizer_json=json.dumps(document).encode())
    for act in (
        lambda: Embedder(folder, 256).question("Which layer?"),
        lambda: TokenCounter(folder),
    ):
        with pytest.raises(Mendable, match=r"broken cannot be loaded \(.+\); name the folder"):
            act()


def edited(tmp_path, edit):
    folder = broken(tmp_path)
    weights = load_file(folder / "model.safetensors")
    edit(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_weights_that_are_missing_are_not_made_up(tmp_path):
    folder = edited(tmp_path, lambda weights: weights.pop("encoder.layer.2.output.dense.weight"))
    with pytest.raises(Mendable, match=r"lack 1 tensors, as encoder\.layer\.2"):
        Embedder(folder, 256).question("Which layer?")


def test_values_that_are_not_finite_are_refused(tmp_path):
    folder = edited(
        tmp_path, lambda weights: weights["encoder.layer.2.output.dense.bias"].fill_(float("nan"))
    )
    with pytest.raises(Mendable, match="not finite"):
        Embedder(folder, 256).question("Which layer?")
