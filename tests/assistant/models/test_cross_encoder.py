"""A reader's cross-encoder orders the first passages; a model of another kind is refused in one line."""

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

from assistant import Assistant
from assistant.errors import Mendable
from assistant.models.cross_encoder import CrossEncoder

WORDS = "the middle layers give better features than last layer majority vote logit lens".split()
PASSAGES = ["the middle layers", "the last layer " * 300, "majority vote", "logit lens", "features",
            "better features", "the lens", "the vote", "layers"]  # fmt: skip


def saved(folder, labels=1, base=BertForSequenceClassification):
    """A tiny random model, saved as a reader's would be."""
    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    base(config).save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.mark.parametrize("labels", [1, 2])
def test_a_score_does_not_depend_on_its_company(tmp_path, labels):
    model = CrossEncoder(str(saved(tmp_path / "model", labels)))
    together = model("the layers", PASSAGES)
    alone = [float(model("the layers", [passage])[0]) for passage in PASSAGES]
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert together.shape == (len(PASSAGES),)
    assert np.ptp(together) > 0
    assert len(model("the layers", [])) == 0


def test_a_search_follows_its_order(tmp_path, small_library, small_corpus):
    folder = str(saved(tmp_path / "model"))
    question = "Do middle layers give better features?"
    plain = Assistant.open(small_library, corpus_dir=small_corpus).search(question, 50)
    hits = Assistant.open(small_library, corpus_dir=small_corpus, reranker=folder).search(
        question, 50
    )
    judged = CrossEncoder(folder)(question, [hit.passage.text for hit in hits])
    assert len(hits) <= 20
    assert list(judged) == sorted(judged, reverse=True)
    assert {hit.passage.id for hit in hits} == {hit.passage.id for hit in plain}
    assert [hit.score for hit in hits] == [hit.score for hit in plain]
    assert [hit.passage.id for hit in hits] != [hit.passage.id for hit in plain]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder, "cannot be loaded"),
        (lambda folder: saved(folder, labels=3), "one or two labels"),
        (lambda folder: saved(folder, base=BertModel), "one or two labels"),
    ],
)
def test_what_is_no_cross_encoder_is_refused(tmp_path, small_library, small_corpus, make, said):
    folder = str(make(tmp_path / "model"))
    assistant = Assistant.open(small_library, corpus_dir=small_corpus, reranker=folder)
    with pytest.raises(Mendable, match=said) as caught:
        assistant.search("Do middle layers give better features?")
    assert "INQUIRE_RERANKER" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_that_no_hub_brings_is_refused(small_library, small_corpus):
    assistant = Assistant.open(small_library, corpus_dir=small_corpus, reranker="nobody/nothing")
    with pytest.raises(Mendable, match="nobody/nothing cannot be loaded"):
        assistant.ask("Do middle layers give better features?")
