"""Choose the sentences of a brief: the one that answers, those that help, and an important caveat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.select.quotes import Quote
from assistant.text.prose import numbers

Alike = Callable[[Quote, Quote], float]
"""Returns the cosine of two quotes."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The length and bars of a brief. The shares were set on held-out questions (training/brief.py)."""

    words: int = 160  # words of all quotes together
    least: int = 3  # at least so many sentences, if so many help at all
    most: int = 7  # at most so many sentences
    helps: float = 0.3  # from this score on a sentence is worth its place
    floor: float = 0.2  # below this score no sentence is shown, even if few are left
    caveat: float = 0.1  # from this probability on an important caveat gets a place
    same: float = 0.88  # from this cosine on two sentences say the same
    shared: float = 0.8  # from this share of the shorter one's terms on two sentences say the same
    own: float = 0.05  # added to the score of a sentence from the opening's source


def opening(quotes: Sequence[Quote]) -> Quote | None:
    """Return the quote that answers best; between equals, the quote that helps more, then the earlier one.

    A row of a table that is likely enough opens before any sentence: where a row answers, what a
    sentence says about the table seems to answer too.
    """
    row = max((q for q in quotes if q.under), key=lambda q: q.answers, default=None)
    if row is not None and row.answers >= _ROW_OPENS:
        return row
    return max(
        (q for q in quotes if q is not row),
        key=lambda q: (q.answers + 0.25 * q.value, -q.start, q.source),
        default=None,
    )


# Held out, the right row has this probability for .68 of 57 questions that a row answers, and a
# wrong one for .18; of 522 that a sentence answers, .02 have such a row (training/rows.py).
_ROW_OPENS = 0.15


def chosen(
    quotes: Sequence[Quote],
    alike: Alike,
    works: Mapping[str, str],
    measure: Measure = Measure(),
    first: Sequence[Quote] = (),
) -> list[Quote]:
    """Return the quotes of a brief: the opening, then the others, best first.

    Args:
        quotes: All quotes that may be used.
        alike: Returns the cosine of two quotes.
        works: For each source the key that stands for its work.
        measure: The length and bars of the brief.
        first: Quotes that are taken before all others: the opening, and one for each further part
            of the question.
    """
    kept: list[Quote] = []
    for quote in first:
        if not any(repeats(quote, other, alike, measure) for other in kept):
            kept.append(quote)
    if not kept:
        return []
    lead = works.get(kept[0].source, kept[0].source)

    def gain(quote: Quote) -> float:
        own = works.get(quote.source, quote.source) == lead
        return quote.value + (measure.own if own else 0.0)

    ranked = sorted(
        (q for q in quotes if q not in kept), key=lambda q: (-gain(q), q.source, q.start)
    )
    words = sum(len(quote.text.split()) for quote in kept)
    caveat = _caveat(kept, ranked, alike, measure)
    if caveat is not None:
        kept.append(caveat)
        words += len(caveat.text.split())
    for quote in ranked:
        if len(kept) >= measure.most:
            break
        worth = measure.helps if len(kept) >= measure.least else measure.floor
        if gain(quote) < worth or quote in kept:
            continue
        length = len(quote.text.split())
        if words + length > measure.words:
            continue
        if not any(repeats(quote, other, alike, measure) for other in kept):
            kept.append(quote)
            words += length
    return kept


def _caveat(
    kept: Sequence[Quote], ranked: Sequence[Quote], alike: Alike, measure: Measure
) -> Quote | None:
    """Return the most important caveat, or None if an equally likely one is already chosen or none is likely."""
    best = max(
        (
            quote
            for quote in ranked
            if not any(repeats(quote, other, alike, measure) for other in kept)
        ),
        key=lambda q: (q.reserves, q.value, -q.start),
        default=None,
    )
    if best is None or best.reserves < measure.caveat:
        return None
    return None if any(quote.reserves >= best.reserves for quote in kept) else best


def repeats(quote: Quote, other: Quote, alike: Alike, measure: Measure) -> bool:
    """Return whether two quotes say the same: similar in meaning, or in most terms without a new number."""
    if quote.source == other.source and quote.start < other.end and other.start < quote.end:
        return True
    smaller = min(len(quote.terms), len(other.terms))
    share = len(quote.terms & other.terms) / smaller if smaller else 1.0
    if alike(quote, other) >= measure.same and share >= measure.shared / 2:
        return True
    return share >= measure.shared and numbers(quote.text) <= numbers(other.text)
