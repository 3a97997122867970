"""Read BibTeX and BibLaTeX files, with LaTeX accents as letters."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import bibtexparser
from bibtexparser.model import DuplicateBlockKeyBlock, ParsingFailedBlock

from assistant.errors import Refused
from assistant.readers.bibtex_entries import VENUES, Raw, entries
from assistant.readers.latex import latex_to_text
from assistant.readers.references import (
    LARGEST,
    Bibliography,
    Reference,
    bibliography_text,
    fold,
    reading_order,
    reference,
)
from probes.files import foreign

suffixes = (".bib", ".bibtex")
largest = LARGEST

# The parser's log messages are returned as warnings instead.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read a BibTeX file; a broken or repeated entry is reported and the others are kept.

    Raises:
        Refused: the file is unreadable, empty, or without a single entry.
    """
    text = bibliography_text(path)
    with foreign.calls(lambda reason: Refused(f"{path}: not BibTeX ({reason}); export it anew")):
        library = bibtexparser.parse_string(text, parse_stack=[])
    found, broken = entries(library)
    warnings = [_warning(path, block) for block in broken]
    references = tuple(map(_reference, found))
    if not references:
        why = f" ({warnings[0].removeprefix(f'{path}: ')})" if warnings else ""
        raise Refused(f"{path}: no BibTeX entry in it{why}; export the bibliography anew")
    return Bibliography(references=references, warnings=tuple(warnings))


def _warning(path: Path, block: ParsingFailedBlock) -> str:
    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateBlockKeyBlock):
        return f"{path}: line {line}: a second entry with the key {block.key!r} was left out"
    head = fold((block.raw or "")[:200].strip())[:60]
    return f"{path}: line {line}: this entry is broken and was left out: {head}"


def _reference(entry: Raw) -> Reference:
    fields = entry.fields
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    # Where there is no field for it, an arXiv id is often told in words.
    eprint = fields.get("eprint", "") if archive in ("arxiv", "") else ""
    eprint = eprint or " ".join(fields.get(f, "") for f in ("howpublished", "note"))
    titles = (latex_to_text(fields.get(f, "")) for f in ("title", "subtitle"))
    venue = next((fields[f] for f in VENUES if fields.get(f)), "")
    return reference(
        key=entry.key,
        title=": ".join(filter(None, titles)),
        authors=_names(fields.get("author", "") or fields.get("editor", "")),
        year=next((fields[f] for f in ("year", "date") if _YEAR.search(fields.get(f, ""))), ""),
        venue=latex_to_text(venue),
        doi=fields.get("doi", "").replace("\\_", "_"),
        arxiv=eprint,
        url=re.sub(r"^\\url\{(.*)\}$", r"\1", fields.get("url", "")).replace("\\_", "_"),
        abstract=latex_to_text(fields.get("abstract", "")),
        type=entry.kind,
    )


# "forthcoming" is no year, and the date field may have one.
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def _names(field: str) -> list[str]:
    names = []
    for name in _persons(fold(field)):
        if name.lower() == "others":
            continue
        if _EXTENDED.match(name):
            names.append(latex_to_text(_extended(name)))
            continue
        whole = re.fullmatch(r"\{.*\}", name) is not None
        plain = latex_to_text(name)
        names.append(plain if whole or "," not in plain else reading_order(plain))
    return names


def _persons(field: str) -> list[str]:
    """Return the names between the words `and` that stand outside braces."""
    names, begun, depth = [], 0, 0
    for sign in _JOINT.finditer(field):
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
        if depth <= 0 and sign[0][0] not in "{}":
            names.append(field[begun : sign.start()])
            begun = sign.end()
    return [name.strip() for name in (*names, field[begun:]) if name.strip()]


_JOINT = re.compile(r"(?<!\\)[{}]|\s+and(?=\s|$)", re.IGNORECASE)


# This is BibLaTeX's extended form: "family=Berg, given=Hanna, prefix=van den, useprefix=true".
_EXTENDED = re.compile(r"\s*(?:family|given|prefix|suffix)(?:-i)?\s*=")


def _extended(name: str) -> str:
    parts = dict(_assignments(name))
    return " ".join(parts.get(part, "") for part in ("given", "prefix", "family", "suffix"))


def _assignments(name: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of an extended name; commas within braces and quotation marks do not separate."""
    for match in re.finditer(
        r"""(?<![\w-])([\w-]+)\s*=\s*("[^"]*"|(?:\{[^{}]*\}|[^,{}])*)""", name
    ):
        yield match[1].lower(), match[2].strip().strip('"')
