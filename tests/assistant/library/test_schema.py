"""The tables of any older version are brought up to date without loss, and a newer one is refused."""

import sqlite3
from pathlib import Path

import pytest

from assistant.errors import Mendable
from assistant.library.schema import VERSION, bring, version

FILE = Path("library.db")


@pytest.fixture
def db():
    made = sqlite3.connect(":memory:")
    made.row_factory = sqlite3.Row
    yield made
    made.close()


def columns(db, table):
    return {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}


def test_an_empty_file_gets_its_tables_once(db):
    assert version(db, FILE) is None
    bring(db, FILE)
    assert version(db, FILE) == VERSION
    db.execute("INSERT INTO added VALUES ('k', '2026-11-30')")
    db.commit()
    bring(db, FILE)
    assert db.execute("SELECT day FROM added").fetchone()["day"] == "2026-11-30"


@pytest.mark.parametrize("old", ["0", "1", str(VERSION - 1), "no number"])
def test_an_older_file_keeps_its_rows_and_gets_what_it_lacks(db, old):
    bring(db, FILE)
    with db:
        db.execute("DROP TABLE files")
        db.execute(
            "CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
            " sha256 TEXT NOT NULL, source TEXT, status TEXT NOT NULL, message TEXT NOT NULL)"
        )
        db.execute("INSERT INTO files VALUES ('a.md', 1, 2, 'h', 'k', 'indexed', '')")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", (old,))
    bring(db, FILE)
    assert version(db, FILE) == VERSION
    assert "changed_ns" in columns(db, "files")
    assert db.execute("SELECT changed_ns FROM files WHERE path = 'a.md'").fetchone()[0] == 0


def test_a_newer_file_is_refused_untouched(db):
    bring(db, FILE)
    with db:
        db.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (str(VERSION + 1),))
    with pytest.raises(Mendable, match="newer version"):
        bring(db, FILE)
