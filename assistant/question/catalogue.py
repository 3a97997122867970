"""Find the sources that a question names: by an author, a title, a key, an identifier or a year."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from assistant.question.terms import is_function, terms
from assistant.text.people import parts

Why = Literal["key", "identifier", "title", "author", "year"]


class Entry(NamedTuple):
    """The fields of a source by which a question can name it."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    paper: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedSource:
    """A source that a question names, the field that it names, and the words of the record."""

    key: str
    why: Why
    words: str


def named_sources(question: str, sources: Iterable[Entry]) -> tuple[NamedSource, ...]:
    """Return the sources that a question names, in the order given, each once.

    A source is named by its key; by a DOI or arXiv id; by a title, whole, up to its colon, or by
    nearly all its content words; or by an author: the full name in any case, with its accents or
    without, or the family name, with a capital or if the words around it show that it is one ("by
    tishby", "cunningham et al."). If the question contains a year, those of the authors' sources
    that are of that year are kept, if there are any. A year names sources itself only if nothing
    else does and the question asks for works ("papers from 2019").
    """
    entries = list(sources)
    asked = _Asked.of(question, {word for entry in entries for word in _titles(entry)})
    found: list[tuple[Entry, NamedSource]] = []
    for entry in entries:
        why, words = next(_reasons(entry, asked), (None, ""))
        if why:
            found.append((entry, NamedSource(entry.key, why, words)))
    if not found and _WORKS.search(question):
        return tuple(
            NamedSource(e.key, "year", str(e.year)) for e in entries if e.year in asked.years
        )
    if any(each.why == "author" and entry.year in asked.years for entry, each in found):
        found = [(e, each) for e, each in found if each.why != "author" or e.year in asked.years]
    return tuple(each for _, each in found)


def _reasons(entry: Entry, asked: "_Asked") -> Iterator[tuple[Why, str]]:
    """Yield the fields by which a question names a source, the most certain first."""
    if asked.has(_folded(entry.key)) and not is_function(entry.key.lower()):
        yield "key", entry.key
    for identifier in entry.identifiers:
        plain = _BARE.sub("", identifier.lower())
        if (
            plain
            and plain in asked.raw
            and re.search(rf"(?<![\w.]){re.escape(plain)}(?!\d)", asked.raw)
        ):
            yield "identifier", identifier
    for title in filter(None, dict.fromkeys((entry.paper, entry.title))):
        if _is_title(title, asked):
            yield "title", title
    for author in entry.authors:
        if _is_author(author, asked):
            yield "author", author


# An identifier may be surrounded by its scheme and by the version of a preprint.
_BARE = re.compile(r"^(?:arxiv:|https?://\S*?(?=10\.\d))|(?<=\d)v\d+$")


# ── titles and authors ───────────────────────────────────────────────────────────────────────────


def _is_title(title: str, asked: "_Asked") -> bool:
    own = _terms(title)
    if len(own) >= _FEWEST and len(own & asked.terms) >= _MOST * len(own):
        return True
    words = _folded(_HEAD.split(title, maxsplit=1)[0])
    # The words before a colon name nothing if they are function words ("What is it?") or one plain
    # word.
    named = asked.has(words) and (len(words) > 1 or words[0] in asked.marked)
    return named and not all(map(is_function, words))


# A title up to its colon, or whole.
_HEAD = re.compile(r"\s*[:?–—](?:\s|$)")


# A question names a title by its terms if it contains this share of them and at least this many.
_MOST, _FEWEST = 0.85, 4


def _is_author(author: str, asked: "_Asked") -> bool:
    if not author.isascii() and not any(c.isspace() for c in author) and len(author) > 1:
        return author.lower() in asked.raw  # Chinese and Japanese names have no space
    given, family = parts(author)
    own = _folded(family)
    if not asked.has(own):
        return False
    return set(own) <= asked.surnames or (bool(given) and asked.has((*_folded(given), *own)))


# ── the question ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Asked:
    """The simplified words of a question, and which of them may be family names.

    `marked` are those written like a name.
    """

    text: str
    raw: str
    words: frozenset[str]
    terms: frozenset[str]
    surnames: frozenset[str]
    marked: frozenset[str]
    years: frozenset[int]

    @staticmethod
    def of(question: str, ordinary: Collection[str]) -> "_Asked":
        found = [(match.start(), match.group()) for match in _WORD.finditer(question)]
        folded = [_fold(word) for _, word in found]
        opens = [_OPENS.search(question[max(0, at - 8) : at]) is not None for at, _ in found]
        marked = {
            fold
            for fold, (_, word), first in zip(folded, found, opens, strict=True)
            if (word[0].isupper() and not (first and word[1:].islower())) or _MARKED.search(word)
        }
        surnames: set[str] = set()
        for at, (fold, (_, word)) in enumerate(zip(folded, found, strict=True)):
            if len(fold) < 2 or is_function(fold):
                continue
            capital = word[0].isupper() and (not opens[at] or fold not in ordinary)
            if capital or _told(folded, at, surnames) or len(found) <= _KEYWORDS:
                surnames.add(fold)
        return _Asked(
            text=f" {' '.join(folded)} ",
            raw=question.lower(),
            words=frozenset(folded),
            terms=terms(question),
            surnames=frozenset(surnames),
            marked=frozenset(marked),
            years=frozenset(int(match.group()) for match in _YEAR.finditer(question)),
        )

    def has(self, words: Sequence[str]) -> bool:
        """Return whether these words stand in the question, one after the other."""
        if not words or words[0] not in self.words:
            return False
        return len(words) == 1 or f" {' '.join(words)} " in self.text


def _told(words: Sequence[str], at: int, surnames: Collection[str]) -> bool:
    """Return whether the words around a word show that it is a family name: "by x and y", "x et al."."""
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    joined = before in ("and", "et") and at > 1 and words[at - 2] in surnames
    return before in _BEFORE or joined or after == "et"


_BEFORE = frozenset("by author authors prof professor dr".split())
# A query of this few words may be nothing but a name in small letters.
_KEYWORDS = 2
_WORD = re.compile(r"[^\W_]+")
_OPENS = re.compile(r"(?:^|[.?!:]\s*)[\"'“‘(]*$")
_MARKED = re.compile(r"\d|.[A-ZÀ-Þ]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORKS = re.compile(
    r"\b(?:papers?|works?|stud(?:y|ies)|articles?|notes?|sources?|publications?|published|written|preprints?)\b",
    re.IGNORECASE,
)


def _titles(entry: Entry) -> Iterable[str]:
    return (*_folded(entry.title), *_folded(entry.paper))


@lru_cache(maxsize=32_768)
def _folded(text: str) -> tuple[str, ...]:
    """Return the words of a name or title in small letters without accents, split at hyphens."""
    return tuple(map(_fold, _WORD.findall(text)))


@lru_cache(maxsize=16_384)
def _terms(title: str) -> frozenset[str]:
    return terms(title)


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    parted = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(c for c in parted if not unicodedata.combining(c))


# These letters do not decompose into a letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
