"""A process that reads and embeds blocks nobody: other writers can use the library meanwhile."""

import numpy as np
import pytest

from assistant import Assistant, upkeep
from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.search.vectors import VectorStore


@pytest.fixture
def assistant(own_library, own_corpus):
    return Assistant.open(own_library, corpus_dir=own_corpus)


def watch(assistant, monkeypatch, between):
    """Have something done while the first of the new texts is embedded; returns what was embedded."""
    real, seen = assistant.embedder.passages, []

    def watched(texts, titles, spans):
        if not seen:
            between()
        seen.extend(texts)
        yield from real(texts, titles, spans)

    monkeypatch.setattr(assistant.embedder, "passages", watched)
    return seen


def another_writer(assistant):
    with Library(assistant.data_dir) as other, other.alone():
        other.remark("middle-layers", "comment", "Written meanwhile.")


def remarks(assistant):
    return assistant.library.remarks("middle-layers")


NOTE = "Middle layers of another model are better features.\n"


@pytest.mark.parametrize("how", ["add", "sync", "mend"])
def test_others_write_while_texts_are_embedded(assistant, own_corpus, monkeypatch, how):
    assistant.sync()
    path = own_corpus / "extra.md"
    path.write_text(NOTE)
    seen = watch(assistant, monkeypatch, lambda: another_writer(assistant))
    if how == "add":
        assistant.add([path])
    elif how == "sync":
        assistant.sync()
    else:  # the library is ahead of its index, as after a killed sync
        VectorStore(assistant.data_dir / "indexes" / "vectors.sqlite").clear()
        assistant.library.set_fact("index", "none")
        assistant.index()
    assert any("another model" in text for text in seen) == (how != "mend")
    assert seen
    assert remarks(assistant) == {"comment": "Written meanwhile."}
    assert upkeep.index_fault(assistant.library, assistant.embedding_model()) == ""


def test_a_source_that_another_adds_meanwhile_is_indexed_with_the_others(
    assistant, own_corpus, monkeypatch
):
    assistant.sync()
    (own_corpus / "extra.md").write_text(NOTE)
    (own_corpus / "more.md").write_text("A sink takes the attention of the first token.\n")

    def add_more():
        other = Assistant.open(assistant.data_dir, corpus_dir=own_corpus)
        other.add([own_corpus / "more.md"])
        other.library.close()

    watch(assistant, monkeypatch, add_more)
    assistant.add([own_corpus / "extra.md"])
    assert assistant.library.fact("index") == assistant.indexed_as()
    found = [hit.passage.source for hit in assistant.search("sink attention first token", 3)]
    assert "more" in found
    assert upkeep.index_fault(assistant.library, assistant.embedding_model(), thoroughly=True) == ""


def test_nothing_is_dropped_from_the_store_while_another_fills_it(tmp_path):

    store, other = (VectorStore(tmp_path / "vectors.sqlite") for _ in range(2))
    with store.filling(), other.filling():
        store.put([("of another model", np.ones((1, 4)))])
        other.keep({"mine"})
        assert store.missing(["of another model"]) == set()
    other.keep({"mine"})
    assert store.missing(["of another model"]) == {"of another model"}


def test_a_full_disk_under_the_vectors_is_one_line(assistant, own_corpus, monkeypatch):
    assistant.sync()
    (own_corpus / "extra.md").write_text(NOTE)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VectorStore, "filling", full)
    with pytest.raises(Mendable, match=r"No space left on device.*the old index still answers"):
        assistant.sync()
    assert assistant.search("middle layers", 1)


def test_progress_only_goes_forward_and_reaches_its_end(own_corpus, tmp_path):
    told = []
    assistant = Assistant.open(tmp_path / "library", corpus_dir=own_corpus)
    assistant.sync(progress=lambda _message, fraction: told.append(fraction))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
