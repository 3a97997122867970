"""The library stores sources, their files and passages, references and remarks; all else is derived from them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.library.content import is_as_read
from assistant.library.database import Database
from assistant.library.edits import EDITS, as_read, edited, unedited
from assistant.library.labels import labelled, note_added
from assistant.library.rows import (
    dump,
    labels,
    pages_to_json,
    reference_from_row,
    source_from_row,
    words_to_bytes,
)
from assistant.readers.references import Reference, year_in
from assistant.types import FileStatus, Kind, Passage, Source

_COLUMNS = "key, kind, title, claim, text, content_hash, path, metadata, pages"


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that a sync has seen: its size and times, its content, and its source or the reason for refusal.

    `changed_ns` is when the system last changed it. No program can set this time back: a restored
    file has its old size and time, but a new value here. It is 0 if it is not known.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    source: str | None
    status: FileStatus
    message: str = ""
    changed_ns: int = 0


@dataclass(frozen=True, kw_only=True)
class Record:
    """The record of a source without its text; `year` is None if unknown.

    `paper` is the title of the paper that a note is about, `identifiers` are its DOI and arXiv id.
    `tags` and `collections` are those of its file with the reader's additions and removals; a
    nested collection is written "Parent/Child". `added` is the day it came, as 2026-11-30; it is
    empty if unknown.
    """

    key: str
    kind: str
    title: str
    year: int | None
    tags: tuple[str, ...]
    authors: tuple[str, ...] = ()
    paper: str = ""
    identifiers: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    added: str = ""
    path: str = ""
    text_here: bool = True


class Library(Database):
    """An open library. Reading needs no lock; writing is one transaction for each call.

    A kill between two calls loses nothing that an earlier call stored.
    """

    # ── sources ──────────────────────────────────────────────────────────────────────────────────

    def put(
        self, source: Source, passages: Sequence[Passage], file: File | None = None,
        replaces: str | None = None,
    ) -> None:  # fmt: skip
        """Store a source with its passages, and its file, in one transaction.

        `replaces` is the file's earlier key, if it was different. The reader's edits stay.
        """
        source = edited(source, self.edits(source.key))
        row = (
            source.key, source.kind, source.title, source.claim, source.text, source.content_hash,
            source.path, dump(source.metadata), pages_to_json(source.pages), words_to_bytes(source.pages),
        )  # fmt: skip
        with self._write() as db:
            if replaces not in (None, source.key):
                db.execute("DELETE FROM sources WHERE key = ?", (replaces,))
                db.execute("DELETE FROM passages WHERE source = ?", (replaces,))
            db.execute("INSERT OR REPLACE INTO sources VALUES (?,?,?,?,?,?,?,?,?,?)", row)
            note_added(db, source.key, replaces)
            _put_passages(db, source.key, passages)
            if file is not None:
                _put_file(db, file)

    def get(self, key: str, *, words: bool = False) -> Source | None:
        """Return the source under `key`, or None; the boxes of its pages' words are included only on request."""
        columns = f"{_COLUMNS}, words" if words else _COLUMNS
        with self._read() as db:
            query = f"SELECT {columns} FROM sources WHERE key = ?"  # noqa: S608
            row = db.execute(query, (key,)).fetchone()
            return source_from_row(row) if row else None

    def get_all(self, keys: Sequence[str]) -> list[Source]:
        """Return the existing sources under `keys`, in that order, without words' boxes."""
        marks = ",".join("?" * len(keys))
        with self._read() as db:
            query = f"SELECT {_COLUMNS} FROM sources WHERE key IN ({marks})"  # noqa: S608
            found = {row["key"]: source_from_row(row) for row in db.execute(query, list(keys))}
        return [found[key] for key in keys if key in found]

    def altered(self, keys: Iterable[str]) -> list[str]:
        """Return those of the sources under `keys` whose stored text was altered."""
        return [
            source.key
            for source in self.get_all(list(dict.fromkeys(keys)))
            if not is_as_read(source)
        ]

    def sources(self, kind: Kind | None = None) -> list[Source]:
        """Return all sources, or those of one kind, by key, without the boxes of their pages' words."""
        with self._read() as db:
            # For one kind, SQLite reads only its rows; other texts are most of the file.
            which, kinds = ("WHERE kind = ?", (kind,)) if kind else ("", ())
            query = f"SELECT {_COLUMNS} FROM sources {which} ORDER BY key"  # noqa: S608
            return [source_from_row(row) for row in db.execute(query, kinds)]

    def records(self) -> list[Record]:
        """Return every source's record by key, without its text, for filters and for questions about works."""
        query = (
            "SELECT key, kind, title, path, added.day, json_extract(metadata, '$.year', '$.tags', '$.collections',"
            " '$.authors', '$.paper', '$.doi', '$.arxiv', '$.text_here') AS fields"
            " FROM sources LEFT JOIN added ON added.source = key ORDER BY key"
        )
        with self._read() as db:
            rows = db.execute(query).fetchall()
            own = labelled(db)
        found = []
        for key, kind, title, path, day, fields in rows:
            year, tags, collections, authors, paper, doi, arxiv, text_here = json.loads(fields)
            record = Record(
                key=key,
                kind=kind,
                title=title,
                year=year_in(year),
                tags=own.after(key, "tag", labels(tags)),
                authors=labels(authors),
                paper=str(paper or ""),
                identifiers=tuple(str(each) for each in (doi, arxiv) if each),
                collections=own.after(key, "collection", labels(collections)),
                added=day or "",
                path=path,
                text_here=text_here is not False,
            )
            found.append(record)
        return found

    def keys(self, kind: Kind | None = None) -> set[str]:
        """Return the keys in use, or those of one kind."""
        which, kinds = ("WHERE kind = ?", (kind,)) if kind else ("", ())
        with self._read() as db:
            rows = db.execute(f"SELECT key FROM sources {which}", kinds)  # noqa: S608
            return {row[0] for row in rows}

    def has(self, key: str) -> bool:
        """Return whether a source has this key."""
        with self._read() as db:
            found = db.execute("SELECT 1 FROM sources WHERE key = ?", (key,)).fetchone()
        return found is not None

    def entries(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return (key, title, metadata) of the papers with only a bibliographic record, by key."""
        query = (
            # They have no file, so the index of paths finds them without reading any text.
            "SELECT key, title, metadata FROM sources WHERE path = '' AND kind = 'paper'"
            " AND json_extract(metadata, '$.text_here') = 0 ORDER BY key"
        )
        with self._read() as db:
            rows = db.execute(query).fetchall()
        return [(key, title, json.loads(metadata)) for key, title, metadata in rows]

    def find_content(self, content_hash: str) -> str | None:
        """Return the key of the source with exactly this stored content, or None."""
        with self._read() as db:
            row = db.execute(
                "SELECT key FROM sources WHERE content_hash = ?", (content_hash,)
            ).fetchone()
        return row[0] if row else None

    def find_path(self, path: str) -> str | None:
        """Return the key of the source that was read from the file at `path`, or None."""
        with self._read() as db:
            row = db.execute("SELECT key FROM sources WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def find_identifier(self, name: str, value: str) -> list[tuple[str, str]]:
        """Return (key, title) of the papers whose metadata contain `value`, in any case, under `name`."""
        query = (
            "SELECT key, title FROM sources WHERE kind = 'paper'"
            " AND lower(json_extract(metadata, '$.' || ?)) = lower(?) ORDER BY key"
        )
        with self._read() as db:
            return [(key, title) for key, title in db.execute(query, (name, value))]

    def move(self, old: str, file: File) -> None:
        """Give a known file a new path; its source and its size and times stay."""
        with self._write() as db:
            db.execute("UPDATE sources SET path = ? WHERE path = ?", (file.path, old))
            db.execute("UPDATE refs SET origin = ? WHERE origin = ?", (file.path, old))
            db.execute("DELETE FROM files WHERE path = ?", (old,))
            _put_file(db, file)

    def recut(self, source: str, passages: Sequence[Passage]) -> None:
        """Replace the passages of a source."""
        with self._write() as db:
            _put_passages(db, source, passages)

    def update_metadata(self, key: str, metadata: dict[str, Any]) -> None:
        """Replace the metadata of a source, except for the reader's edits."""
        if source := self.get(key):
            now = edited(replace(as_read(source), metadata=unedited(metadata)), self.edits(key))
            row = (now.title, dump(now.metadata), key)
            with self._write() as db:
                db.execute("UPDATE sources SET title = ?, metadata = ? WHERE key = ?", row)

    def remove(self, keys: Iterable[str]) -> None:
        """Delete sources with their passages."""
        gone = [(key,) for key in keys]
        with self._write() as db:
            db.executemany("DELETE FROM sources WHERE key = ?", gone)
            db.executemany("DELETE FROM added WHERE source = ?", gone)
            db.executemany("DELETE FROM passages WHERE source = ?", gone)

    # ── passages ─────────────────────────────────────────────────────────────────────────────────

    def passages(self, ids: Sequence[str] | None = None) -> list[Passage]:
        """Return the passages with these ids, in that order; without ids all, by source and place."""
        # Python cuts the text, because SQLite's substr counts from the start each time.
        query = "SELECT id, source, start, end, page, section FROM passages"
        with self._read() as db:
            if ids is None:
                rows = db.execute(f"{query} ORDER BY source, start").fetchall()
            else:
                # This is a single parameter, because SQLite limits their number.
                wanted = f"{query} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY source"  # noqa: S608
                rows = db.execute(wanted, (json.dumps(list(ids)),)).fetchall()
            found = list(_cut(db, rows))
        if ids is None:
            return found
        by_id = {passage.id: passage for passage in found}
        return [by_id[id] for id in ids if id in by_id]

    def sections(self, sources: Sequence[str]) -> list[tuple[str, str, str]]:
        """Return (passage id, source, section) of every passage of these sources, in the order of the text."""
        query = (
            "SELECT id, source, section FROM passages"
            " WHERE source IN (SELECT value FROM json_each(?)) ORDER BY source, start"
        )
        with self._read() as db:
            rows = db.execute(query, (json.dumps(list(sources)),)).fetchall()
        return [(row["id"], row["source"], row["section"]) for row in rows]

    def passage_ids(self, kind: Kind) -> set[str]:
        """Return the ids of the passages of the sources of one kind."""
        query = "SELECT p.id FROM sources s JOIN passages p ON p.source = s.key WHERE s.kind = ?"
        with self._read() as db:
            return {row[0] for row in db.execute(query, (kind,))}

    def fingerprint(self) -> list[tuple[str, str, str]]:
        """Return (key, kind, content hash and the reader's title) of every source: what an index depends on."""
        title = "iif(json_extract(metadata, '$.as_read.title') IS NULL, '', ' ' || title)"
        query = f"SELECT key, kind, content_hash || {title} FROM sources ORDER BY key"  # noqa: S608
        with self._read() as db:
            return [(key, kind, content) for key, kind, content in db.execute(query)]

    # ── files and folders ────────────────────────────────────────────────────────────────────────

    def files(self) -> dict[str, File]:
        """Return every file seen so far, by path."""
        with self._read() as db:
            rows = db.execute("SELECT * FROM files ORDER BY path").fetchall()
        return {row["path"]: File(**dict(row)) for row in rows}

    def file(self, path: str) -> File | None:
        """Return the known data of the file at `path`."""
        with self._read() as db:
            row = db.execute("SELECT * FROM files WHERE path = ?", (path,)).fetchone()
        return File(**dict(row)) if row else None

    def put_file(self, file: File) -> None:
        """Remember a file without a source of its own (refused, duplicate, bibliography)."""
        with self._write() as db:
            _put_file(db, file)

    def forget_files(self, paths: Iterable[str]) -> None:
        """Forget files."""
        with self._write() as db:
            db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])

    def roots(self) -> list[str]:
        """Return the files and folders the reader added, in order."""
        with self._read() as db:
            return [row[0] for row in db.execute("SELECT path FROM roots ORDER BY rowid")]

    def add_root(self, path: str) -> None:
        """Remember a file or folder for every later sync."""
        with self._write() as db:
            db.execute("INSERT OR IGNORE INTO roots VALUES (?)", (path,))

    def remove_root(self, path: str) -> None:
        """Forget an added file or folder."""
        with self._write() as db:
            db.execute("DELETE FROM roots WHERE path = ?", (path,))

    # ── references: papers known by their bibliographic record ──────────────────────────────────

    def put_references(self, origin: str, references: Sequence[Reference]) -> None:
        """Replace the references that came from the file `origin`."""
        with self._write() as db:
            db.execute("DELETE FROM refs WHERE origin = ?", (origin,))
            db.executemany(
                "INSERT INTO refs VALUES (?,?,?)",
                [(origin, ref.key, dump(asdict(ref))) for ref in references],
            )

    def references(self) -> list[Reference]:
        """Return every reference, in the order of files and of each file."""
        return [reference for _, reference in self.references_by_file()]

    def references_by_file(self) -> list[tuple[str, Reference]]:
        """Return every reference with the path of its file, in the order of files and of each file."""
        with self._read() as db:
            rows = db.execute("SELECT origin, record FROM refs ORDER BY origin, rowid")
            return [(row[0], reference_from_row(row)) for row in rows.fetchall()]

    # ── comments and attestations of the reader ─────────────────────────────────────────────────

    def remark(self, source: str, kind: str, text: str) -> None:
        """Store a remark of the reader on a source; an empty text deletes it."""
        with self._write() as db:
            db.execute("DELETE FROM remarks WHERE source = ? AND kind = ?", (source, kind))
            if text:
                db.execute("INSERT INTO remarks VALUES (?,?,?)", (source, kind, text))

    def remarks(self, source: str) -> dict[str, str]:
        """Return the reader's remarks on a source, by kind."""
        with self._read() as db:
            rows = db.execute("SELECT kind, text FROM remarks WHERE source = ?", (source,))
            return dict(rows.fetchall())

    def edits(self, source: str) -> dict[str, Any]:
        """Return the reader's edits of a source's record, by field."""
        return dict(json.loads(self.remarks(source).get(EDITS, "{}")))

    def counts(self) -> dict[str, int]:
        """Return the numbers of sources by kind, passages, references, and refused files.

        `paper` counts the papers with text, `entries` those with only a record.
        """
        with self._read() as db:
            counts = dict(db.execute("SELECT kind, count(*) FROM sources GROUP BY kind"))
            counts["passages"] = db.execute("SELECT count(*) FROM passages").fetchone()[0]
            counts["references"] = db.execute("SELECT count(*) FROM refs").fetchone()[0]
            refused = "SELECT count(*) FROM files WHERE status = 'refused'"
            counts["refused"] = db.execute(refused).fetchone()[0]
        if entries := len(self.entries()):
            counts.update(entries=entries, paper=counts["paper"] - entries)
        return counts


def _cut(db: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> Iterator[Passage]:
    """Yield the passages of rows in the order of their sources; each text is read once."""
    source: str | None = None
    text: str | None = None
    for row in rows:
        if row["source"] != source:
            source = row["source"]
            query = "SELECT text FROM sources WHERE key = ?"
            own = db.execute(query, (source,)).fetchone()
            text = own[0] if own else None
        if text is not None:
            yield Passage(**dict(row), text=text[row["start"] : row["end"]])


def _put_passages(db: sqlite3.Connection, source: str, passages: Sequence[Passage]) -> None:
    db.execute("DELETE FROM passages WHERE source = ?", (source,))
    db.executemany(
        "INSERT INTO passages VALUES (?,?,?,?,?,?)",
        [(p.id, source, p.start, p.end, p.page, p.section) for p in passages],
    )


def _put_file(db: sqlite3.Connection, file: File) -> None:
    db.execute(
        "INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?,?)", tuple(asdict(file).values())
    )
