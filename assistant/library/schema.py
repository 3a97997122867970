"""Create the tables of a library's file, or bring those of an older version up to date."""

import sqlite3
from pathlib import Path

from assistant.errors import Mendable

VERSION = 6


def bring(db: sqlite3.Connection, path: Path) -> None:
    """Create the tables or update those of an older version; those of this version stay unchanged.

    Raises:
        Mendable: the tables are of a newer version.
    """
    if version(db, path) == VERSION:
        return
    with db:  # one transaction, because another process may do the same and the power may fail
        db.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.split(";")[:-1]:
            db.execute(statement)
        if "changed_ns" not in {row["name"] for row in db.execute("PRAGMA table_info(files)")}:
            db.execute("ALTER TABLE files ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", (str(VERSION),))


def version(db: sqlite3.Connection, path: Path) -> int | None:
    """Return the version of the stored tables, or None if there are none yet.

    Raises:
        Mendable: the tables are of a newer version.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    row = db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    if row is None:
        return None
    stored = int(row[0]) if str(row[0]).isdecimal() else 0
    if stored > VERSION:
        raise Mendable(
            f"{path} was written by a newer version (schema {stored}, here {VERSION}); "
            "upgrade inquiring-lines or name another --data-dir."
        )
    return stored


_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS roots (path TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS sources (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, claim TEXT NOT NULL, text TEXT NOT NULL,
    content_hash TEXT NOT NULL, path TEXT NOT NULL, metadata TEXT NOT NULL,
    pages TEXT NOT NULL, words BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS sources_by_content ON sources (content_hash);
CREATE INDEX IF NOT EXISTS sources_by_path ON sources (path);
CREATE INDEX IF NOT EXISTS sources_by_kind ON sources (kind, key);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER,
    section TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_source ON passages (source);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, source TEXT,
    status TEXT NOT NULL, message TEXT NOT NULL, changed_ns INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refs (origin TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS remarks (source TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS added (source TEXT PRIMARY KEY, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS labels (
    source TEXT NOT NULL, field TEXT NOT NULL, name TEXT NOT NULL, present INTEGER NOT NULL,
    PRIMARY KEY (source, field, name));
CREATE TABLE IF NOT EXISTS marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, source TEXT NOT NULL, sentence TEXT NOT NULL,
    grade TEXT NOT NULL, day TEXT NOT NULL, embedder TEXT NOT NULL DEFAULT '', vector BLOB,
    UNIQUE (question, source, sentence));
CREATE INDEX IF NOT EXISTS marks_by_source ON marks (source);
CREATE TABLE IF NOT EXISTS threads (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, pinned TEXT NOT NULL, excluded TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, record TEXT NOT NULL, contents TEXT NOT NULL, words TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turns (
    thread TEXT NOT NULL, place INTEGER NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_by_thread ON turns (thread, place);
CREATE INDEX IF NOT EXISTS turns_by_answer ON turns (answer);
"""
