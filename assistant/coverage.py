"""Whether the collection answers a question, and which of its aspects stay without evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.aspects import Aspect, speaks_of
from assistant.index import Index
from assistant.retrieval import Search
from assistant.selection import Quote, Witness, supports
from assistant.text import denies
from assistant.types import Coverage

# Calibrated by benchmarks/coverage.py: questions of the reading list against questions of another
# field. Below FLOOR nothing here bears on the question, whatever words are shared.
FLOOR = 0.46


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """How far the collection carries a question.

    `closeness` joins the best sentence's cosine and its weighted share of the question's terms;
    `met` and `unmet` are the aspects with and without a sentence that supports them.
    """

    coverage: Coverage
    closeness: float
    met: tuple[Aspect, ...]
    unmet: tuple[Aspect, ...]


def assess(
    index: Index, search: Search, found: Sequence[Witness], aspects: Sequence[Aspect],
) -> Assessment:  # fmt: skip
    """Judge the coverage of a question by what its witnesses can say.

    An aspect is met when one of the leading witnesses has a sentence that speaks of it, does not
    merely deny it, and bears on the rest of the question too.
    """
    near = closeness(search, found)
    leading = [w for w in found[:6] if w.score >= 0.6 * found[0].score] if found else []
    quotes = [quote for witness in leading for quote in witness.quotes]
    met = tuple(a for a in aspects if any(_meets(q, a, aspects) for q in quotes))
    unmet = tuple(a for a in aspects if a not in met)
    if near < FLOOR or not met:
        return Assessment(coverage="absent", closeness=near, met=(), unmet=tuple(aspects))
    return Assessment(
        coverage="partial" if unmet else "answered", closeness=near, met=met, unmet=unmet
    )


def closeness(search: Search, found: Sequence[Witness]) -> float:
    """How near the collection comes to a question, from 0 to 1.

    The best passage's cosine and the best sentence's cosine and coverage, in equal parts: a
    question of another field may share words, or manner, but not all three.
    """
    cosine = max((item.cosine for item in search.found), default=0.0)
    best = max(
        (0.5 * (quote.cosine + quote.coverage) for w in found[:8] for quote in w.quotes), default=0.0
    )
    return round(0.5 * cosine + 0.5 * best, 6)


def _meets(quote: Quote, aspect: Aspect, aspects: Sequence[Aspect]) -> bool:
    others = [other for other in aspects if other is not aspect and other.kind == "topic"]
    bears = not others or quote.cosine >= 0.5 or any(speaks_of(o, quote.text) >= 0.5 for o in others)
    return supports(quote, aspect) and bears


def denials(found: Sequence[Witness], aspect: Aspect) -> list[Quote]:
    """Sentences that say an aspect is not known, not measured or left open, best first."""
    quotes = [
        quote
        for witness in found[:6]
        for quote in witness.quotes
        if denies(quote.text) and speaks_of(aspect, quote.text) >= 0.5
    ]
    return sorted(quotes, key=lambda q: (-q.relevance, q.source, q.start))
