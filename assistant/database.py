"""The library's SQLite file: opened, held by one writer, backed up, restored; what fails is one line."""

import fcntl
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from assistant.errors import Mendable

SCHEMA_VERSION = 1


class Database:
    """The open file of a data directory, its tables in place.

    Raises:
        Mendable: the directory cannot be used, or the file is damaged or of a newer version.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.path = data_dir / "library.sqlite"
        self._lock = threading.RLock()
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
        except (OSError, sqlite3.OperationalError) as error:
            raise Mendable(
                f"The data directory {data_dir} cannot be used ({_reason(error)}); "
                "name another with --data-dir or mend its permissions."
            ) from error
        self._db.row_factory = sqlite3.Row
        with self._mending():
            self._prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def fact(self, name: str) -> str | None:
        """A fact stored under `name`, such as the current index."""
        with self._mending():
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Store a fact."""
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (name, value))

    def back_up(self) -> None:
        """Copy the library to library.backup.sqlite beside it, whole or not at all."""
        target = self.data_dir / "library.backup.sqlite"
        fresh = target.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with self._mending():
            self._db.execute("VACUUM INTO ?", (str(fresh),))
        fresh.replace(target)

    @contextmanager
    def alone(self, patience: float = 0.0) -> Iterator[None]:
        """Hold the data directory for writing; a second writer is told who holds it.

        Args:
            patience: Seconds to wait for whoever is writing.

        Raises:
            Mendable: another process is writing.
        """
        try:
            handle = (self.data_dir / "writing.lock").open("a+")
        except OSError as error:
            raise Mendable(
                f"{self.data_dir} cannot be written to ({error.strerror}); mend its permissions or "
                "name another with --data-dir."
            ) from error
        try:
            try:
                _lock(handle, patience)
            except BlockingIOError as error:
                handle.seek(0)
                holder = handle.read().strip() or "unknown"
                raise Mendable(
                    f"The data directory {self.data_dir} is in use by process {holder}; "
                    "wait until it is done or stop it, then try again."
                ) from error
            with suppress(OSError):  # on a full disk the next writer is told less
                handle.truncate(0)
                handle.write(str(os.getpid()))
                handle.flush()
            yield
        finally:
            handle.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        version = self.fact("schema")
        if version is None:
            self.set_fact("schema", str(SCHEMA_VERSION))
        elif int(version) > SCHEMA_VERSION:
            raise Mendable(
                f"{self.path} was written by a newer version (schema {version}, here "
                f"{SCHEMA_VERSION}); upgrade inquiring-lines or name another --data-dir."
            )

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._mending(), self._db:
            yield self._db

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """One thread at a time; what SQLite says becomes one line with the remedy."""
        try:
            with self._lock:
                yield
        except sqlite3.OperationalError as error:
            reason = str(error)
            if "full" in reason or "I/O" in reason:
                remedy = "free some space and run `inquire sync`; nothing stored so far is lost"
            elif "locked" in reason:
                remedy = "another process is writing; wait until it is done"
            else:
                remedy = "check the folder's permissions, or name another with --data-dir"
            raise Mendable(f"{self.path}: {reason}; {remedy}.") from error
        except sqlite3.DatabaseError as error:
            raise Mendable(
                f"{self.path} is damaged ({error}); `inquire doctor --repair` sets it aside, "
                "restores the last backup and reads your files again."
            ) from error


def _lock(handle: IO[str], patience: float) -> None:
    """Lock a file, trying again for `patience` seconds while another holds it."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise
            time.sleep(_BETWEEN_TRIES)
        else:
            return


# Another writer holds the lock for some milliseconds a file.
_BETWEEN_TRIES = 0.02


def restore(data_dir: Path) -> str:
    """Set a damaged library aside and restore its last backup; returns one line on what was done."""
    damaged = data_dir / "library.sqlite"
    backup = data_dir / "library.backup.sqlite"
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = data_dir / f"library.damaged-{stamp}.sqlite"
    if damaged.exists():
        damaged.rename(aside)
    for rest in ("library.sqlite-wal", "library.sqlite-shm"):
        (data_dir / rest).unlink(missing_ok=True)
    if backup.exists():
        shutil.copy2(backup, damaged)
        return f"Restored the last backup; the damaged file is kept as {aside.name}."
    return f"There was no backup; the damaged file is kept as {aside.name}, and your files are read again."


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
    status TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refs (origin TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS remarks (source TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
"""


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
