"""The paper page is everything that the library knows of one source, as data, each sentence a quote."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.library.bibliography import FORMS, apa, export, one_line, work_title
from assistant.library.comments import comments
from assistant.library.store import Library
from assistant.pages.citations import network, similar
from assistant.pages.claims import naming, record
from assistant.pages.findings import SECTIONS, findings, lead
from assistant.pages.key_terms import key_terms
from assistant.pages.statements import abstract, statements
from assistant.readers.references import year_in
from assistant.text import people
from assistant.types import Source


def page(
    library: Library, source: Source, answered: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return the paper page of a source, with the questions that it answers.

    For every quote, `text[start:end]` is its text. A heading without a sentence is an empty list,
    and `notes` says so under its name. The claims record is described at
    `assistant.pages.claims.record`. No model is loaded.
    """
    said = statements(source)
    sorted_ = findings(said)
    summary = lead(said)
    opening = abstract(source)
    document: dict[str, Any] = {
        "key": source.key,
        "kind": source.kind,
        "title": source.title,
        "claim": source.claim,
        "metadata": dict(source.metadata),
        "quick_summary": [s.quote() for s in summary],
        "abstract": {
            "text": opening.of(source.text) if opening else "",
            "start": opening.start if opening else 0,
            "end": opening.end if opening else 0,
            "page": source.page_at(opening.start) if opening else None,
        },
        "findings": {name: [s.quote() for s in sorted_[name]] for name in SECTIONS},
        "questions": list(answered),
        "key_terms": key_terms(said),
        "details": _details(source),
        "citation_network": network(library, source),
        "similar": similar(library, source),
        "cite": {**{form: export([source], form) for form in FORMS}, "apa": apa(source)},
        "comments": comments(library, source.key),
        "claims": record(library, source, sorted_, summary),
        "experiments": naming(library, source),
        "path": source.path,
        "warning": _warning(library, source),
        "download": source.path if source.path and Path(source.path).is_file() else None,
        "pages": [{"number": p.number, "start": p.start, "end": p.end} for p in source.pages],
        "text": source.text,
    }
    return {**document, "notes": _notes(source, document)}


def _warning(library: Library, source: Source) -> str:
    """Return what reading found hidden or missing in the file, or "" if nothing was."""
    if source.is_reference:
        origin = Path(str((source.metadata.get("reference") or {}).get("origin"))).name
        return f"Its text is not here, only its record in {origin}; add the PDF and it takes this place."
    file = library.file(source.path)
    if file is None or file.source != source.key or file.status in ("refused", "duplicate"):
        return ""
    return file.message


def _details(source: Source) -> dict[str, Any]:
    """Return what is known of the publication and of the file; unknown fields are left out."""
    said = source.metadata
    facts = said.get("facts")
    details: dict[str, Any] = {
        "work": work_title(source),
        "authors": list(people.authors(said)),
        "authors_complete": said.get("authors_complete"),
        "year": year_in(said.get("year")),
        "venue": one_line(said.get("venue")),
        "venue_verified": said.get("venue_verified"),
        "doi": one_line(said.get("doi")),
        "arxiv": one_line(said.get("arxiv")),
        "url": one_line(said.get("url")),
        "code": one_line(said.get("code")),
        "licence": one_line(said.get("licence") or said.get("license")),
        "facts": facts if isinstance(facts, dict) else None,
        "pages": len(source.pages) or None,
        "words": len(source.text.split()),
        "content_hash": source.content_hash,
    }
    return {name: value for name, value in details.items() if value not in (None, "", [], {})}


def _notes(source: Source, document: dict[str, Any]) -> dict[str, str]:
    """Return one line for every empty part of the page, saying what was sought."""
    what = {"note": "note", "paper": "paper", "evidence": "run"}[source.kind]
    notes = {
        f"findings.{name}": f"No sentence of this {what} speaks of its {name.replace('_', ' ')}."
        for name in SECTIONS
        if not document["findings"][name]
    }
    if not document["findings"]["limitations"]:
        notes["findings.limitations"] = (
            f"This {what} states no limitation in words that were recognised."
        )
    if not document["abstract"]["text"]:
        notes["abstract"] = f"The stored text of this {what} has no abstract."
    for name, missing in (
        ("quick_summary", "holds no sentence that can stand alone."),
        ("key_terms", "uses no phrase twice."),
    ):
        if not document[name]:
            notes[name] = f"This {what} {missing}"
    net = document["citation_network"]
    if not (net["citing"] or net["cited"] or net["outside"]):
        notes["citation_network"] = (
            f"This {what} names no other work, and none in the library names it."
        )
    return notes
