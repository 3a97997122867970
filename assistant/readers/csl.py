"""CSL-JSON files, as Zotero, Pandoc and Crossref write them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.readers.references import (
    Bibliography,
    Reference,
    bibliography_text,
    fold,
    reference,
)

suffixes = (".json", ".csljson")

TYPES = {
    "article-journal": "article", "paper-conference": "inproceedings", "book": "book",
    "chapter": "incollection", "thesis": "phdthesis", "report": "techreport",
    "manuscript": "unpublished", "document": "misc",
}  # fmt: skip


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read a CSL-JSON file: a list of items, one item, or an object with `items`.

    Raises:
        Refused: unreadable, not JSON, or without a single item that has a title.
    """
    try:
        content = json.loads(bibliography_text(path))
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: not JSON ({error}); export the bibliography anew") from None
    items = content.get("items", [content]) if isinstance(content, Mapping) else content
    references: list[Reference] = []
    warnings: list[str] = []
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        if isinstance(item, Mapping) and _text(item.get("title")):
            references.append(_reference(item))
        else:
            shown = json.dumps(item, ensure_ascii=False)[:60]
            warnings.append(f"{path}: item {number} has no title and was left out: {shown}")
    if not references:
        raise Refused(f"{path}: no CSL-JSON item with a title in it; export the bibliography anew")
    return Bibliography(references=tuple(references), warnings=tuple(warnings))


def _text(value: Any) -> str:
    """A field as text; Crossref writes some as lists of one."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return fold(str(value)) if isinstance(value, str | int | float) else ""


def _reference(item: Mapping[str, Any]) -> Reference:
    archive = _text(item.get("archive_location")) or _text(item.get("number"))
    hosts = _text(item.get("archive")) + archive + _text(item.get("publisher"))
    people = item.get("author") or item.get("editor")
    people = people if isinstance(people, list) else []
    return reference(
        key=_text(item.get("id")) or _text(item.get("citation-key")),
        title=_text(item.get("title")),
        authors=[_name(person) for person in people if isinstance(person, Mapping)],
        year=_year(item.get("issued")),
        venue=_text(item.get("container-title")) or _text(item.get("publisher")),
        doi=_text(item.get("DOI")),
        arxiv=archive if "arxiv" in hosts.lower() else "",
        url=_text(item.get("URL")),
        abstract=_text(item.get("abstract")),
        type=TYPES.get(_text(item.get("type")), "misc"),
    )


def _name(person: Mapping[str, Any]) -> str:
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return _text(person.get("literal")) or fold(" ".join(_text(person.get(part)) for part in parts))


def _year(issued: Any) -> str:
    """The year of a CSL date: `date-parts`, `raw` or `literal`."""
    if not isinstance(issued, Mapping):
        return _text(issued)
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return _text(parts[0][0])
    return _text(issued.get("raw")) or _text(issued.get("literal"))
