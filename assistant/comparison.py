"""What several sources say of one another, and the points on which two of them speak."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.aspects import terms
from assistant.cues import HEARSAY
from assistant.papers import work_title
from assistant.statements import Statement
from assistant.types import Source

# Rarity-weighted share of the shorter statement's terms that two statements on one point have
# in common, and how many they are at least.
_SHARED, _FEWEST = 0.45, 4
_POINT_PARTS = ("claim", "fact", "abstract", "conclusion")


@dataclass(frozen=True)
class Relation:
    """How `origin` bears on `target`, in the words of the note that says so, or "cites"."""

    origin: str
    target: str
    kind: str

    @property
    def counters(self) -> bool:
        """Whether one of the two speaks against the other."""
        return _COUNTER.search(self.kind) is not None


@dataclass(frozen=True)
class Point:
    """Two statements of different sources on one matter, and the words they share."""

    keys: tuple[str, str]
    said: tuple[Statement, Statement]
    words: tuple[str, ...]


_COUNTER = re.compile(
    r"contest|challeng|contradict|refut|criticis|disput|question(?:s|ed)\b|against|tension|counter|"
    r"opposes|opposed|opposite (?:reading|sign|view|finding|result|conclusion)"
)
_TURNED = re.compile(r"(?:ed|built on|shown) by\b|\b(?:used|tested|analysed) in\b|^ancestor")


def relations(sources: Sequence[Source], cited: Iterable[tuple[str, str]]) -> list[Relation]:
    """One relation for each two of the sources that are related, those of contest first.

    `cited` holds the pairs of keys of which the first prints the second in its reference list.
    """
    keys = {source.key for source in sources}
    found: dict[frozenset[str], Relation] = {}
    told = [
        Relation(source.key, str(relation["to"]), str(relation.get("kind") or "related"))
        for source in sources
        for relation in source.metadata.get("relations") or ()
        if isinstance(relation, Mapping) and relation.get("to") in keys - {source.key}
    ]
    told += [Relation(one, other, "cites") for one, other in cited if {one, other} <= keys]
    # Of two accounts of one relation, "contests" reads better than "contested by".
    for relation in sorted(told, key=lambda r: (not r.counters, bool(_TURNED.search(r.kind)))):
        found.setdefault(frozenset((relation.origin, relation.target)), relation)
    return list(found.values())


def mentions(said: Sequence[Statement], other: Source) -> list[Statement]:
    """The statements of a source that name the other work: by title, or by what it is called."""
    title = work_title(other).split(":")[0].split("(")[0].strip()
    names = [re.escape(title)] if " " in title and len(title) > 8 else []
    if other.kind == "note":
        called = re.escape(other.key.removesuffix("s")).replace(r"\-", "[ -]") + "s?"
        names += [rf"{called} (?:paper|study|work|note|authors|preprint|method)", called]
    if not names:
        return []
    named = re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)
    return [s for s in said if any(map(_is_name, named.findall(s.plain())))]


def _is_name(word: str) -> bool:
    """Whether it is written like a name: of several words, or "DEER", not "deer"."""
    if " " in word or "-" in word:
        return True
    return sum(letter.isupper() for letter in word) >= 2 or any(map(str.isdigit, word))


def points(
    said: Mapping[str, Sequence[Statement]], claims: Iterable[str], most: int,
    works: Mapping[str, str],
) -> list[Point]:  # fmt: skip
    """The closest pairs of statements of different works, each source's statement told once.

    `works` gives for each source the key of its work: a note and its paper do not agree, they are
    one. `claims` are the claims of the whole library: a word that most of them use shows no closeness.
    """
    frequency = Counter(term for claim in claims for term in terms(claim))
    ceiling = max(frequency.values(), default=1) + 1
    weight = {term: math.log((ceiling + 1) / (many + 1)) for term, many in frequency.items()}
    rare = math.log(ceiling + 1)

    def weighed(found: Iterable[str]) -> float:
        return sum(weight.get(term, rare) for term in found)

    held = {
        key: [(s, terms(HEARSAY.sub("", s.plain()))) for s in statements if s.part in _POINT_PARTS]
        for key, statements in said.items()
    }
    scored = []
    for one, other in combinations(held, 2):
        if works[one] == works[other]:
            continue
        for mine, my_terms in held[one]:
            for theirs, their_terms in held[other]:
                shared = my_terms & their_terms
                if len(shared) < _FEWEST:
                    continue
                share = weighed(shared) / max(min(weighed(my_terms), weighed(their_terms)), 1e-9)
                if share >= _SHARED:
                    scored.append((-share, one, other, mine, theirs, shared))
    chosen: list[Point] = []
    for _, one, other, mine, theirs, shared in sorted(
        scored, key=lambda row: (row[0], row[1], row[2], row[3].start, row[4].start)
    ):
        if len(chosen) == most:
            break
        if all(mine not in point.said and theirs not in point.said for point in chosen):
            words = _surface(HEARSAY.sub("", mine.plain()), shared, weight, rare)
            chosen.append(Point((one, other), (mine, theirs), words))
    return chosen


def _surface(
    text: str, shared: frozenset[str], weight: Mapping[str, float], rare: float
) -> tuple[str, ...]:
    """The three rarest of the shared terms that are words, as the text writes them, in its order."""
    wanted = sorted(
        (term for term in shared if term.isalpha()),
        key=lambda term: (-weight.get(term, rare), term),
    )[:3]
    written: dict[str, str] = {}
    for word in re.findall(r"[^\W_]+", text):
        for term in terms(word) & set(wanted):
            written.setdefault(term, word)
    return tuple(written.values())
