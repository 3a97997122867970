"""The files of an index get a manifest of sizes and hashes when written, which is checked when opened."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
# This file exists in an index whose chroma part is damaged: the index answers without it until a
# new one is built.
UNSOUND = "unsound"
# The version of the set of files. An index of another version is built anew from the stored
# vectors.
LAYOUT = "4"
# Only the size of this file is checked, because chroma writes to it whenever it opens an index.
_LIVING = "chroma.sqlite3"
# This many bytes are hashed when an index is opened, at some 2 GB a second: 50,000 passages have
# about as many.
_CHEAP = 256 * 2**20


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The size and hash of a file when it was written; there is no hash for a file that chroma still changes."""

    size: int
    sha256: str | None


def seal(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the manifest of a finished index: its facts, and size and hash of every file.

    Raises:
        OSError: a file cannot be read, or the manifest cannot be written.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {
        str(path.relative_to(folder)): {
            "size": path.stat().st_size,
            "sha256": None if path.name == _LIVING else _hash(path),
        }
        for path in paths
    }
    record = {**facts, "layout": LAYOUT, "files": files}
    sealed = {**record, "seal": _digest(record)}
    (folder / MANIFEST).write_text(json.dumps(sealed, sort_keys=True), "utf-8")


def facts(folder: Path) -> Mapping[str, Any]:
    """Return the facts in the manifest of an index.

    Raises:
        OSError: there is no manifest.
        ValueError: the manifest was altered.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (ValueError, RecursionError):
        record = None  # cut off, or other bytes
    if not isinstance(record, dict) or record.pop("seal", None) != _digest(record):
        raise ValueError(f"{MANIFEST} is not as it was written")
    return record


def seals(record: Mapping[str, Any]) -> dict[str, Seal]:
    """Return the seals of all files of an index, from the facts of its manifest."""
    return {name: Seal(**said) for name, said in record["files"].items()}


def fault(folder: Path, embedder_id: str = "") -> str:
    """Return why an index cannot be used, or "", from its manifest and the sizes of its files.

    With an `embedder_id`, also check that its vectors are of that model.
    """
    try:
        record = facts(folder)
    except FileNotFoundError:
        return "it is not there"
    except OSError as error:
        return f"{MANIFEST} cannot be read ({error.strerror})"
    except ValueError as error:
        return str(error)
    if record["layout"] != LAYOUT:
        return "it is of another version of this program"
    if record["hash"] != folder.name:
        return "it is the index of another library"
    if embedder_id and record["embedder"] != embedder_id:
        return f"it was made with {record['embedder']}"
    return missing(folder, seals(record))


def missing(folder: Path, sealed: Mapping[str, Seal]) -> str:
    """Return a file of an index that is missing or has another length, if there is one."""
    for name, said in sealed.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        size, grows = path.stat().st_size, said.sha256 is None
        if size < said.size or (size > said.size and not grows):
            return f"{name} has {size:,} bytes of {said.size:,}"
    return ""


def altered(folder: Path, sealed: Mapping[str, Seal], most: int | None = _CHEAP) -> str:
    """Return a file of an index that contains other bytes than were written, if there is one.

    Args:
        folder: The folder of the index.
        sealed: The seals of its files.
        most: The most bytes to read, the smallest files first; None reads all.
    """
    left = most
    for name, said in sorted(sealed.items(), key=lambda item: item[1].size):
        if said.sha256 is None:
            continue
        if left is not None and (left := left - said.size) < 0:
            break
        try:
            if _hash(folder / name) != said.sha256:
                return f"{name} is not as it was written"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return ""


def chroma_fault(folder: Path) -> str:
    """Return what SQLite finds wrong with chroma's database, or ""; nothing is written to its folder."""
    path = folder / "chroma" / "chroma.sqlite3"
    if not path.parent.is_dir():
        return ""  # an index of too few passages has no database
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as db:
            said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return ""  # the disk fails, which says nothing about the file
    except sqlite3.Error as error:
        return f"chroma.sqlite3: {error}"
    return "" if said == "ok" else f"chroma.sqlite3: {said}"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
