"""The paper page is everything that the library knows of one source, as data, each sentence a quote."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.library.comments import comments
from assistant.library.store import Library
from assistant.library.sync.entries import is_marginal
from assistant.pages.citations import network, similar
from assistant.pages.claims import naming, record
from assistant.pages.findings import SECTIONS, findings, lead
from assistant.pages.key_terms import key_terms
from assistant.pages.statements import abstract, statements
from assistant.readers.export import to_bibtex, to_csl, to_ris
from assistant.readers.references import Reference, year_in
from assistant.text import people
from assistant.types import Source

FORMS = ("bibtex", "ris", "csl-json")


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


def export(sources: Sequence[Source], form: str) -> str:
    """Return bibliographic records of sources as `bibtex`, `ris` or `csl-json`.

    A note is exported as the paper it is about. An author list that is known to be incomplete ends
    in "and others" in BibTeX; the other formats have no word for it. Notes from a reference manager
    are left out if their work is exported under its own key.

    Raises:
        UsageError: the format is unknown.
    """
    if form not in FORMS:
        raise UsageError(f"There is no form {form!r} to export to; there are: {', '.join(FORMS)}.")
    sources = [source for source in sources if not _beside(source, sources)]
    if form == "ris":
        return to_ris(map(reference, sources))
    if form == "csl-json":
        return to_csl(map(reference, sources))
    return "\n".join(_bibtex(source) for source in sources)


def _beside(source: Source, sources: Sequence[Source]) -> bool:
    """Return whether a source is a reference manager's notes on another of these sources."""
    if not is_marginal(source):
        return False
    works = [other for other in sources if not is_marginal(other)]
    recorded = [other.metadata.get("reference") or {} for other in works]
    titles = {*map(work_title, works), *(str(record.get("title")) for record in recorded)}
    return work_title(source) in titles


def reference(source: Source) -> Reference:
    """Return the bibliographic record of a source; a note stands for its paper."""
    said = source.metadata
    venue = _text(said.get("venue"))
    # The reader's texts cite the record of the reader's own bibliography.
    record = said.get("reference") if source.kind == "paper" else None
    record = record if isinstance(record, dict) else {}
    return Reference(
        key=_text(record.get("key")) or source.key,
        title=work_title(source),
        authors=people.authors(said),
        year=year_in(said.get("year")),
        venue=venue,
        doi=_text(said.get("doi")),
        arxiv=_text(said.get("arxiv")),
        url=_text(said.get("url")),
        abstract=_text(said.get("abstract")) if source.kind == "paper" else "",
        type=_text(record.get("type")) or _type(venue),
    )


def apa(source: Source) -> str:
    """Return a reference in the style of the APA manual, as far as its parts are known."""
    cited = reference(source)
    names = [_inverted(name) for name in cited.authors]
    if not complete(source) and names:
        who = ", ".join(names) + ", et al."
    elif len(names) > 20:
        who = ", ".join(names[:19]) + f", … {names[-1]}"
    else:
        who = " & ".join([", ".join(names[:-1]) + ",", names[-1]] if len(names) > 1 else names)
    year = f"({cited.year or 'n.d.'})."
    title = cited.title if cited.title[-1:] in ".?!" else f"{cited.title}."
    venue = f"{cited.venue}." if cited.venue else ""
    link = f"https://doi.org/{cited.doi}" if cited.doi else cited.url
    parts = [who, year, title] if who else [title, year]
    return " ".join(part for part in (*parts, venue, link) if part)


def complete(source: Source) -> bool:
    """Return whether the author list is complete, as far as is known."""
    return source.metadata.get("authors_complete") is not False


def work_title(source: Source) -> str:
    """Return the title of the work: for a note on a paper, the paper's own."""
    return _text(source.metadata.get("paper")) or source.title


def _bibtex(source: Source) -> str:
    entry = to_bibtex([reference(source)])
    if complete(source):
        return entry
    return re.sub(
        r"^(\s*author = \{.*)\},$", r"\1 and others},", entry, count=1, flags=re.MULTILINE
    )


def _details(source: Source) -> dict[str, Any]:
    """Return what is known of the publication and of the file; unknown fields are left out."""
    said = source.metadata
    facts = said.get("facts")
    details: dict[str, Any] = {
        "work": work_title(source),
        "authors": list(people.authors(said)),
        "authors_complete": said.get("authors_complete"),
        "year": year_in(said.get("year")),
        "venue": _text(said.get("venue")),
        "venue_verified": said.get("venue_verified"),
        "doi": _text(said.get("doi")),
        "arxiv": _text(said.get("arxiv")),
        "url": _text(said.get("url")),
        "code": _text(said.get("code")),
        "licence": _text(said.get("licence") or said.get("license")),
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


def _inverted(name: str) -> str:
    """Return the family name first, with initials after it; a name of one word is unchanged."""
    given, family = people.parts(name)
    initials = " ".join(
        "-".join(f"{part[0]}." for part in each.split("-") if part) for each in given.split()
    )
    return f"{family}, {initials}" if initials else family


def _type(venue: str) -> str:
    if re.search(
        r"\barxiv\b|preprint|\bblog\b|lesswrong|transformer circuits", venue, re.IGNORECASE
    ):
        return "misc"
    if re.search(r"transactions|journal|\b(?:TMLR|TACL|JMLR|IEEE Trans)", venue, re.IGNORECASE):
        return "article"
    return "inproceedings" if venue else "misc"


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
