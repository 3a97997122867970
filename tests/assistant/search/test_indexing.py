"""An index is built from the content alone, once, and a damaged part is built anew."""

import shutil

import pytest

from assistant import Assistant
from assistant.search.index import current
from assistant.search.index_files import fault
from assistant.search.indexing import build
from assistant.search.retrieval import search
from tests.assistant.search.ranked import QUESTION, found, generation


def quiet(message, fraction):
    """Report nothing."""


def embedded(assistant, monkeypatch):
    """The texts that are embedded from now on."""
    seen = []
    real = assistant.embedder.passages

    def watched(texts, titles, spans):
        seen.extend(texts)
        return real(texts, titles, spans)

    monkeypatch.setattr(assistant.embedder, "passages", watched)
    return seen


def test_the_same_content_gives_the_same_index(
    small_corpus, tmp_path, answers, small_library, unremembered
):
    again = Assistant.open(tmp_path / "again", corpus_dir=small_corpus)
    report = again.sync()
    assert report.index_hash == Assistant.open(small_library).library.fact("index")
    assert found(again) == answers


def test_a_new_note_and_its_removal_lead_back_to_the_same_index(assistant, own_corpus, answers):
    first = assistant.sync().index_hash
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    second = assistant.sync().index_hash
    assert second != first
    assert found(assistant) != answers
    (own_corpus / "extra.md").unlink()
    assert assistant.sync().index_hash == first
    assert found(assistant) == answers


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: shutil.rmtree(folder.parent),
        shutil.rmtree,
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text('{"hash": "'),
        lambda folder: (folder / "vectors.npy").unlink(),
        lambda folder: shutil.rmtree(folder / "bm25"),
        lambda folder: (folder.parent / "vectors.sqlite").write_bytes(b"no database" * 999),
        lambda folder: (folder.parent / "vectors.sqlite").unlink(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("act", ["sync", "ask"])
def test_what_is_deleted_or_damaged_is_built_anew(assistant, answers, damage, act):
    damage(generation(assistant))
    if act == "sync":
        assistant.sync()
    assert found(assistant) == answers


def test_an_index_of_another_layout_is_written_anew_from_the_stored_vectors(
    assistant, answers, monkeypatch
):
    manifest = generation(assistant) / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"layout"', '"order"'), "utf-8")
    (manifest.parent / "spans.npy").unlink()
    seen = embedded(assistant, monkeypatch)
    assert found(assistant) == answers
    assert seen == []


def test_a_store_damaged_in_the_middle_is_begun_anew(assistant, own_corpus):
    store = generation(assistant).parent / "vectors.sqlite"
    whole = store.read_bytes()
    store.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    assistant.sync()
    assert not fault(generation(assistant))
    assert "extra" in {hit.passage.source for hit in assistant.search("better features", 5)}


def test_nothing_is_embedded_twice(assistant, own_corpus, monkeypatch):
    seen = embedded(assistant, monkeypatch)
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    (own_corpus / "hostile.md").unlink()
    assistant.sync()
    assert seen == ["Middle layers of another model are better features."]
    shutil.rmtree(generation(assistant))
    assistant.sync()
    assert len(seen) == 1


def test_a_sync_of_nothing_new_loads_no_model(assistant):
    assistant.sync()
    again = Assistant.open(assistant.data_dir, corpus_dir=assistant.settings.corpus_dir)
    report = again.sync()
    assert report.count("unchanged") == len(report.files)
    assert "embedder" not in vars(again)


def test_the_old_index_answers_during_a_build_and_after_it(assistant, own_corpus, answers):
    old = current(assistant.library)
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    heard = []

    def ask_meanwhile(message, fraction):
        if message == "embedding" or (message == "indexing" and fraction < 1):
            reader = Assistant.open(assistant.data_dir, corpus_dir=own_corpus)
            index = current(reader.library)
            heard.append((index.hash, index.lexical(QUESTION, 5)))

    expected = old.lexical(QUESTION, 5)
    assistant.sync(progress=ask_meanwhile)
    assert heard
    assert {one[0] for one in heard} == {old.hash}
    assert [one[1] for one in heard] == [expected] * len(heard)
    assert assistant.library.fact("index") != old.hash
    # `old` had not opened its vectors before the swap, and still has them.
    then = search(assistant.library, old, assistant.embedder, QUESTION, 20)
    assert [(item.passage.id, item.score) for item in then.found] == answers


def test_at_most_one_older_generation_is_kept(assistant, own_corpus):
    for n in range(3):
        (own_corpus / "extra.md").write_text(f"Note number {n} speaks of layers.\n")
        assistant.sync()
    folders = [path for path in generation(assistant).parent.iterdir() if path.is_dir()]
    assert len(folders) == 2


def test_a_build_of_what_is_there_does_nothing(assistant, monkeypatch):
    seen = embedded(assistant, monkeypatch)
    before = generation(assistant)
    assert build(assistant.library, assistant.embedder, quiet) == before.name
    assert seen == []
