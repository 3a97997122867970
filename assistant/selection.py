"""Choose what to quote: for every source near the question, the sentences that bear on it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

import numpy as np

from assistant.aspects import Aspect, denied, meets, speaks_of, terms
from assistant.cues import SOUGHT
from assistant.index import Index, passage_sentences
from assistant.library import Library
from assistant.retrieval import Retrieved, Search
from assistant.sentence_scoring import place, sentence_score
from assistant.stance import opposed
from assistant.text import Span, stands_alone
from assistant.types import Citation, Passage, Source


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A sentence that may be cited: its place, its bearing on the question, and what it is.

    `role` is the part of its source it stands in: the claim, a fact, a caveat or an open point.
    `row` is its place among the vectors of its passage; `cosine` compares it with the question;
    `coverage` is the rarity-weighted share of the question's terms in it; `relevance` joins both
    with its passage's rank.
    """

    source: str
    passage: str
    text: str
    page: int | None
    start: int
    end: int
    role: str
    cosine: float
    coverage: float
    relevance: float
    terms: frozenset[str]
    row: int = 0

    def citation(self) -> Citation:
        """The citation of exactly these words."""
        return Citation(
            source=self.source, passage=self.passage, quote=self.text, page=self.page,
            start=self.start, end=self.end,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A source with what it can say to the question, best sentence first."""

    source: Source
    score: float
    quotes: tuple[Quote, ...]

    def best(self) -> Quote | None:
        """Its best sentence that states something: a claim, a fact, a line of its body."""
        return next(iter(self.of("claim", "fact", "body")), None)

    def of(self, *roles: str) -> list[Quote]:
        """Its quotes of these roles, best first."""
        return [quote for quote in self.quotes if quote.role in roles]


# Sources read for one answer: three times as many as it may cite.
_READ = 24


def witnesses(
    library: Library, index: Index, search: Search, aspects: Sequence[Aspect]
) -> list[Witness]:
    """Every source among the retrieved passages with its quotable sentences, best source first.

    A source's score joins its two best passages' and its best sentence. A source that a leading
    one names as related is raised by a share of that one's score: on questions asked in words that
    no note uses, the neighbours of what was found hold what was missed.
    """
    by_source: dict[str, list[Retrieved]] = {}
    for item in search.found:
        if item.passage.source in by_source or len(by_source) < _READ:
            by_source.setdefault(item.passage.source, []).append(item)
    read = [item.passage.id for items in by_source.values() for item in items]
    quotable = _reading(index, read, search, aspects)
    found = []
    for source in library.get_all(list(by_source)):
        items = by_source[source.key]
        quotes = [quote for item in items for quote in quotable(source, item)]
        scores = sorted((item.score for item in items), reverse=True)
        stating = (q.relevance for q in quotes if q.role in ("claim", "fact", "body"))
        best = max(stating, default=0.0)
        score = 0.4 * scores[0] + 0.3 * (scores[1] if len(scores) > 1 else 0.0) + 0.3 * best
        ranked = tuple(sorted(quotes, key=lambda q: (-q.relevance, q.start)))
        found.append(Witness(source=source, score=score, quotes=ranked))
    return _raised(sorted(found, key=_order))


def reserved(
    library: Library, index: Index, search: Search, aspects: Sequence[Aspect], keys: Sequence[str]
) -> list[Quote]:
    """What these sources reserve, wherever they do: the sentences of the roles RESERVING.

    Where a section of a paper ends is a guess, and appendices may follow: of papers the first
    passages of such a section count, and in them sentences with the words of a reservation.
    """
    sources = {source.key: source for source in library.get_all(keys)}
    places = library.sections(keys)
    read = [
        id
        for (key, section), group in groupby(places, key=lambda place: place[1:])
        for id, _, _ in islice(group, None if sources[key].kind == "note" else _OPENING)
        # An own remark of a note may stand in any section.
        if sources[key].kind == "note" or _RESERVES.search(section)
    ]
    quotable = _reading(index, read, search, aspects)
    found = (
        Retrieved(passage=passage, score=0.0, cosine=0.0, bm25=0.0)
        for passage in library.passages(read)
    )
    return [
        quote
        for item in found
        for quote in quotable(sources[item.passage.source], item)
        if quote.role in RESERVING
        and (sources[quote.source].kind == "note" or _is_reservation(quote.text))
    ]


# Passages of a paper's section of limitations: about 400 words.
_OPENING = 2


def _is_reservation(text: str) -> bool:
    return any(SOUGHT[name].cue.search(text) for name in ("limitations", "future_work"))


RESERVING = ("caveat", "open", "remark")
"""The roles of sentences that say how far a source carries."""


def _order(witness: Witness) -> tuple[float, str]:
    return -witness.score, witness.source.key


def _raised(found: Sequence[Witness]) -> list[Witness]:
    """The witnesses with those raised that the leading ones are related to, best first."""
    raised, leading = [], found[:_LEADING]
    named = {w.source.key: named_by(w.source) for w in found}
    for witness in found:
        own = witness.source.key
        near = (
            w.score
            for w in leading
            if w is not witness and (w.source.key in named[own] or own in named[w.source.key])
        )
        score = round(witness.score + _RAISE * max(near, default=0.0), 6)
        raised.append(replace(witness, score=score))
    return sorted(raised, key=_order)


def related(one: Source, other: Source) -> list[str]:
    """What either of two sources says of its relation to the other, in lower case."""
    return [
        str(relation.get("kind", "")).lower()
        for source, target in ((one, other.key), (other, one.key))
        for relation in _relations(source)
        if relation.get("to") == target
    ]


def named_by(source: Source) -> frozenset[str]:
    """The keys that a source's note names as related."""
    return frozenset(str(relation.get("to")) for relation in _relations(source))


def _relations(source: Source) -> list[Mapping[str, object]]:
    """The relations that a source's note declares, those that are none left out."""
    return [r for r in source.metadata.get("relations") or () if isinstance(r, dict)]


# Of the sources that the lines of benchmarks/inquiring_lines.json need, the first five hold .86 with
# the raise and .82 without, the first eight .92 and .90.
_LEADING, _RAISE = 3, 0.15


def distinct(
    quotes: Sequence[Quote], taken: Sequence[Quote] = (), most: int | None = None
) -> list[Quote]:
    """The first quotes, in order, that repeat neither what is taken nor an earlier one in other words.

    One that says the opposite of an earlier one repeats nothing, however many words they share.
    """
    kept: list[Quote] = []
    for quote in quotes:
        if most is not None and len(kept) >= most:
            break
        if not any(_repeats(quote, other) for other in (*taken, *kept)):
            kept.append(quote)
    return kept


def _repeats(quote: Quote, other: Quote) -> bool:
    return overlap(quote, other) >= 0.6 and not opposed(other.text, quote.text)


def overlap(one: Quote, other: Quote) -> float:
    """Terms in common as a share of the smaller sentence."""
    smaller = min(len(one.terms), len(other.terms))
    return len(one.terms & other.terms) / smaller if smaller else 1.0


def _reading(
    index: Index, read: Sequence[str], search: Search, aspects: Sequence[Aspect]
) -> Callable[[Source, Retrieved], list[Quote]]:
    """What finds the quotable sentences of a passage among those that are `read`, in one go."""
    weights = {term: index.rarity(term) for aspect in aspects for term in aspect.terms}
    matrices, spans = index.vectors(read), index.spans(read)
    return lambda source, item: _quotes(
        source, item, spans.get(item.passage.id), matrices.get(item.passage.id), search, weights
    )


def _quotes(
    source: Source, item: Retrieved, spans: Sequence[Span] | None, matrix: np.ndarray | None,
    search: Search, weights: Mapping[str, float],
) -> list[Quote]:  # fmt: skip
    passage, found = item.passage, []
    cosines = (matrix @ search.vector).tolist() if matrix is not None else []
    for row, span in enumerate(spans or passage_sentences(passage.text), 1):
        text = span.of(passage.text)
        if not stands_alone(text, finished=source.kind == "paper"):
            continue
        cosine = cosines[row] if row < len(cosines) else 0.0
        present = terms(text)
        coverage = _weighted(weights, present)
        role = _role(source, passage, text)
        start, end = passage.start + span.start, passage.start + span.end
        said = sentence_score(cosine, coverage, place(source.text, Span(start, end)))
        relevance = 0.85 * said + 0.15 * item.score + _PRIOR[role]
        found.append(
            Quote(
                source=source.key, passage=passage.id, text=text, page=passage.page,
                start=start, end=end, role=role,
                cosine=round(cosine, 6), coverage=round(coverage, 6),
                relevance=round(relevance, 6), terms=present, row=row,
            )
        )  # fmt: skip
    return found


_PRIOR = {"claim": 0.06, "fact": 0.0, "caveat": 0.0, "open": -0.02, "remark": -0.04, "body": 0.0}


def _role(source: Source, passage: Passage, text: str) -> str:
    """What a sentence is in its source: sections of notes say it; papers have their body."""
    section = passage.section.lower()
    if source.kind == "evidence":
        return "claim"
    titled = source.kind == "note" and section == source.title.lower()
    if titled and text in source.claim and not text.startswith("Own "):
        return "claim"
    if _CAVEATS.search(section):
        return "caveat"
    if text.startswith("Own "):
        return "remark"
    if _OPEN.search(section):
        return "open"
    if source.kind == "note" and text in source.claim:
        return "claim"
    if section.startswith("abstract"):
        return "claim"
    return "fact" if source.kind == "note" else "body"


_CAVEATS = re.compile(r"caveat|limit|caution", re.IGNORECASE)
_OPEN = re.compile(r"open|future|unknown", re.IGNORECASE)
_RESERVES = re.compile(f"{_CAVEATS.pattern}|{_OPEN.pattern}", re.IGNORECASE)


def _weighted(weights: Mapping[str, float], present: frozenset[str]) -> float:
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weight for term, weight in weights.items() if meets(term, present)) / total


def supports(quote: Quote, aspect: Aspect) -> bool:
    """Whether a quote says something of an aspect, rather than that nothing is known of it."""
    return speaks_of(aspect, quote.text) >= 0.5 and not denied(aspect, quote.text)
