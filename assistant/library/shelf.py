"""Find the works of a library by DOI, arXiv id or title."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from assistant.readers.references import Reference
from assistant.text.people import family
from assistant.types import Source

# The simplified forms of this many titles and printed references are cached: those of some thousand
# works.
_TITLES = 20_000


@dataclass
class Shelf:
    """The works of a library by what a reference can call them: title, DOI, arXiv id."""

    titles: dict[str, str] = field(default_factory=dict)
    dates: dict[str, tuple[int, str]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    by_title: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def put(self, key: str, titles: Iterable[str], doi: str, arxiv: str) -> None:
        """Add a work under `key`; a title of fewer than four words is recognised only by its id."""
        for title in titles:
            self.titles.setdefault(key, title)
            folded = folded_title(title)
            if folded.count(" ") >= 3:
                self.by_title.setdefault(_opening(folded), []).append((folded, key))
        for name in work_ids(doi, arxiv):
            self.ids.setdefault(name, set()).add(key)

    def find(self, printed: str) -> set[str]:
        """Return the keys of the works that a printed reference names by id or by the whole title."""
        found: set[str] = set()
        for arxiv in ARXIV.findall(printed):
            found |= self.ids.get(f"arxiv:{arxiv}", set())
        for doi in DOI.findall(printed):
            for name in work_ids(doi.rstrip(".,;)"), ""):
                found |= self.ids.get(name, set())
        words = folded_title(printed).split()
        line = f" {' '.join(words)} "
        for at in range(len(words) - 3):
            for folded, key in self.by_title.get(" ".join(words[at : at + 4]), ()):
                if f" {folded} " in line:
                    found.add(key)
        return found

    def same_work(self, source: Source) -> set[str]:
        """Return the keys of all sources of the same work, including the source's own.

        Two sources are one work if they share a DOI or arXiv id, or a whole title of four words or
        more, unless the years are more than one apart: a preprint and its proceedings are one work.
        """
        said = source.metadata
        found = {source.key}
        for name in work_ids(str(said.get("doi") or ""), str(said.get("arxiv") or "")):
            found |= self.ids.get(name, set())
        for title in map(folded_title, (source.title, str(said.get("paper") or ""))):
            entitled = self.by_title.get(_opening(title), ())
            found |= {
                key for other, key in entitled if other == title and self._near(source.key, key)
            }
        return found

    def _near(self, one: str, other: str) -> bool:
        """Return whether the known years of two works are at most one apart."""
        years = [self.dates[key][0] for key in (one, other) if key in self.dates]
        return len(years) < 2 or abs(years[0] - years[1]) <= 1


@dataclass(frozen=True, kw_only=True)
class Work:
    """The fields that tell works apart: simplified titles, last names of authors, year, DOI and arXiv id."""

    titles: frozenset[str]
    names: frozenset[str] = frozenset()
    year: int | None = None
    ids: frozenset[str] = frozenset()

    def is_same(self, other: "Work") -> bool:
        """Return whether both are one work: by an id, else by the whole title and an author.

        A title of four words or more needs no author. Years more than one apart mean two works with
        one title; a preprint and its proceedings are one work.
        """
        if self.ids & other.ids:
            return True
        shared = self.titles & other.titles
        near = self.year is None or other.year is None or abs(self.year - other.year) <= 1
        long = any(title.count(" ") >= 3 for title in shared)
        return bool(shared) and near and (long or bool(self.names & other.names))


def work(
    titles: Iterable[str], authors: Iterable[object], year: object, doi: object, arxiv: object
) -> Work:
    """Return the fields that tell works apart, from metadata."""
    families = (folded_title(family(str(name))).split()[-1:] for name in authors)
    return Work(
        titles=frozenset(filter(None, map(folded_title, titles))),
        names=frozenset(name for family in families for name in family),
        year=year if isinstance(year, int) else None,
        ids=frozenset(work_ids(str(doi or ""), str(arxiv or ""))),
    )


def work_of(title: str, metadata: Mapping[str, Any]) -> Work:
    """Return the work of a source, or for a note the work it is about."""
    authors = metadata.get("authors")
    return work(
        (title, str(metadata.get("paper") or "")),
        authors if isinstance(authors, list | tuple) else [authors or ""],
        metadata.get("year"),
        metadata.get("doi"),
        metadata.get("arxiv"),
    )


def shelf(sources: Sequence[Source]) -> Shelf:
    """Return the papers and notes of a library; a note stands for the paper it is about."""
    shelved = Shelf()
    for source in sources:
        if source.kind != "evidence":
            said = source.metadata
            titles = (source.title, str(said.get("paper") or ""))
            shelved.put(
                source.key, titles, str(said.get("doi") or ""), str(said.get("arxiv") or "")
            )
            if isinstance(said.get("year"), int):
                shelved.dates[source.key] = (said["year"], str(said.get("arxiv") or ""))
    return shelved


def bibliography(references: Iterable[Reference]) -> Shelf:
    """Return bibliographic records as a shelf."""
    known = Shelf()
    for reference in references:
        known.put(reference.key, (reference.title,), reference.doi, reference.arxiv)
    return known


@lru_cache(maxsize=_TITLES)
def folded_title(text: str) -> str:
    """Return the words of a title in small ASCII letters, or "" if it is in another script."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _opening(folded: str) -> str:
    return " ".join(folded.split()[:4])


def work_ids(doi: str, arxiv: str) -> set[str]:
    """Return the ids of a work; arXiv's own DOI counts as the arXiv id."""
    found = {f"arxiv:{_bare(arxiv)}"} if arxiv else set()
    if doi:
        bare = doi.strip().lower()
        own = _ARXIV_DOI.match(bare)
        found.add(f"arxiv:{_bare(own[1])}" if own else f"doi:{bare}")
    return found


# Every source of a library is looked at for each page, and its id is always the same.
@lru_cache(maxsize=65_536)
def _bare(arxiv: str) -> str:
    """Return an arXiv id without prefix and version."""
    return re.sub(r"v\d+$", "", arxiv.strip().lower().removeprefix("arxiv:"))


ARXIV = re.compile(r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?!\d)")
DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^\[\]]+")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)")
