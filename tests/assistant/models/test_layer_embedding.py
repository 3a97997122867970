import numpy as np
import pytest
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from assistant.errors import Mendable, UsageError
from assistant.library.store import Library
from assistant.models.layer_embedding import LayerEmbedder, LayerName
from assistant.search import index, indexing
from assistant.text.prose import Span
from probes.texts.prompts import OWN

TEXT = "Middle layers are good. Why they are better is open."
SPANS = (Span(0, 23), Span(24, 52))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A random Llama of 4 blocks with a byte-level tokenizer."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=alphabet, special_tokens=["<pad>"]
    )
    raw.train_from_iterator(OWN, trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<pad>")
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=4,
        num_attention_heads=4, max_position_embeddings=128,
    )  # fmt: skip
    torch.manual_seed(0)
    made = tmp_path_factory.mktemp("llama")
    transformers.LlamaForCausalLM(config).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


@pytest.fixture(scope="module")
def embedder(folder, tmp_path_factory):
    return LayerEmbedder(LayerName(str(folder), 2), tmp_path_factory.mktemp("cache"), 64)


def test_setting_names_a_layer():
    assert LayerName.parse("smollm2@12") == LayerName("smollm2", 12)
    assert LayerName.parse("owner/name@0") == LayerName("owner/name", 0)
    assert LayerName.parse("minilm") is None
    assert LayerName.parse("smollm2@12").id == "SmolLM2-135M-Instruct@12"
    for wrong in ("smollm2@", "smollm2@last", "smollm2@-1"):
        with pytest.raises(UsageError, match="a layer is a whole number"):
            LayerName.parse(wrong)


def test_vectors_are_of_unit_length_and_repeat(embedder):
    ((at, first),) = embedder.passages([TEXT], ["A title"], [SPANS])
    ((_, second),) = embedder.passages([TEXT], ["A title"], [SPANS])
    assert at == 0
    assert first.passage.shape == (embedder.dim,) == (32,)
    assert first.sentences.shape == (2, 32)
    np.testing.assert_array_equal(first.passage, second.passage)
    for vector in (first.passage, *first.sentences, embedder.question("Which layer?")):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_other_passages_change_no_vector(embedder):
    alone = {0: next(iter(embedder.passages([TEXT], [""], [SPANS])))[1]}
    together = dict(embedder.passages([TEXT, *OWN[:5]], [""] * 6, [SPANS, *[()] * 5]))
    assert sorted(together) == list(range(6))
    np.testing.assert_allclose(together[0].passage, alone[0].passage, atol=1e-4)
    np.testing.assert_allclose(together[0].sentences, alone[0].sentences, atol=1e-4)


def test_a_sentence_is_read_in_its_passage(embedder):
    """Only what stands after a sentence is unseen by it, in a decoder."""
    changed = TEXT[:24] + "Who asks that would be wise now."
    rows = dict(embedder.passages([TEXT, changed], ["", ""], [SPANS, SPANS]))
    np.testing.assert_allclose(rows[0].sentences[0], rows[1].sentences[0], atol=1e-4)
    assert not np.allclose(rows[0].sentences[1], rows[1].sentences[1], atol=1e-2)


def test_a_question_and_the_same_passage_agree(embedder):
    ((_, found),) = embedder.passages([TEXT], [""], [()])
    np.testing.assert_allclose(found.passage, embedder.question(TEXT), atol=1e-4)


def test_sentences_beyond_the_window_are_zero(embedder):
    long = "word " * 200
    ((_, found),) = embedder.passages([long], [""], [(Span(0, 5), Span(900, 904))])
    assert np.linalg.norm(found.sentences[0]) == pytest.approx(1, abs=1e-5)
    assert not found.sentences[1].any()


def test_tokens_are_counted(embedder):
    counts = embedder.count_tokens([TEXT, "", "word " * 200])
    assert counts[1] == 0
    assert 0 < counts[0] < counts[2]
    assert embedder.count_tokens([]) == []


def test_unknown_model_or_layer_is_one_line(folder, tmp_path):
    with pytest.raises(UsageError, match="has no layer 9"):
        LayerEmbedder(LayerName(str(folder), 9), tmp_path, 64)
    with pytest.raises(UsageError, match="unknown model"):
        LayerEmbedder(LayerName("no such", 1), tmp_path, 64)
    (tmp_path / "empty").mkdir()
    with pytest.raises(Mendable, match=r"config\.json"):
        LayerEmbedder(LayerName(str(tmp_path / "empty"), 1), tmp_path, 64)


def test_an_index_is_built_from_it(embedder, own_library):
    library = Library(own_library)
    before = library.fact("index")
    name = indexing.build(library, embedder, lambda _message, _share: None)
    assert name != before
    built = index.current(library)
    assert built.dim == 32
    passage = library.passages()[0]
    rows = built.vectors([passage.id])[passage.id]
    nearest = built.dense(rows[0], 1)[0]
    assert nearest.passage == passage.id
    assert nearest.score == pytest.approx(1, abs=2e-3)
