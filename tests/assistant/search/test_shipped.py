"""The vectors that come with the bundled list are those that the model computes, and are taken only where they fit."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant
from assistant.search import indexing, shipped
from assistant.search.vectors import VectorStore
from tests.assistant.command_line import ROOT

pytestmark = pytest.mark.skipif(not shipped.FILE.is_file(), reason="no bundled reading list")


def names(path):
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT hash FROM vectors")}


def test_every_passage_of_the_bundled_list_has_its_vectors_beside_it(reading_list):
    """Where this fails, notes, runs or their wording have changed: `python training/vectors.py` makes the file anew."""
    with np.load(shipped.FILE) as held:
        assert set(held["names"].tolist()) == names(reading_list / "indexes" / "vectors.sqlite")


def test_the_vectors_are_those_that_the_model_computes(reading_list):
    assistant = Assistant.open(reading_list)
    found = indexing._texts(assistant.library, assistant.embedder)
    rows = range(0, len(found.names), 25)
    shard = indexing._Shard.of(found, rows)
    stored = VectorStore(reading_list / "indexes" / "vectors.sqlite").get(
        shard.names, assistant.embedder.dim
    )
    for name, matrix in zip(shard.names, indexing._vectors(assistant.embedder, shard), strict=True):
        np.testing.assert_allclose(stored[name], matrix, atol=2e-3)


@pytest.fixture
def corpus(tmp_path):
    """A folder with one note of the list, and that note with a word changed."""
    note = (ROOT / "corpus" / "bert.md").read_text("utf-8")
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "bert.md").write_text(note, "utf-8")
    return folder


def embedded(folder, data, monkeypatch):
    """Read a folder into a fresh library and return the texts that were embedded."""
    seen = []
    assistant = Assistant.open(data, corpus_dir=folder)
    real = assistant.embedder.passages
    monkeypatch.setattr(
        assistant.embedder,
        "passages",
        lambda texts, *rest: seen.extend(texts) or real(texts, *rest),
    )
    assistant.sync()
    return seen


def test_only_what_was_changed_is_embedded(corpus, tmp_path, monkeypatch):
    assert embedded(corpus, tmp_path / "same", monkeypatch) == []
    note = corpus / "bert.md"
    note.write_text(f"{note.read_text('utf-8')}\n\nOtters juggle pebbles at night.\n", "utf-8")
    changed = embedded(corpus, tmp_path / "other", monkeypatch)
    assert len(changed) == 1
    assert "Otters" in changed[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", None])
def test_without_the_file_everything_is_embedded(content, corpus, tmp_path, monkeypatch):
    file = tmp_path / "vectors.npz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(shipped, "FILE", file)
    assert embedded(corpus, tmp_path / "data", monkeypatch)


def test_a_matrix_of_other_sentences_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FILE", tmp_path / "vectors.npz")
    shipped.write(shipped.FILE, {"a": np.ones((2, 4)), "b": np.zeros((3, 4))})
    store = VectorStore(tmp_path / "vectors.sqlite")
    shipped.lend(store, {"a": 2, "b": 2, "c": 1})
    assert store.missing(["a", "b", "c"]) == {"b", "c"}
    assert (store.get(["a"], 4)["a"] == 1).all()


def test_the_bundled_list_alone_is_read_with_its_vectors(tmp_path):
    assert shipped.is_all([ROOT / "corpus"], "minilm")
    assert not shipped.is_all([ROOT / "corpus", tmp_path], "minilm")
    assert not shipped.is_all([ROOT / "corpus"], "smollm2@12")
    assert Path(shipped.FILE).parent == ROOT / "corpus"
