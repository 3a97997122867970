"""Turn passages into quotes: sentences that may be cited, with the selector's scores."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from assistant.question.terms import share, terms
from assistant.search.index import Index, passage_sentences
from assistant.select.reading import Read
from assistant.select.selector import Reading, Scores
from assistant.text.orders import asks_for_orders, gives_orders
from assistant.text.prose import Span, leans, stands_alone
from assistant.types import Citation, Passage, Source

CAVEAT, OPEN = "caveat", "open"
RESERVING = (CAVEAT, OPEN)
"""The roles of sentences that limit a result."""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A stretch of a source that may be cited: its place, its role in the source, and its scores.

    `role` is claim, fact, caveat or open for a note, body for a paper, claim for the abstract of
    one, run for an experiment. `helps`, `brief` and `answers` are the selector's probabilities that
    the sentence helps with the question, belongs in a brief, and answers alone; `reserves` is the
    probability that it is an important caveat, which comes from the blend. `cosine` compares its
    vector with the question's. `under` tells what a row of a table stands under: its header and
    caption.
    """

    source: str
    passage: str
    text: str
    page: int | None
    start: int
    end: int
    role: str
    helps: float = 0.0
    brief: float = 0.0
    answers: float = 0.0
    reserves: float = 0.0
    cosine: float = 0.0
    terms: frozenset[str] = frozenset()
    row: int = 0
    last_page: int | None = None
    under: str = ""

    @property
    def value(self) -> float:
        """Return the value of the quote for a brief, from 0 to 1."""
        return 0.5 * self.helps + 0.5 * self.brief

    def citation(self) -> Citation:
        """Return the citation of exactly these words."""
        return Citation(
            source=self.source, passage=self.passage, quote=self.text, page=self.page,
            start=self.start, end=self.end, last_page=self.last_page,
        )  # fmt: skip

    def plain(self) -> str:
        """Return the quote on one line."""
        return " ".join(self.text.split())

    def shown(self) -> str:
        """Return the quote on one line; what a row of a table stands under comes before it in brackets."""
        return f"[{self.under}] {self.plain()}" if self.under else self.plain()


def scored(
    index: Index, scores: Scores | None, question: str, vector: Float[np.ndarray, " dim"],
    read: Sequence[Read],
) -> list[Quote]:  # fmt: skip
    """Return the quotable sentences of the passages read, in the order of the passages.

    A sentence that depends on the one before ("It needs 12 GB") is joined with it. A sentence that
    cannot be quoted at all is left out, but the selector still reads it as context. Orders to
    machines are left out and not read either, unless the question asks for them. Without `scores`,
    cosine and shared words replace the probabilities.
    """
    ordering = asks_for_orders(question)
    ids = [item.passage.id for item in read]
    cut = [passage_sentences(item.passage.text) for item in read]
    # Another process may have stored another text since the index was built; then the vectors do
    # not fit this text.
    spans, vectors = index.spans(ids), index.vectors(ids)
    vectors = {
        id: vectors[id] for id, p in zip(ids, cut, strict=True) if id in vectors and spans[id] == p
    }
    readings = [
        Reading(
            item.source.title, tuple(_words(span.of(item.passage.text), ordering) for span in pieces)
        )
        for item, pieces in zip(read, cut, strict=True)
    ]  # fmt: skip
    cosines = [_cosines(vectors.get(id), vector, len(p)) for id, p in zip(ids, cut, strict=True)]
    judged = (
        scores(question, readings)
        if scores
        else [_plainly(question, *pair) for pair in zip(readings, cosines, strict=True)]
    )
    return [
        _quote(item, span, at, cosines[number][at], judged[number][at])
        for number, item in enumerate(read)
        for at, span in _quotable(item.source, item.passage, cut[number], ordering)
    ]


def _words(sentence: str, ordering: bool) -> str:
    """Return a sentence on one line for the selector, or "" for an order to a machine, which changes no score."""
    return "" if not ordering and gives_orders(sentence) else " ".join(sentence.split())


def _quote(
    item: Read, span: Span, at: int, cosine: float, judged: Float[np.ndarray, " 3"]
) -> Quote:
    text = span.of(item.passage.text)
    start = item.passage.start + span.start
    end = item.passage.start + span.end
    first, last = item.source.page_at(start), item.source.page_at(end - 1)
    helps, brief, answers = (round(float(p), 6) for p in judged)
    return Quote(
        source=item.source.key, passage=item.passage.id, text=text, page=first,
        last_page=None if last == first else last, start=start, end=end, role=role(item.source, item.passage, text),
        helps=helps, brief=brief, answers=answers, cosine=round(cosine, 6), terms=terms(text),
        row=at + 1,
    )  # fmt: skip


def _cosines(
    rows: Float[np.ndarray, "rows dim"] | None, vector: Float[np.ndarray, " dim"], count: int
) -> list[float]:
    """Return the cosine of every sentence of a passage with the question, 0 if it has no vector."""
    found = (rows[1 : count + 1] @ vector).tolist() if rows is not None else []
    return [*found, *[0.0] * (count - len(found))]


def _plainly(
    question: str, reading: Reading, cosines: Sequence[float]
) -> Float[np.ndarray, "sentences 3"]:
    """Return a replacement for the selector's scores: half the cosine and half the share of the question's terms."""
    asked = terms(question)
    shares = [share(asked, terms(sentence)) for sentence in reading.sentences]
    plain = [
        0.5 * max(cosine, 0.0) + 0.5 * part for cosine, part in zip(cosines, shares, strict=True)
    ]
    return np.repeat(np.array(plain, np.float32)[:, None], 3, axis=1)


def _quotable(
    source: Source, passage: Passage, pieces: Sequence[Span], ordering: bool
) -> Iterator[tuple[int, Span]]:
    finished = source.kind == "paper"
    if finished and _CHECKLIST.search(passage.section) and _ASKED.search(passage.text):
        return
    for at, span in enumerate(pieces):
        text = span.of(passage.text)
        if stands_alone(text, finished=finished, ordering=ordering):
            yield at, span
        elif at and leans(text) and (ordering or not gives_orders(text)):
            before = pieces[at - 1]
            joined = Span(before.start, span.end)
            if (
                stands_alone(before.of(passage.text), finished=finished)
                and len(joined.of(passage.text).split()) <= _LONGEST_PAIR
                # A list marker between the two begins another item.
                and not passage.text[before.end : span.start].strip()
            ):
                yield at, joined


# A paper's answers to the questions of its venue are about the paper as a submission; a checklist
# of birds asks nothing.
_CHECKLIST = re.compile(r"\bchecklist\b", re.IGNORECASE)
_ASKED = re.compile(r"\?(?=\s|$)")
# A sentence quoted with the one it depends on has at most this many words: more would fill half a
# brief.
_LONGEST_PAIR = 70


def role(source: Source, passage: Passage, text: str) -> str:
    """Return the role of a sentence in its source: from the section for a note, "body" for a paper."""
    section = passage.section.lower()
    if source.kind == "evidence":
        return "run"
    if _CAVEATS.search(section):
        return CAVEAT
    if _OPEN.search(section):
        return OPEN
    if source.kind == "paper":
        return "claim" if section.startswith("abstract") else "body"
    return "claim" if " ".join(text.split()) in source.claim else "fact"


_CAVEATS = re.compile(r"caveat|limit|caution")
_OPEN = re.compile(r"\bopen\b|future|unknown")


class Vectors:
    """The vectors of quotes, each looked up once."""

    def __init__(self, index: Index, quotes: Sequence[Quote]) -> None:
        self._stored = index.vectors(sorted({quote.passage for quote in quotes}))

    def of(self, quote: Quote) -> Float[np.ndarray, " dim"] | None:
        """Return the unit vector of a quote's (last) sentence, or None if it has none."""
        rows = self._stored.get(quote.passage)
        return rows[quote.row] if rows is not None and 0 < quote.row < len(rows) else None

    def alike(self, one: Quote, other: Quote) -> float:
        """Return the cosine of two quotes, or 0 if either has no vector."""
        first, second = self.of(one), self.of(other)
        return float(first @ second) if first is not None and second is not None else 0.0
