"""Show the library as a table: a row for every source, and one for every unreadable file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.errors import UsageError
from assistant.library.store import File, Library, Record
from assistant.search.query import Filters, parse
from assistant.search.scope import within
from assistant.text.people import family

Status = Literal["indexed", "reference only", "needs OCR", "password", "refused"]
STATUSES: tuple[Status, ...] = get_args(Status)
COLUMNS = ("title", "authors", "year", "kind", "added", "status", "tags", "collections", "key")


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One row of the table.

    `why` is the remark on its file: why it was refused, or what it hides. `key` is empty if nothing
    of a file was read; then the file is the title.
    """

    key: str
    title: str
    kind: str
    status: Status
    authors: tuple[str, ...] = ()
    year: int | None = None
    added: str = ""
    why: str = ""
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    path: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the row as the JSON object of `inquire list --json`."""
        return {
            "key": self.key or None, "title": self.title, "authors": list(self.authors), "year": self.year,
            "kind": self.kind, "added": self.added or None, "status": self.status, "why": self.why,
            "tags": list(self.tags), "collections": list(self.collections), "path": self.path or None,
        }  # fmt: skip


def holdings(library: Library, query: str = "", status: str = "") -> list[Holding]:
    """Return the rows that a query selects, by key, then the refused files by path.

    Args:
        library: The library.
        query: Filters as in a question, and words: each must stand in the title, an author's name
            or the key. An empty query selects all sources but the runs of experiments, which need
                `kind:evidence`.
        status: One of `STATUSES`; empty for all.

    Raises:
        UsageError: a filter or the status names something that does not exist.
    """
    if status and status not in STATUSES:
        raise UsageError(f"There is no status {status!r}; they are: {', '.join(STATUSES)}.")
    asked = parse(query)
    records = {record.key: record for record in library.records()}
    left = within(records, asked.filters)
    files = list(library.files().values())
    told = {file.source: file.message for file in files if file.source and file.message}
    rows = [
        _row(record, told.get(record.key, "")) for key, record in records.items() if key in left
    ]
    if _any_file(asked.filters):
        rows += [_refused(file) for file in files if file.status == "refused" and not file.source]
    words = [word.casefold() for word in (*asked.text.split(), *asked.filters.phrases)]
    without = [word.casefold() for word in asked.filters.without]
    return [
        row for row in rows if (not status or row.status == status) and _says(row, words, without)
    ]


def ordered(rows: Iterable[Holding], by: str, *, backwards: bool = False) -> list[Holding]:
    """Return the rows sorted by a column; rows without a value come last, and equal ones are sorted by key.

    Raises:
        UsageError: there is no such column.
    """
    if by not in COLUMNS:
        raise UsageError(f"There is no column {by!r} to sort by; they are: {', '.join(COLUMNS)}.")
    first = sorted(rows, key=lambda row: (row.key or row.path).casefold())
    full = [row for row in first if getattr(row, by) not in ("", None, ())]
    return [
        *sorted(full, key=lambda row: _order(getattr(row, by)), reverse=backwards),
        *(row for row in first if getattr(row, by) in ("", None, ())),
    ]


def _order(value: Any) -> Any:
    if isinstance(value, tuple):
        # Authors are sorted by the family name of the first; a tag is mostly one word.
        return family(value[0]).casefold(), value[0].casefold()
    return value.casefold() if isinstance(value, str) else value


def _row(record: Record, why: str) -> Holding:
    return Holding(
        key=record.key, title=record.title, kind=record.kind, authors=record.authors, year=record.year,
        added=record.added, status="indexed" if record.text_here else "reference only", why=why,
        tags=record.tags, collections=record.collections, path=record.path,
    )  # fmt: skip


def _refused(file: File) -> Holding:
    path = Path(file.path)
    return Holding(
        key="", title=path.name, kind=path.suffix.lstrip(".").lower(), status=_status(file.message),
        why=file.message, path=file.path,
    )  # fmt: skip


def _status(message: str) -> Status:
    """Return why a file was refused, from its reader's message: see `readers.pdf_worker`."""
    if "needs OCR" in message:
        return "needs OCR"
    return "password" if "password" in message else "refused"


def _any_file(filters: Filters) -> bool:
    """Return whether an unreadable file can match the query."""
    return not (filters.source or filters.kind or filters.tag or filters.collection or filters.year)


def _says(row: Holding, words: Sequence[str], without: Sequence[str]) -> bool:
    said = " ".join((row.title, *row.authors, row.key)).casefold()
    return all(word in said for word in words) and not any(word in said for word in without)
