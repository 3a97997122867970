"""Tell sources as bibliographic records: BibTeX, RIS, CSL-JSON, and references in the style of APA."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.errors import UsageError
from assistant.library.sync.entries import is_marginal
from assistant.readers.export import to_bibtex, to_csl, to_ris
from assistant.readers.references import Reference, year_in
from assistant.text import people
from assistant.types import Source

FORMS = ("bibtex", "ris", "csl-json")


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
    venue = one_line(said.get("venue"))
    # The reader's texts cite the record of the reader's own bibliography.
    record = said.get("reference") if source.kind == "paper" else None
    record = record if isinstance(record, dict) else {}
    return Reference(
        key=one_line(record.get("key")) or source.key,
        title=work_title(source),
        authors=people.authors(said),
        year=year_in(said.get("year")),
        venue=venue,
        doi=one_line(said.get("doi")),
        arxiv=one_line(said.get("arxiv")),
        url=one_line(said.get("url")),
        abstract=one_line(said.get("abstract")) if source.kind == "paper" else "",
        type=one_line(record.get("type")) or _type(venue),
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
    return one_line(source.metadata.get("paper")) or source.title


def _bibtex(source: Source) -> str:
    entry = to_bibtex([reference(source)])
    if complete(source):
        return entry
    return re.sub(
        r"^(\s*author = \{.*)\},$", r"\1 and others},", entry, count=1, flags=re.MULTILINE
    )


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


def one_line(value: Any) -> str:
    """Return a field of a record on one line, or "" if it is no text or number."""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
