"""Read the files of a labelled set as tables of rows: JSON, JSON lines, CSV and TSV, also inside zip files."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.errors import UsageError
from probes.files import foreign

Row = Mapping[str, Any]

# A cell of a corpus can be a whole paper.
_LONGEST_CELL = 2**27
_LARGEST_FILE = 2**30


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one file. `name` is its file name without the ending, in lower case.

    `path` is the file, or the zip file that contains it; related files lie beside it.
    """

    name: str
    rows: tuple[Row, ...]
    path: Path

    def has(self, *columns: str) -> bool:
        """Return whether there are rows, and every row has these columns."""
        return bool(self.rows) and all(column in row for row in self.rows for column in columns)


def tables(path: Path) -> list[Table]:
    """Return the tables below a folder, or in one file, in the order of their names.

    Files without rows of named columns are skipped: a licence, a figure, a nested list.

    Raises:
        UsageError: nothing is there, or the single named file contains no table.
    """
    path = path.expanduser()
    if path.is_dir():
        return [
            table
            for inside in sorted(path.rglob("*"))
            if inside.is_file() and not _hidden(inside.relative_to(path))
            for table in _tables(inside.name, inside)
        ]
    if not path.is_file():
        raise UsageError(
            f"There is no suite {str(path)!r}: name `own`, or a file or folder with questions that is there."
        )
    found = list(_tables(path.name, path))
    if not found:
        raise UsageError(
            f"{path} holds no rows of named columns; a suite is a JSON list of objects with question and must_cite."
        )
    return found


def _hidden(inside: Path) -> bool:
    return any(part.startswith(".") for part in inside.parts)


def _tables(name: str, path: Path) -> Iterator[Table]:
    if path.suffix.lower() == ".zip":
        yield from _zipped(path)
    elif path.suffix.lower() in _PARSERS and path.stat().st_size <= _LARGEST_FILE:
        yield from _parsed(name, path.read_bytes(), path)


def _zipped(path: Path) -> Iterator[Table]:
    def damaged(reason: str) -> UsageError:
        return UsageError(f"{path} cannot be unpacked ({reason}); fetch it again.")

    with foreign.calls(damaged):
        archive = zipfile.ZipFile(path)
    with archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            name = PurePosixPath(member.filename)
            hidden = any(part.startswith((".", "__")) for part in name.parts)
            if name.suffix.lower() in _PARSERS and not hidden and member.file_size <= _LARGEST_FILE:
                with foreign.calls(damaged):
                    content = archive.read(member)
                yield from _parsed(name.name, content, path)


def _parsed(name: str, content: bytes, path: Path) -> Iterator[Table]:
    stem, _, suffix = name.lower().rpartition(".")
    try:
        found = list(_PARSERS[f".{suffix}"](content.decode("utf-8-sig")))
    except (ValueError, csv.Error, RecursionError):
        return
    if found and all(isinstance(row, Mapping) for row in found):
        yield Table(name=stem, rows=tuple(found), path=path)


def _json(text: str) -> Iterator[Any]:
    held = json.loads(text)
    yield from held if isinstance(held, list) else ()


def _json_lines(text: str) -> Iterator[Any]:
    yield from (json.loads(line) for line in text.splitlines() if line.strip())


def _csv(text: str) -> Iterator[Any]:
    csv.field_size_limit(_LONGEST_CELL)
    yield from csv.DictReader(io.StringIO(text, newline=""), strict=True)


def _tsv(text: str) -> Iterator[Any]:
    csv.field_size_limit(_LONGEST_CELL)
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", strict=True)


_PARSERS = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv,
    ".tsv": _tsv,
}
