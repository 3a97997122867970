"""A real zotero.sqlite is read in place, also while Zotero holds it; so is an export of Better BibTeX."""

import os
import signal
import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant import readers
from assistant.errors import Refused
from assistant.readers import zotero
from assistant.readers.process import Limits, ReadingProcess
from assistant.readers.references import Highlight
from tests.zotero import ABSTRACT, MARKED, NOTE, Zotero, filled


@pytest.fixture
def library(tmp_path):
    made, known = filled(tmp_path / "Zotero")
    yield made, known
    made.close()


def works(path):
    return {work.key: work for work in zotero.read(path).references}


def test_a_work_has_its_fields_and_all_that_hangs_under_it(library):
    made, _ = library
    whale = works(made.path)["doeQuietHeads2021"]
    assert (whale.title, whale.year, whale.type) == (
        "Quiet Heads in Whale Transformers",
        2021,
        "article",
    )
    assert whale.authors == ("Jane Doe", "Ann van der Roe")
    assert (whale.doi, whale.venue) == ("10.1/whale", "Journal of Whales")
    assert whale.tags == ("mammals", "to read")
    assert whale.collections == ("Sea/Whales-Dolphins",)
    assert whale.attachments == (str(made.folder / "storage" / "ATTWHALE" / "Doe 2021.pdf"),)
    assert whale.notes == (f"{NOTE}\n\nAsk Ida.",)
    assert whale.highlights == (
        Highlight(text=MARKED, comment="So few?", page="1"),
        Highlight(text="Whales sing in the dark.", page="2"),
    )


def test_the_cite_key_is_zotero_s_own_wherever_it_stands(library):
    made, _ = library
    found = works(made.path)
    assert found["poe1999"].arxiv == "9901.00001"
    assert found["poe1999"].abstract == ABSTRACT
    beside = sqlite3.connect(made.folder / "better-bibtex.sqlite")
    beside.execute("CREATE TABLE citationkey (itemID, itemKey, libraryID, citationKey, pinned)")
    beside.execute("INSERT INTO citationkey VALUES (0, 'GROUP001', 2, 'groupSea', 0)")
    beside.commit()
    assert "groupSea" in works(made.path)


def test_trash_and_feeds_are_left_out_and_a_group_is_a_collection(library):
    made, _ = library
    found = {work.title: work for work in zotero.read(made.path).references}
    assert found.keys() == {"Quiet Heads in Whale Transformers", "Seals", "The Sea of the Group"}
    assert found["The Sea of the Group"].collections == ("Sea-Lab",)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_it_is_read_while_zotero_holds_it_and_nothing_is_written(library, mode):
    made, known = library
    made.db.execute("PRAGMA locking_mode = EXCLUSIVE")
    made.db.execute(f"PRAGMA journal_mode = {mode}")
    made.set(known["seals"], "title", "Seals, Revised")
    made.db.commit()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite3.connect(made.path, timeout=0).execute("SELECT * FROM items").fetchall()
    before = {path.name: path.read_bytes() for path in made.folder.iterdir() if path.is_file()}
    assert works(made.path)["poe1999"].title == "Seals, Revised"
    assert {p.name: p.read_bytes() for p in made.folder.iterdir() if p.is_file()} == before


def test_a_change_that_is_not_done_is_not_read(library):
    made, known = library
    made.set(known["seals"], "title", "Half Written")
    assert works(made.path)["poe1999"].title == "Seals"


def test_the_process_for_files_reads_it_too(library):
    made, _ = library
    assert readers.read(made.path) == zotero.read(made.path)


def test_what_is_no_library_of_zotero_is_refused_in_one_line(tmp_path):
    other = tmp_path / "zotero.sqlite"
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.commit()
    with pytest.raises(Refused, match="no library of Zotero"):
        zotero.read(other)
    other.write_bytes(b"SQLite format 3\0" + bytes(2000))
    with pytest.raises(Refused, match="Zotero"):
        zotero.read(other)
    other.write_text("not a database, but long enough to be taken for the first page of one" * 9)
    with pytest.raises(Refused, match="not a library of Zotero 5 or later"):
        zotero.read(other)
    with pytest.raises(Refused, match="No such file"):
        zotero.read(tmp_path / "gone.sqlite")


def test_collections_that_lie_in_one_another_in_a_circle_end(tmp_path):
    made = Zotero(tmp_path)
    one = made.collection("A", "A")
    two = made.collection("B", "B", one)
    made.db.execute(
        "UPDATE collections SET parentCollectionID = ? WHERE collectionID = ?", (two, one)
    )
    made.item("book", "BOOK0001", title="A Book of Circles", shelves=(two,))
    made.close()
    assert zotero.read(made.path).references[0].collections == ("A/B",)


@pytest.mark.parametrize("value", [7, 1.5, None, b"\xff\x00 blob", "x\x00y"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("collections", "collectionName"), ("groups", "name"), ("tags", "name"), ("itemNotes", "note"),
        ("itemAttachments", "path"), ("itemAnnotations", "text"), ("itemAnnotations", "pageLabel"),
        ("creators", "lastName"), ("itemDataValues", "value"), ("itemTypes", "typeName"), ("items", "key"),
    ],
)  # fmt: skip
def test_whatever_a_column_holds_the_library_is_read(library, table, column, value):
    made, _ = library
    columns = [row[1] for row in made.db.execute(f"PRAGMA table_info({table})")]
    made.db.execute(f"CREATE TABLE other ({', '.join(columns)})")  # no types or conditions
    made.db.execute(f"INSERT INTO other SELECT * FROM {table}")
    made.db.execute(f"DROP TABLE {table}")
    made.db.execute(f"ALTER TABLE other RENAME TO {table}")
    made.db.execute(f"UPDATE {table} SET {column} = ?", (value,))
    made.db.commit()
    assert len(zotero.read(made.path).references) >= 3


def test_what_a_file_claims_and_does_not_hold_takes_no_room(tmp_path):
    path = tmp_path / "zotero.sqlite"
    path.write_bytes(b"SQLite format 3\0")
    os.truncate(path, 64 * 2**20)
    (tmp_path / "copy").mkdir()
    copy = zotero._copied(path, tmp_path / "copy" / "zotero.sqlite")
    assert copy.stat().st_size == path.stat().st_size
    assert copy.stat().st_blocks * 512 <= 2**21


def test_a_reader_that_is_killed_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    made = Zotero(tmp_path / "Zotero")
    made.db.execute("DROP TABLE deletedItems")
    made.db.execute(
        "CREATE VIEW deletedItems AS WITH RECURSIVE one(itemID) AS (SELECT 1 UNION ALL SELECT itemID FROM one)"
        " SELECT itemID FROM one"
    )
    made.close()
    # The limit is far above what the test takes; the copy itself ends the reader as soon as it is held.
    limits = Limits(page_seconds=600.0, file_seconds=600.0)
    reading = ReadingProcess("assistant.readers.process_worker", limits, paged=False)
    with ThreadPoolExecutor(1) as beside:
        refusal = beside.submit(reading.read, made.path, {"password": None})
        while not refusal.done() and not list((tmp_path / "temporary").rglob("*.sqlite")):
            time.sleep(0.01)
        assert not refusal.done()
        os.kill(reading.pid, signal.SIGKILL)
        with pytest.raises(Refused, match="died"):
            refusal.result()
    assert list((tmp_path / "temporary").iterdir()) == []
