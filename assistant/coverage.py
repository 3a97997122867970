"""Whether the collection answers a question, and which of its aspects stay without evidence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from assistant.aspects import Aspect, denied, names, share, speaks_of, terms
from assistant.forms import gives
from assistant.index import Index
from assistant.retrieval import QuestionEncoder, Search
from assistant.selection import Quote, Witness, supports
from assistant.text import ABSENCE, stems
from assistant.types import Coverage, Source

# Calibrated by benchmarks/coverage.py: below FLOOR nothing here bears on the question, whatever
# words are shared.
FLOOR = 0.25


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """How far the collection carries a question.

    `closeness` is the estimated probability that the collection bears on the question at all;
    `met` and `unmet` are the aspects with and without a sentence that supports them; `named` are those
    by which to say what is missing.
    """

    coverage: Coverage
    closeness: float
    met: tuple[Aspect, ...]
    unmet: tuple[Aspect, ...]
    named: tuple[Aspect, ...] = ()


def assess(
    index: Index, encoder: QuestionEncoder, search: Search, found: Sequence[Witness], aspects: Sequence[Aspect],
) -> Assessment:  # fmt: skip
    """Judge the coverage of a question by what its witnesses can say.

    An aspect is met when one of the leading witnesses has a sentence that speaks of it, in these
    words or near them, does not merely deny it, and bears on the rest of the question too. A name
    or a number of the question has to stand there itself.
    """
    near = closeness(search, found, aspects, len(index))
    if near < FLOOR or not found:
        unmet = tuple(aspects)
        return Assessment(
            coverage="absent", closeness=near, met=(), unmet=unmet, named=_named(unmet, (), unmet)
        )
    leading = _Leading(index, encoder, found, aspects)
    met = tuple(a for a in aspects if leading.meets(a))
    sure = near >= _SURE
    unmet = tuple(a for a in aspects if a not in met and not (sure and leading.passing(a)))
    return Assessment(
        coverage="partial" if unmet else "answered",
        closeness=near, met=met, unmet=unmet, named=_named(unmet, found, aspects),
    )  # fmt: skip


def _named(
    unmet: Sequence[Aspect], found: Sequence[Witness], aspects: Sequence[Aspect]
) -> tuple[Aspect, ...]:
    """The aspects that say what is missing, of those without evidence.

    A name or a number, what a source itself says is missing, and a request stand for themselves. A
    word is missing from what its clause asks, so the clause is named, in the place of a common word.
    """
    topics = [a for a in unmet if a.kind == "topic"]
    own = [
        a for a in topics if a.proper or any(q.cosine >= _DENIES for q in denials(found, a))
    ]  # fmt: skip
    asked: list[Aspect] = []
    for request in (a for a in aspects if a.kind != "topic"):
        wanting = request.kind != "clause" and request in unmet
        counted = any(a.kind == "quantity" and a.text in request.text for a in asked)
        if wanting or (not counted and any(a.terms <= request.terms for a in topics)):
            asked.append(request)
    return (*own, *asked) or tuple(topics)


def closeness(
    search: Search, found: Sequence[Witness], aspects: Sequence[Aspect], passages: int
) -> float:
    """How likely the collection of so many passages bears on a question, from 0 to 1.

    A logistic model of four `signs`: a question of another field may share words, or manner, but
    hardly all of them.
    """
    read = signs(search, found, aspects, passages)
    logit = _BIAS + sum(weight * sign for weight, sign in zip(_WEIGHTS, read, strict=True))
    return round(1.0 / (1.0 + math.exp(-logit)), 6)


def signs(
    search: Search, found: Sequence[Witness], aspects: Sequence[Aspect], passages: int
) -> tuple[float, float, float, float]:
    """What tells whether a collection bears on a question.

    The cosine of the best passage, the mean cosine of the five best sentences, the largest share
    of the question's terms in one sentence, weighted by their rarity, and the best passage's BM25
    a term, over the most that a term can bring.
    """
    sentences = sorted((q.cosine for witness in found for q in witness.quotes), reverse=True)[:5]
    asked = {term for aspect in aspects for term in aspect.terms}
    return (
        max((item.cosine for item in search.found), default=0.0),
        sum(sentences) / len(sentences) if sentences else 0.0,
        max((quote.coverage for w in found[:8] for quote in w.quotes), default=0.0),
        max((item.bm25 for item in search.found), default=0.0)
        / (max(1, len(asked)) * math.log(2 + passages)),
    )


# Fitted by benchmarks/coverage.py --fit.
_BIAS, _WEIGHTS = -10.0, (7.2, 8.1, 9.0, 13.9)
# The closeness from which on a common word that nothing speaks of is no gap.
_SURE = 0.97
# The cosine with the question from which on a sentence bears on a request whatever its words, and from
# which on its saying that something is missing is about this question.
_NEAR, _DENIES = 0.5, 0.4
# The cosine of an aspect's own words and a sentence from which on the sentence speaks of it.
_ALIKE = 0.45


class _Leading:
    """The leading witnesses of a question, and what they speak of."""

    def __init__(
        self, index: Index, encoder: QuestionEncoder, found: Sequence[Witness], aspects: Sequence[Aspect],
    ) -> None:  # fmt: skip
        self.witnesses = [w for w in found[:6] if w.score >= 0.6 * found[0].score]
        self.aspects = aspects
        self._index, self._encoder = index, encoder
        self._vectors: Float[np.ndarray, "sentences dim"] | None = None

    def meets(self, aspect: Aspect) -> bool:
        """Whether a leading witness states something on an aspect that bears on the whole question.

        Caveats and remarks state nothing. A cause is not met where the first witness says itself
        that it is open.
        """
        first = self.witnesses[0]
        if aspect.kind == "cause" and any(denied(aspect, q.text) for q in first.quotes[:12]):
            return False
        if aspect.kind == "clause":
            return True  # it asks for no more than its topics
        if aspect.kind not in ("topic", "cause"):
            return self._grants(aspect)
        if aspect.proper and not any(names(aspect, _all_of(w.source)) for w in self.witnesses):
            return False
        asked = aspect.kind == "topic" and speaks_of(aspect, first.source.title) >= 0.5
        if asked and any(q.cosine >= 0.4 for q in first.of("claim", "fact", "body")):
            return True  # the first source's own title takes the aspect up
        return any(
            supports(quote, aspect) and _bears(quote, aspect, self.aspects)
            for quote in self._stated()
        ) or self._alike(aspect)

    def _stated(self) -> list[Quote]:
        return [q for w in self.witnesses for q in w.of("claim", "fact", "body")]

    def _grants(self, aspect: Aspect) -> bool:
        """Whether a sentence of the form that a request asks for bears on the rest of its clause."""
        return self._taken_up(aspect) or any(
            gives(aspect, quote.text)
            and not denied(aspect, quote.text)
            and _bears(quote, aspect, self.aspects)
            for quote in self._stated()
        )

    def _taken_up(self, aspect: Aspect) -> bool:
        """Whether a leading source is about what is to be defined, or asks the same in its title."""
        if aspect.kind == "quantity":
            return False
        if aspect.kind == "definition":
            return any(
                side and share(side, terms(_named_by(w.source))) == 1.0
                for w in self.witnesses
                for side in aspect.sides
            )
        return any(
            w.source.title.endswith("?") and share(aspect.terms, terms(w.source.title)) >= 0.6
            for w in self.witnesses
        )

    def _alike(self, aspect: Aspect) -> bool:
        """Whether a sentence is near the aspect in meaning, whatever its words."""
        if aspect.kind != "topic":
            return False
        if self._vectors is None:
            self._vectors = self._of([q for q in self._stated() if not ABSENCE.search(q.text)])
        if not len(self._vectors):
            return False
        return float((self._vectors @ self._encoder.question(aspect.text)).max()) >= _ALIKE

    def _of(self, quotes: Sequence[Quote]) -> Float[np.ndarray, "quotes dim"]:
        """The vectors of quotes, where there are any."""
        stored = self._index.vectors(sorted({quote.passage for quote in quotes}))
        rows = [
            stored[quote.passage][quote.row]
            for quote in quotes
            if quote.passage in stored and 0 < quote.row < len(stored[quote.passage])
        ]
        return np.stack(rows) if rows else np.zeros((0, self._index.dim), np.float32)

    def passing(self, aspect: Aspect) -> bool:
        """Whether an aspect without evidence is no gap: one word, which the collection uses elsewhere.

        Unless a leading witness says that it is missing.
        """
        if aspect.kind != "topic" or aspect.proper or len(aspect.terms) != 1:
            return False
        used = any(self._index.frequency(word) for word in stems(aspect.text))
        return used and not denials(self.witnesses, aspect)


def _named_by(source: Source) -> str:
    """The words a source goes by: its key, its title, and that of its paper."""
    return f"{source.key} {source.title} {source.metadata.get('paper') or ''}"


def _all_of(source: Source) -> str:
    """The words of a source and of who wrote it."""
    authors = source.metadata.get("authors") or ()
    paper = source.metadata.get("paper") or ""
    return " ".join([source.title, str(paper), *map(str, authors), source.text])


def _bears(quote: Quote, aspect: Aspect, aspects: Sequence[Aspect]) -> bool:
    """Whether a sentence on one aspect bears on the rest of the question too."""
    others = [other for other in aspects if other is not aspect and other.kind == "topic"]
    spoken = sum(speaks_of(other, quote.text) >= 0.5 for other in others)
    if aspect.kind == "cause":
        return quote.cosine >= 0.4 and 2 * spoken >= len(others)
    if aspect.kind == "quantity":
        return True
    if aspect.kind != "topic":
        inside = [other for other in others if other.terms <= aspect.terms]
        spoken = sum(speaks_of(other, quote.text) >= 0.5 for other in inside)
        return 2 * spoken >= len(inside) or quote.cosine >= _NEAR
    named = len(aspect.terms) > 1 and speaks_of(aspect, quote.text) == 1.0
    return not others or quote.cosine >= 0.35 or spoken > 0 or (named and quote.cosine >= 0.3)


def denials(found: Sequence[Witness], aspect: Aspect) -> list[Quote]:
    """Sentences that say an aspect is not known, not measured or left open, best first."""
    quotes = [
        quote
        for witness in found[:6]
        for quote in witness.quotes
        if denied(aspect, quote.text) and len(quote.text) < 300
    ]
    return sorted(quotes, key=lambda q: (-q.relevance, q.source, q.start))
