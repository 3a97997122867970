"""Store vectors by content, so that no text is embedded twice."""

import fcntl
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Float

from assistant.errors import Mendable
from assistant.search.index_name import FORMAT


class VectorStore:
    """Vectors by content, so that no text is embedded twice; a damaged file is started anew."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def missing(self, hashes: Iterable[str]) -> set[str]:
        """Return those hashes for which nothing is stored."""
        with self._open() as db:
            return set(hashes) - {row[0] for row in db.execute("SELECT hash FROM vectors")}

    def put(self, rows: Iterable[tuple[str, Float[np.ndarray, "rows dim"]]]) -> None:
        """Store a passage's vector (first row) and its sentences' (the others)."""
        with self._open() as db, db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?,?,?)",
                [
                    (name, data := matrix.astype(np.float16).tobytes(), zlib.crc32(data))
                    for name, matrix in rows
                ],
            )

    def get(self, hashes: Sequence[str], dim: int) -> dict[str, Float[np.ndarray, "rows dim"]]:
        """Return the stored matrices of these hashes, in half precision: compare to about 1e-3.

        Raises:
            ValueError: a matrix was altered.
        """
        query = "SELECT hash, data, crc FROM vectors WHERE hash IN (SELECT value FROM json_each(?))"
        found = {}
        with self._open() as db:
            for name, data, crc in db.execute(query, (json.dumps(list(hashes)),)):
                if zlib.crc32(data) != crc:
                    raise ValueError(f"the vectors of {name} are not as they were stored")
                found[name] = np.frombuffer(data, np.float16).reshape(-1, dim)
        return found

    def is_whole(self) -> bool:
        """Return whether SQLite finds nothing wrong with the file."""
        try:
            with self._open() as db:
                return str(db.execute("PRAGMA quick_check(1)").fetchone()[0]) == "ok"
        except sqlite3.DatabaseError:
            return False

    def clear(self) -> None:
        """Delete everything, whatever the state of the file."""
        for end in ("", "-journal"):
            self.path.with_name(f"{self.path.name}{end}").unlink(missing_ok=True)

    def keep(self, hashes: set[str]) -> None:
        """Delete all other vectors, unless another process fills the store, perhaps for another model."""
        with self._turn(fcntl.LOCK_EX) as alone:
            if not alone:
                return
            with self._open() as db, db:
                known = {row[0] for row in db.execute("SELECT hash FROM vectors")}
                db.executemany("DELETE FROM vectors WHERE hash = ?", [(h,) for h in known - hashes])

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Prevent deletion until new vectors are in use; several processes may fill the store at a time.

        Raises:
            OSError: the folder cannot be written.
        """
        with self._turn(fcntl.LOCK_SH):
            yield

    @contextmanager
    def _turn(self, kind: int) -> Iterator[bool]:
        with self.path.with_suffix(".lock").open("a") as lock:
            try:
                # A process that deletes holds the lock for moments; one that fills the store, as
                # long as embedding takes.
                fcntl.flock(lock, kind if kind == fcntl.LOCK_SH else kind | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(self.path, timeout=10)
            try:
                db.execute(
                    "CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, data BLOB, crc INTEGER)"
                )
                if len(db.execute("PRAGMA table_info(vectors)").fetchall()) < len(_COLUMNS):
                    _seal(db)
                yield db
            finally:
                db.close()
        except sqlite3.OperationalError as error:
            raise Mendable(
                f"{self.path}: {error}; free some space or mend the folder's permissions, then run "
                "`inquire sync`; the old index still answers."
            ) from error


# The columns of a stored matrix: its name, its bytes, and the checksum of these.
_COLUMNS = ("hash", "data", "crc")


def _seal(db: sqlite3.Connection) -> None:
    """Add checksums to the vectors of an earlier version, which had none."""
    with db:
        db.execute("ALTER TABLE vectors ADD COLUMN crc INTEGER")
        db.create_function("crc32", 1, zlib.crc32, deterministic=True)
        db.execute("UPDATE vectors SET crc = crc32(data)")


def content_name(model: str, title: str, text: str) -> str:
    """Return the name under which a model's vectors of a passage with its title are stored."""
    return hashlib.sha256("\x00".join((FORMAT, model, title, text)).encode()).hexdigest()[:32]
