"""BibTeX files, with LaTeX accents as letters."""

import logging
import re
from collections.abc import Mapping
from pathlib import Path

import bibtexparser
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import DuplicateBlockKeyBlock, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]

from assistant.errors import Refused
from assistant.readers.references import (
    Bibliography,
    Reference,
    bibliography_text,
    fold,
    reading_order,
    reference,
)

suffixes = (".bib", ".bibtex")

# What the parser would log is returned as warnings.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read a BibTeX file; a broken or repeated entry is reported and the others stand.

    Raises:
        Refused: unreadable, empty, or without a single entry.
    """
    library = bibtexparser.parse_string(bibliography_text(path))
    warnings = [_warning(path, block) for block in library.failed_blocks]
    references = tuple(
        _reference(entry.key, entry.entry_type, {f.key.lower(): str(f.value) for f in entry.fields})
        for entry in library.entries
    )
    if not references:
        why = f" ({warnings[0].removeprefix(f'{path}: ')})" if warnings else ""
        raise Refused(f"{path}: no BibTeX entry in it{why}; export the bibliography anew")
    return Bibliography(references=references, warnings=tuple(warnings))


def _warning(path: Path, block: ParsingFailedBlock) -> str:
    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateBlockKeyBlock):
        return f"{path}: line {line}: a second entry with the key {block.key!r} was left out"
    head = fold((block.raw or "").strip())[:60]
    return f"{path}: line {line}: this entry is broken and was left out: {head}"


def _reference(key: str, kind: str, fields: Mapping[str, str]) -> Reference:
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    eprint = fields.get("eprint", "")
    venue = next((fields[f] for f in _VENUE_FIELDS if fields.get(f)), "")
    return reference(
        key=key,
        title=latex_to_text(fields.get("title", "")),
        authors=_names(fields.get("author", "") or fields.get("editor", "")),
        year=fields.get("year", "") or fields.get("date", ""),
        venue=latex_to_text(venue),
        doi=fields.get("doi", "").replace("\\_", "_"),
        arxiv=eprint if archive in ("arxiv", "") else "",
        url=re.sub(r"^\\url\{(.*)\}$", r"\1", fields.get("url", "")).replace("\\_", "_"),
        abstract=latex_to_text(fields.get("abstract", "")),
        type=kind.lower(),
    )


_VENUE_FIELDS = ("journal", "journaltitle", "booktitle", "school", "institution", "publisher")


def _names(field: str) -> list[str]:
    names = []
    for name in split_multiple_persons_names(fold(field)):
        if name.lower() == "others":
            continue
        whole = re.fullmatch(r"\{.*\}", name) is not None
        plain = latex_to_text(name)
        names.append(plain if whole or "," not in plain else reading_order(plain))
    return names


_DECODER = LatexNodes2Text(math_mode="verbatim")
# Signs that the decoder drops or mistakes for others.
_KEPT = {"\\textbraceleft{}": "\ue000", "\\textbraceright{}": "\ue001", "\\textasciicircum{}": "^"}
_RESTORED = {"\ue000": "{", "\ue001": "}"}


def latex_to_text(value: str) -> str:
    r"""LaTeX as plain text in one line: accents as letters, braces gone, mathematics as written."""
    for macro, sign in _KEPT.items():
        value = value.replace(macro, sign)
    # Bibliographies write "50%" and "$5" without the backslash; neither opens anything there.
    value = re.sub(r"(?<!\\)%", r"\\%", value)
    if len(re.findall(r"(?<!\\)\$", value)) % 2:
        value = re.sub(r"(?<!\\)\$", r"\\$", value)
    if re.search(r"[\\{}$~]|--|``|''", value):
        value = str(_DECODER.latex_to_text(value))
    for sign, letter in _RESTORED.items():
        value = value.replace(sign, letter)
    return fold(value)
