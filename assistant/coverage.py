"""Whether the collection answers a question, and which of its aspects stay without evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.aspects import Aspect, denied, speaks_of
from assistant.retrieval import Search
from assistant.selection import Quote, Witness, supports
from assistant.types import Coverage

# Calibrated by benchmarks/coverage.py: questions of the reading list against questions of another
# field. Below FLOOR nothing here bears on the question, whatever words are shared.
FLOOR = 0.36


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
    search: Search, found: Sequence[Witness], aspects: Sequence[Aspect],
) -> Assessment:  # fmt: skip
    """Judge the coverage of a question by what its witnesses can say.

    An aspect is met when one of the leading witnesses has a sentence that speaks of it, does not
    merely deny it, and bears on the rest of the question too.
    """
    near = closeness(search, found)
    leading = [w for w in found[:6] if w.score >= 0.6 * found[0].score]
    met = tuple(a for a in aspects if leading and _met(a, leading, aspects))
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
        (0.5 * (quote.cosine + quote.coverage) for w in found[:8] for quote in w.quotes),
        default=0.0,
    )
    return round(0.5 * cosine + 0.5 * best, 6)


def _met(aspect: Aspect, leading: Sequence[Witness], aspects: Sequence[Aspect]) -> bool:
    """Whether a leading witness states something on an aspect that bears on the whole question.

    Caveats and remarks state nothing. A cause is not met where the first witness says itself
    that it is open.
    """
    first = leading[0]
    if aspect.kind == "cause" and any(denied(aspect, q.text) for q in first.quotes[:12]):
        return False
    asked = aspect.kind == "topic" and speaks_of(aspect, first.source.title) >= 0.5
    if asked and any(q.cosine >= 0.4 for q in first.of("claim", "fact", "body")):
        return True  # the first source's own title takes the aspect up
    return any(
        supports(quote, aspect) and _bears(quote, aspect, aspects)
        for witness in leading
        for quote in witness.of("claim", "fact", "body")
    )


def _bears(quote: Quote, aspect: Aspect, aspects: Sequence[Aspect]) -> bool:
    """Whether a sentence on one aspect bears on the rest of the question too."""
    others = [other for other in aspects if other is not aspect and other.kind == "topic"]
    spoken = sum(speaks_of(other, quote.text) >= 0.5 for other in others)
    if aspect.kind == "cause":
        return quote.cosine >= 0.4 and 2 * spoken >= len(others)
    named = len(aspect.terms) > 1 and speaks_of(aspect, quote.text) == 1.0
    return not others or quote.cosine >= 0.45 or spoken > 0 or (named and quote.cosine >= 0.3)


def denials(found: Sequence[Witness], aspect: Aspect) -> list[Quote]:
    """Sentences that say an aspect is not known, not measured or left open, best first."""
    quotes = [
        quote
        for witness in found[:6]
        for quote in witness.quotes
        if denied(aspect, quote.text) and len(quote.text) < 300
    ]
    return sorted(quotes, key=lambda q: (-q.relevance, q.source, q.start))
