"""Read RIS files, as reference managers and publishers export them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import rispy

from assistant.errors import Refused
from assistant.readers.references import (
    LARGEST,
    Bibliography,
    Reference,
    bibliography_text,
    fold,
    reference,
)
from assistant.readers.rich_text import plain
from probes.files import foreign

suffixes = (".ris",)
largest = LARGEST

TYPES = {
    "JOUR": "article", "CONF": "inproceedings", "CPAPER": "inproceedings", "BOOK": "book",
    "CHAP": "incollection", "THES": "phdthesis", "RPRT": "techreport", "UNPB": "unpublished",
    "GEN": "misc",
}  # fmt: skip


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read a RIS file; a record that cannot be read is reported and the others are kept.

    Raises:
        Refused: the file is unreadable, empty, or without a single record.
    """
    references: list[Reference] = []
    warnings: list[str] = []
    for begun, record in _records(bibliography_text(path)):
        entry = _entry(record)
        if _title(entry):
            references.append(_reference(entry))
        else:
            head = fold(record[:200])[:60]
            warnings.append(f"{path}: line {begun}: no RIS record with a title, left out: {head}")
    if not references:
        raise Refused(f"{path}: no RIS record in it; export the bibliography anew")
    return Bibliography(references=tuple(references), warnings=tuple(warnings))


def _records(text: str) -> Iterator[tuple[int, str]]:
    """Yield each record with the number of its first line: it ends at `ER`, or where the next `TY` begins."""
    # Two spaces before the hyphen are the standard, but some files have one. If a file has two, a
    # line that begins "AI - based" is part of an abstract.
    tagged = _TAG if _STANDARD.search(text) else _LOOSE_TAG
    held: list[str] = []
    begun = 1
    for number, line in enumerate(text.splitlines(), 1):
        tag = tagged.match(line)
        if tag and tag[1] == "TY" and any(tagged.match(other) for other in held):
            if _COUNT.fullmatch(held[-1]):
                held.pop()
            yield begun, "\n".join(held)
            held = []
        if tag and tag[1] == "ER":
            if held:
                yield begun, "\n".join(held)
            held = []
        elif held or line.strip():
            begun = begun if held else number
            held.append(f"{tag[1]}  - {line[tag.end() :]}" if tag else line)
    if any(tagged.match(line) for line in held):
        yield begun, "\n".join(held)


# Some files write this number before a record.
_COUNT = re.compile(r"\s*\d{1,6}\.\s*")
_STANDARD = re.compile(r"^\s{0,3}TY  -", re.MULTILINE)
_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9])  -(?: |$)")
_LOOSE_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9]) {1,3}-(?: |$)")


def _entry(record: str) -> Mapping[str, Any]:
    """Return the fields of one record, or None if it cannot be read."""
    try:
        with foreign.calls(Refused):
            entries = rispy.loads(f"{record.strip()}\nER  - \n")
    except Refused:
        return {}
    return entries[0] if len(entries) == 1 else {}


def _title(entry: Mapping[str, Any]) -> str:
    unknown = entry.get("unknown_tag") or {}
    named = entry.get("title") or entry.get("primary_title")
    said = named or next((" ".join(unknown[tag]) for tag in _TITLES if tag in unknown), "")
    return fold(plain(str(said)))


# The parser does not know these titles of books and of works without a name.
_TITLES = ("BT", "CT", "ST")


def _reference(entry: Mapping[str, Any]) -> Reference:
    names = dict.fromkeys((*entry.get("first_authors", ()), *entry.get("authors", ())))
    archive = str(entry.get("accession_number", ""))
    venue = next((str(entry[field]) for field in _VENUE_FIELDS if entry.get(field)), "")
    book = " ".join((entry.get("unknown_tag") or {}).get("BT", ()))
    if book and fold(book) != _title(entry):
        venue = book
    return reference(
        key=str(entry.get("id", "")),
        title=_title(entry),
        authors=[_name(name) for name in names],
        year=entry.get("year") or entry.get("publication_year") or entry.get("date") or "",
        venue=plain(venue),
        doi=str(entry.get("doi", "")),
        arxiv=archive if archive.lower().startswith("arxiv:") else "",
        url=(entry.get("urls") or [""])[0],
        abstract=plain(str(entry.get("abstract") or entry.get("notes_abstract") or "")),
        type=TYPES.get(str(entry.get("type_of_reference", "")), "misc"),
    )


def _name(name: str) -> str:
    """Return a name in reading order; in RIS its suffix comes last: "King, Martin Luther, Jr."."""
    family, given, suffix = (*(part.strip() for part in name.split(",", 2)), "", "")[:3]
    return fold(f"{given} {family} {suffix}")


_VENUE_FIELDS = (
    "secondary_title", "journal_name", "alternate_title3", "alternate_title1", "alternate_title2",
    "publisher",
)  # fmt: skip
