"""A damaged or foreign index is noticed when it is opened, and the next command rebuilds it."""

import json
import logging
import shutil
import sqlite3
from contextlib import closing

import pytest

from assistant import Assistant
from assistant.search import index_files
from assistant.search.index import Damaged, Index, current
from tests.assistant.search.ranked import found, generation


def files(folder):
    """Of an index, all its files by name but those that chroma writes to whenever it is opened."""
    sealed = index_files.seals(index_files.facts(folder))
    return {name: folder / name for name, seal in sealed.items() if seal.sha256}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b"[" * 100_000, b'{"seal": "x"}', b"null"]
)
def test_a_damaged_manifest_is_named(tmp_path, content):
    (tmp_path / index_files.MANIFEST).write_bytes(content)
    assert index_files.fault(tmp_path) == f"{index_files.MANIFEST} is not as it was written"


def said(caplog):
    """The lines that a reader is told."""
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def halve(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def lengthen(path):
    path.write_bytes(path.read_bytes() + b"\0")


def flip(path):
    """Change one bit in the middle: the size stays."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)


def blank(path):
    path.write_bytes(b"\xff" * path.stat().st_size)


@pytest.mark.parametrize("damage", [halve, lengthen, flip, blank])
def test_every_file_is_checked_when_an_index_is_opened(assistant, tmp_path, damage):
    whole = generation(assistant)
    for name, path in {**files(whole), "manifest.json": whole / "manifest.json"}.items():
        if not path.stat().st_size:
            continue
        folder = shutil.copytree(whole, tmp_path / "copies" / whole.name)
        damage(folder / name)
        with pytest.raises(Damaged):
            Index(folder)
        shutil.rmtree(folder)


@pytest.mark.parametrize("damage", [halve, flip, blank])
@pytest.mark.parametrize("name", ["vectors.npy", "frequencies.json", "bm25", "ids.json"])
def test_the_next_question_builds_a_damaged_index_anew_and_says_so(
    assistant, answers, damage, name, caplog
):
    next_question_builds_anew(assistant, answers, damage, name, caplog)


@pytest.mark.parametrize("damage", [halve, flip, blank])
def test_so_it_does_where_what_chroma_keeps_is_damaged(in_chroma, answers, damage, caplog):
    next_question_builds_anew(in_chroma, answers, damage, "chroma", caplog)


def next_question_builds_anew(assistant, answers, damage, name, caplog):
    for path in files(generation(assistant)).values():
        if path.name == name or path.parent.name == name or path.parent.parent.name == name:
            damage(path)
    assert found(assistant) == answers
    assert len(said(caplog)) == 1
    assert "built anew" in said(caplog)[0]
    caplog.clear()
    assert found(Assistant.open(assistant.data_dir, corpus_dir=assistant.settings.corpus_dir)) == (
        answers
    )
    assert not said(caplog)


def test_an_index_that_is_cut_off_while_it_is_open_is_built_anew(assistant, answers):
    assert found(assistant) == answers
    halve(generation(assistant) / "vectors.npy")
    assert found(assistant) == answers


def test_a_sync_builds_a_damaged_index_anew(assistant):
    flip(generation(assistant) / "vectors.npy")
    assistant.sync()
    assert current(assistant.library)


def test_the_index_of_another_library_is_not_used(assistant, own_corpus, answers):
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    other = Assistant.open(assistant.data_dir.parent / "other", corpus_dir=own_corpus)
    other.sync()
    folder = generation(assistant)
    shutil.rmtree(folder)
    shutil.copytree(generation(other), folder)
    with pytest.raises(Damaged, match="another library"):
        Index(folder)
    (own_corpus / "extra.md").unlink()
    assert found(assistant) == answers


def test_a_manifest_that_names_other_files_is_not_believed(assistant):
    path = generation(assistant) / "manifest.json"
    record = json.loads(path.read_text("utf-8"))
    del record["files"]["vectors.npy"]
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(Damaged, match=r"manifest\.json is not as it was written"):
        current(assistant.library)


def test_where_chroma_cannot_be_used_the_same_is_found_without_it(in_chroma, answers, caplog):
    assistant = in_chroma
    # The file is whole for SQLite but useless to chroma.
    path = generation(assistant) / "chroma" / "chroma.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE collections")
    assert found(assistant) == answers
    assert found(assistant) == answers
    assert not said(caplog)


def test_a_damaged_database_of_chroma_costs_no_answer_and_is_built_anew(in_chroma, answers, caplog):
    assistant = in_chroma
    folder = generation(assistant)
    path = folder / "chroma" / "chroma.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    assert found(assistant) == answers
    assert ["damaged" in line for line in said(caplog)] == [True]
    assert current(assistant.library).is_unsound()
    assert found(assistant) == answers
    assert not current(assistant.library).is_unsound()
    assert not index_files.chroma_fault(folder)


def test_what_is_hashed_at_opening_has_a_bound_and_a_thorough_look_has_none(assistant):
    folder = generation(assistant)
    sealed = index_files.seals(index_files.facts(folder))
    hashed = {name: seal.size for name, seal in sealed.items() if seal.sha256}
    largest = max(hashed, key=hashed.__getitem__)
    flip(folder / largest)
    assert not index_files.altered(folder, sealed, sum(hashed.values()) - 1)
    assert index_files.altered(folder, sealed) == f"{largest} is not as it was written"
    assert index_files.altered(folder, sealed, None) == f"{largest} is not as it was written"
