"""RIS files, as reference managers and publishers export them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rispy

from assistant.errors import Refused
from assistant.readers.references import (
    Bibliography,
    Reference,
    bibliography_text,
    fold,
    reading_order,
    reference,
)

suffixes = (".ris",)

TYPES = {
    "JOUR": "article", "CONF": "inproceedings", "CPAPER": "inproceedings", "BOOK": "book",
    "CHAP": "incollection", "THES": "phdthesis", "RPRT": "techreport", "UNPB": "unpublished",
    "GEN": "misc",
}  # fmt: skip


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read a RIS file; a record that cannot be read is reported and the others stand.

    Raises:
        Refused: unreadable, empty, or without a single record.
    """
    references: list[Reference] = []
    warnings: list[str] = []
    line = 1
    for record in re.split(r"(?m)^ER  ?-.*$", bibliography_text(path)):
        begun = line + record[: len(record) - len(record.lstrip())].count("\n")
        line += record.count("\n")
        if not record.strip():
            continue
        entry = _entry(record)
        if _title(entry):
            references.append(_reference(entry))
        else:
            head = fold(record)[:60]
            warnings.append(f"{path}: line {begun}: no RIS record with a title, left out: {head}")
    if not references:
        raise Refused(f"{path}: no RIS record in it; export the bibliography anew")
    return Bibliography(references=tuple(references), warnings=tuple(warnings))


def _entry(record: str) -> Mapping[str, Any]:
    """The fields of one record, none where it cannot be read."""
    try:
        entries = rispy.loads(f"{record.strip()}\nER  - \n")
    except (ValueError, LookupError, OSError, TypeError):
        return {}
    return entries[0] if len(entries) == 1 else {}


def _title(entry: Mapping[str, Any]) -> str:
    return fold(str(entry.get("title") or entry.get("primary_title") or ""))


def _reference(entry: Mapping[str, Any]) -> Reference:
    names = entry.get("authors") or entry.get("first_authors") or []
    archive = str(entry.get("accession_number", ""))
    venue = next((str(entry[field]) for field in _VENUE_FIELDS if entry.get(field)), "")
    return reference(
        key=str(entry.get("id", "")),
        title=_title(entry),
        authors=[reading_order(name) for name in names],
        year=entry.get("year") or entry.get("publication_year") or entry.get("date") or "",
        venue=venue,
        doi=str(entry.get("doi", "")),
        arxiv=archive if archive.lower().startswith("arxiv:") else "",
        url=(entry.get("urls") or [""])[0],
        abstract=str(entry.get("abstract") or entry.get("notes_abstract") or ""),
        type=TYPES.get(str(entry.get("type_of_reference", "")), "misc"),
    )


_VENUE_FIELDS = (
    "secondary_title", "journal_name", "alternate_title3", "alternate_title1", "alternate_title2",
    "publisher",
)  # fmt: skip
