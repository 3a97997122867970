"""A reference is a bibliography's record of a work, whatever its format."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.readers import files

# The whole ACL Anthology with its abstracts has some hundred megabytes; personal collections have
# one.
LARGEST = 128 * 2**20


@dataclass(frozen=True, kw_only=True)
class Highlight:
    """A text that a reader marked: its words, the reader's comment, the page as printed."""

    text: str
    comment: str = ""
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One work of a bibliography; fields that its file does not give are empty.

    `authors` are names in reading order ("Ada Lovelace"); `type` is a BibTeX entry type in lower
    case ("article", "inproceedings", "misc"), to which the other formats are translated. A
    reference manager adds tags, collections ("Parent/Child"), paths of attachments, and the
    reader's notes (paragraphs between empty lines) and highlights.
    """

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    abstract: str = ""
    type: str = "misc"
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    highlights: tuple[Highlight, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Reference":
        """Return the reference whose fields were written as JSON.

        Raises:
            TypeError: a field is unknown or missing.
            LookupError: the authors are missing.
        """
        lists = ("authors", "tags", "collections", "attachments", "notes")
        given = {name: tuple(said[name]) for name in lists if name == "authors" or name in said}
        marks = tuple(Highlight(**mark) for mark in said.get("highlights", ()))
        return cls(**{**said, **given, "highlights": marks})


@dataclass(frozen=True, kw_only=True)
class Bibliography:
    """The works that a file lists, and one line for each entry that could not be read."""

    references: tuple[Reference, ...]
    warnings: tuple[str, ...] = ()


def reference(
    *,
    key: str,
    title: str,
    authors: Iterable[str] = (),
    year: object = "",
    venue: str = "",
    doi: str = "",
    arxiv: str = "",
    url: str = "",
    abstract: str = "",
    type: str = "misc",
) -> Reference:
    """Return the reference of raw fields: white space folded, identifiers bare, the year a number.

    A DOI loses its resolver address; an arXiv id its prefix and version. Without a field for it,
    the id is taken from the DOI or the address. A work without a key gets one of its author and
    year.
    """
    names = tuple(folded for name in authors if (folded := fold(name)))
    number = year_in(year)
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", fold(doi), flags=re.IGNORECASE)
    return Reference(
        key=fold(key)[:_LONGEST] or _key(names, number, title)[:_LONGEST],
        title=fold(title)[:_LONGEST],
        authors=tuple(name[:_LONGEST] for name in names[:_MOST_AUTHORS]),
        year=number,
        venue=fold(venue)[:_LONGEST],
        doi=doi[:_LONGEST],
        arxiv=_arxiv(fold(arxiv), fold(url), doi, fold(venue)),
        url=fold(url)[:_LONGEST],
        abstract=fold(abstract)[:_LONGEST_ABSTRACT],
        type=(type or "misc")[:_LONGEST],
    )


# Letters of a title or another field, and of an abstract; the longest real ones have a tenth of it.
_LONGEST, _LONGEST_ABSTRACT = 5_000, 100_000
# Papers of large experiments have some five thousand.
_MOST_AUTHORS = 10_000


def reading_order(name: str) -> str:
    """Return a name in reading order: "van der Maaten, Laurens" becomes "Laurens van der Maaten"."""
    family, _, given = (part.strip() for part in name.partition(","))
    if "," in given:  # von Last, Jr, First
        suffix, _, given = (part.strip() for part in given.partition(","))
        return fold(f"{given} {family} {suffix}")
    return fold(f"{given} {family}")


def fold(text: str) -> str:
    """Return the text on one line with single spaces."""
    return " ".join(text.split())


def bibliography_text(path: Path) -> str:
    """Return the content of a bibliography file; it is read as Latin-1 if it is not UTF-8.

    Raises:
        Refused: the file is unreadable or empty.
    """
    raw = files.whole(path, LARGEST)
    if not raw.strip():
        raise Refused(f"{path}: the file is empty; export the bibliography anew")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


_ARXIV_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"


def _arxiv(declared: str, url: str, doi: str, venue: str) -> str:
    for text, pattern in (
        (declared, rf"^{_ARXIV_ID}|\barxiv:\s*{_ARXIV_ID}"),
        (doi, rf"^10\.48550/arxiv\.{_ARXIV_ID}"),
        (url, rf"arxiv\.org/(?:abs|pdf)/{_ARXIV_ID}"),
        (venue, rf"\barxiv:\s*{_ARXIV_ID}"),
    ):
        if match := re.search(pattern, text, re.IGNORECASE):
            return str(next(filter(None, match.groups())))
    return ""


def year_in(value: object) -> int | None:
    """Return the four digits of a year in a field: 2024, "2024", "May 2024"."""
    match = re.search(r"(?<!\d)\d{4}(?!\d)", str(value))
    return int(match[0]) if match else None


def _key(authors: tuple[str, ...], year: int | None, title: str) -> str:
    family = authors[0].split()[-1] if authors else (title.split() or ["untitled"])[0]
    word = re.sub(r"\W", "", family).lower()
    return f"{word}{year}" if year is not None else word
