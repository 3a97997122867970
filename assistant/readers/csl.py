"""Read CSL-JSON files as Zotero, Pandoc and Crossref write them."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.readers.csl_better_bibtex import is_export
from assistant.readers.csl_better_bibtex import references as works
from assistant.readers.references import (
    LARGEST,
    Bibliography,
    Reference,
    bibliography_text,
    fold,
    reading_order,
    reference,
)
from assistant.readers.rich_text import plain

suffixes = (".json", ".csljson")
largest = LARGEST

TYPES = {
    "article-journal": "article", "paper-conference": "inproceedings", "book": "book",
    "chapter": "incollection", "thesis": "phdthesis", "report": "techreport",
    "manuscript": "unpublished", "document": "misc",
}  # fmt: skip


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read a CSL-JSON file (a list of items, one item, or an object with `items`) or a Better BibTeX export.

    Raises:
        Refused: the file is unreadable, not JSON, or without a single item that has a title.
    """
    text = bibliography_text(path)
    try:
        # Values that JSON does not have, or that no number can hold, become text.
        content = json.loads(text, parse_int=_whole, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: not JSON ({error}); export the bibliography anew") from None
    if is_export(content):
        return Bibliography(references=tuple(works(content, path)))
    items = content.get("items", [content]) if isinstance(content, Mapping) else content
    references: list[Reference] = []
    warnings: list[str] = []
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        if isinstance(item, Mapping) and _text(item.get("title")):
            references.append(_reference(item))
        else:
            shown = json.dumps(item, ensure_ascii=False, default=str)[:60]
            warnings.append(f"{path}: item {number} has no title and was left out: {shown}")
    if not references:
        raise Refused(f"{path}: no CSL-JSON item with a title in it; export the bibliography anew")
    return Bibliography(references=tuple(references), warnings=tuple(warnings))


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= _MOST_DIGITS else digits


# 2^63 has 19 digits; a longer number is a name and not a count.
_MOST_DIGITS = 18


def _text(value: Any) -> str:
    """Return a field as text without markup; Crossref writes some fields as lists of one."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return fold(plain(str(value))) if isinstance(value, str | int | float) else ""


def _reference(item: Mapping[str, Any]) -> Reference:
    archive = _text(item.get("archive_location")) or _text(item.get("number"))
    hosts = _text(item.get("archive")) + archive + _text(item.get("publisher"))
    people = item.get("author") or item.get("editor")
    if not isinstance(people, list):
        people = [people] if isinstance(people, Mapping) else _told_apart(people)
    return reference(
        key=_text(item.get("id")) or _text(item.get("citation-key")),
        title=_text(item.get("title")),
        authors=[_name(person) for person in people],
        year=_year(item),
        venue=_text(item.get("container-title")) or _text(item.get("publisher")),
        doi=_text(item.get("DOI")),
        arxiv=archive if "arxiv" in hosts.lower() else "",
        url=_text(item.get("URL")),
        abstract=_text(item.get("abstract")),
        type=TYPES.get(_text(item.get("type")), "misc"),
    )


def _told_apart(people: Any) -> list[str]:
    """Return the names of a text; that of an institution may hold an "and"."""
    people = _text(people) if isinstance(people, str) else ""
    names = re.split(r";|,?\s+and\s+", people)
    return names if all(len(name.split()) > 1 for name in names) else people.split(";")


def _name(person: Any) -> str:
    """Return a name in reading order; some files write it as text, and institutions have only one part."""
    if not isinstance(person, Mapping):
        return reading_order(_text(person))
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    parted = fold(" ".join(_text(person.get(part)) for part in parts))
    return _text(person.get("literal")) or parted or _text(person.get("name"))


def _year(item: Mapping[str, Any]) -> str:
    """Return the year in which a work appeared, from the first date field that has one."""
    return next((year for name in _DATES if (year := _year_of(item.get(name)))), "")


# CSL has the first; Crossref's own records have the others.
_DATES = (
    "issued", "published", "published-print", "published-online", "available-date", "original-date",
)  # fmt: skip


def _year_of(date: Any) -> str:
    """Return the year of a CSL date: `date-parts`, `raw`, `literal`, or EDTF text."""
    if not isinstance(date, Mapping):
        return _four_digits(_text(date))
    parts = date.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    said = (
        parts if not isinstance(parts, list) else "",
        date.get("raw"),
        date.get("literal"),
        date.get("year"),
    )
    return next((year for value in said if (year := _four_digits(_text(value)))), "")


def _four_digits(text: str) -> str:
    """Return the year in a text; a year before our era is ignored."""
    match = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    return match[0] if match and not text.startswith("-") else ""
