"""The library's SQLite file is opened, locked for one writer, backed up and restored; errors are one line."""

import fcntl
import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from assistant.errors import Mendable
from assistant.library import schema
from assistant.types import EMBEDDED, VectorServer
from probes.files import durable

NAME = "library.sqlite"
_BACKUP = "library.backup.sqlite"
# SQLite keeps these files beside an open library, or beside one whose process was killed.
_BESIDE = ("-wal", "-shm")


class Database:
    """The open file of a data directory, with its tables.

    If the disk is read-only or full, the library is open for reading: stored data can be read, and
    a write says why it is impossible. As soon as the disk can be written again, so can the library.

    Raises:
        Mendable: the directory cannot be used, or the file is damaged or of a newer version.
    """

    def __init__(self, data_dir: Path, vectors: VectorServer = EMBEDDED) -> None:
        self.data_dir = data_dir
        self.vectors = vectors
        self.path = data_dir / NAME
        self._lock = threading.RLock()
        # If the library is open for reading only: the reason, and the state of its files when it
        # was opened.
        self._refused: sqlite3.OperationalError | None = None
        self._seen: tuple[tuple[int, int], ...] = ()
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        with self._mending():
            self._db = self._opened()

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
        if self._copy is not None:
            self._copy.cleanup()

    @property
    def read_only(self) -> bool:
        """Return whether the library was opened for reading only, because its disk cannot be written."""
        return self._refused is not None

    def fact(self, name: str) -> str | None:
        """Return a fact stored under `name`, such as the current index."""
        with self._read() as db:
            row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Store a fact."""
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (name, value))

    def back_up(self) -> None:
        """Copy the library to library.backup.sqlite beside it, completely or not at all."""
        fresh = self.data_dir / "library.backup.new"
        try:
            fresh.unlink(missing_ok=True)
            self._copy_to(fresh)
            durable.publish(fresh, self.data_dir / _BACKUP)
        except OSError as error:
            raise Mendable(
                f"The library could not be copied to {self.data_dir / _BACKUP} ({_reason(error)}); free some "
                "space, see its permissions, and run `inquire sync`; the library itself is whole."
            ) from error
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _copy_to(self, fresh: Path) -> None:
        with self._read() as db:
            try:
                db.execute("VACUUM INTO ?", (str(fresh),))
            except sqlite3.DatabaseError as error:
                # A disk error during the copy is reported as damage, and so is damage of the
                # library itself.
                if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                    raise
                raise OSError(str(error)) from error

    @contextmanager
    def alone(self, patience: float = 0.0) -> Iterator[None]:
        """Lock the data directory for writing; a second writer is told who holds the lock.

        Args:
            patience: Seconds to wait for another writer.

        Raises:
            Mendable: another process is writing.
        """
        try:
            handle = (self.data_dir / "writing.lock").open("a+")
        except OSError as error:
            raise Mendable(
                f"{self.data_dir} cannot be written to ({error.strerror}); make the disk and the folder "
                "writable (see its permissions), or name another with --data-dir."
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
            with suppress(OSError):  # what a full disk refused before is tried once more here
                handle.close()

    # ── opening ──────────────────────────────────────────────────────────────────────────────────

    def _opened(self) -> sqlite3.Connection:
        """Return the library open for reading and writing, or for reading only if its disk cannot be written."""
        self._refused = None
        new = not self.path.exists()
        try:
            durable.make_folder(self.data_dir)
            db = self._opened_for_writing()
            if new:
                durable.sync(self.data_dir)
            return db
        except sqlite3.OperationalError as error:
            if new or _code(error) not in _NO_WRITING:
                raise
            self._refused = error
            return self._opened_for_reading()
        except OSError as error:
            raise Mendable(
                f"The data directory {self.data_dir} cannot be used ({error.strerror}); "
                "name another with --data-dir or mend its permissions."
            ) from error

    def _opened_for_writing(self) -> sqlite3.Connection:
        db = self._connected(str(self.path))
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    def _opened_for_reading(self) -> sqlite3.Connection:
        """Return the stored library for reading; nothing is written to its folder, not even a lock.

        If a killed process left a log beside the library, the log belongs to the library but cannot
        be merged into it here; then a copy is read.
        """
        self._seen = self._stamps()
        logged = self.path.with_name(f"{NAME}-wal")
        if logged.exists() and logged.stat().st_size:
            return self._connected(str(self._copied(logged)))
        db = self._connected(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)
        schema.version(db, self.path)
        return db

    def _copied(self, logged: Path) -> Path:
        try:
            self._copy = tempfile.TemporaryDirectory(prefix="inquire-")
            for path in (self.path, logged):
                shutil.copyfile(path, Path(self._copy.name) / path.name)
        except OSError as error:
            raise Mendable(
                f"{self.path} was not closed, its folder cannot be written to, and it cannot be copied to be read "
                f"({error.strerror}); free some space, or make the folder writable."
            ) from error
        return Path(self._copy.name) / NAME

    def _connected(self, name: str, *, uri: bool = False) -> sqlite3.Connection:
        db = sqlite3.connect(name, timeout=10, check_same_thread=False, uri=uri)
        db.row_factory = sqlite3.Row
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode = WAL")
        # Reported work must survive a power failure; this costs one sync of the log for each
        # transaction.
        db.execute("PRAGMA synchronous = FULL")
        schema.bring(db, self.path)

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        """Return sizes and times of the library and its log, if they exist."""
        found = []
        for path in (self.path, self.path.with_name(f"{NAME}-wal")):
            with suppress(OSError):
                stamp = path.stat()
                found.append((stamp.st_size, stamp.st_mtime_ns))
        return tuple(found)

    # ── reading and writing ──────────────────────────────────────────────────────────────────────

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return the connection for reading, for modules with their own tables in this file."""
        return self._read()

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return the connection for one transaction, for modules with their own tables in this file."""
        return self._write()

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """Return the connection; a read-only one is opened anew if another process has written."""
        with self._mending():
            if self._refused is not None and self._seen != self._stamps():
                self._reopen()
            yield self._db

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._mending():
            if self._refused is not None:
                self._reopen()
            if self._refused is not None:
                raise self._refused
            with self._db:
                yield self._db

    def _reopen(self) -> None:
        before, copied = self._db, self._copy
        self._copy = None
        self._db = self._opened()
        before.close()
        if copied is not None:
            copied.cleanup()

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """Admit one thread at a time; turn SQLite's message into one line with the true reason and the remedy."""
        try:
            with self._lock:
                yield
        except sqlite3.ProgrammingError:
            raise  # our own error, not the file's
        except sqlite3.Error as error:
            raise Mendable(_told(self.path, error)) from error


def damage(path: Path) -> str:
    """Return the damage that SQLite finds in the file of a library, or ""."""
    if not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(path, timeout=10)) as db:
            said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return ""  # locked or out of reach, but not damaged
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else said


def _lock(handle: IO[str], patience: float) -> None:
    """Lock a file; retry for `patience` seconds while another process holds it."""
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


# Another writer holds the lock for some milliseconds for each file.
_BETWEEN_TRIES = 0.02


def restore(data_dir: Path) -> str:
    """Set a damaged library aside and restore its last backup; return one line that says what was done.

    Raises:
        Mendable: the disk cannot be written; the damaged file stays in place.
    """
    damaged, backup = data_dir / NAME, data_dir / _BACKUP
    aside = data_dir / f"library.damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite"
    fresh = data_dir / "library.restored.new"
    try:
        # The backup is copied first, so that a full disk changes nothing.
        usable = backup.exists() and _is_sound(backup)
        if usable:
            shutil.copyfile(backup, fresh)
        for beside in ("", *_BESIDE):
            with suppress(FileNotFoundError):
                damaged.with_name(f"{NAME}{beside}").rename(f"{aside}{beside}")
        if usable:
            durable.publish(fresh, damaged)
        elif backup.exists():
            backup.rename(f"{aside}.backup")
        durable.sync(data_dir)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise Mendable(
            f"The backup could not be put in place in {data_dir} ({error.strerror}); free some space or mend "
            "the folder's permissions, then run `inquire doctor --repair` again."
        ) from error
    if usable:
        return f"Restored the last backup; the damaged file is kept as {aside.name}."
    return (
        f"There was no sound backup; the damaged file is kept as {aside.name}. Which folders you had added is not "
        "known any more: add them again with `inquire add`."
    )


def _is_sound(backup: Path) -> bool:
    """Return whether a backup is a complete library."""
    try:
        db = sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)
        try:
            whole = db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            return whole and bool(db.execute("SELECT 1 FROM meta WHERE name = 'schema'").fetchone())
        finally:
            db.close()
    except sqlite3.Error:
        return False


# The lower byte of an extended code is the kind of failure.
_KIND = 0xFF
# After failures of these kinds, stored data may still be read.
_NO_WRITING = {
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
}  # fmt: skip
_WRITABLE = (
    "what is stored there can be read; to add to it, make the disk and the folder writable (see its "
    "permissions), or name another with --data-dir"
)
_REMEDIES = {
    sqlite3.SQLITE_FULL: "free some space and run `inquire sync`; nothing stored so far is lost",
    sqlite3.SQLITE_IOERR: "the disk failed or is full: free some space, check the disk, and run "
    "`inquire sync`; nothing stored so far is lost",
    sqlite3.SQLITE_BUSY: "another process is writing; wait until it is done",
    sqlite3.SQLITE_LOCKED: "another process is writing; wait until it is done",
    sqlite3.SQLITE_READONLY: _WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _WRITABLE,
    sqlite3.SQLITE_PERM: _WRITABLE,
    sqlite3.SQLITE_AUTH: _WRITABLE,
    sqlite3.SQLITE_TOOBIG: "one text is larger than a library can hold; split the file",
}


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _KIND


def _told(path: Path, error: sqlite3.Error) -> str:
    """Return the problem and the remedy; every problem that is not the disk's counts as a damaged library."""
    code = _code(error)
    if code == sqlite3.SQLITE_CORRUPT and not damage(path):
        # For SQLite an unreadable sector is damage, although the rest of the file is intact.
        code, error = sqlite3.SQLITE_IOERR, sqlite3.OperationalError("a part of it cannot be read")
    if remedy := _REMEDIES.get(code):
        return f"{path}: {error}; {remedy}."
    return (
        f"{path} is damaged ({error}); `inquire doctor --repair` sets it aside, restores the last backup "
        "and reads your files again."
    )
