"""Choose the lines of a summary of one source: finding, authors, method, a number, a limit, related works."""

from collections.abc import Sequence

from assistant.pages.bearings import Bearings
from assistant.pages.names import who
from assistant.pages.statements import Statement
from assistant.pages.telling import Line, Room, Teller, count, quote
from assistant.pages.wanted import FIGURES, FINDING, LIMITS, METHOD, measures
from assistant.types import Source

WORDS = 150
"""The most words of a summary of one source."""
# A limit should have at most this many words; a longer one is replaced by the next best shorter
# one, if any.
_LIMIT = 40
WHAT = {"note": "note", "paper": "paper", "evidence": "run"}
"""The word for a source of each kind."""


def single(source: Source, bearings: Bearings, teller: Teller) -> list[Line]:
    """Return the lines of a summary of one source, at most WORDS words in three paragraphs.

    Finding, authors and limit come first; then a number, if the finding gives none, the method, the
    works before and after, and a further number, each as far as there is room. The summary says so
    if a source states no limit or has nothing to quote.
    """
    said = teller.said(source)
    own = of_itself(source, said, bearings)
    by, silent, beside = who(source), no_limits(source), bearings.standing(source)
    stops = stops_of(source, bearings, teller)
    room = Room(WORDS - count(by))
    least = min((count(s.text) for s in stops), default=count(silent))
    found = room.take(teller.ranked(source, own, FINDING), keep=least)
    limit = room.take(stops, most=_LIMIT)
    room.spend("" if limit else silent)
    figures = teller.ranked(source, own, FIGURES, room)
    figure = None if found and measures(found) else room.take(figures)
    how = room.take(teller.ranked(source, own, METHOD, room))
    beside = beside if count(beside) <= room.words else ""
    room.spend(beside)
    figure = figure or room.take(figures)
    unquoted = f"Nothing in this {WHAT[source.kind]} could be quoted as its finding."
    return [
        quote(found, source, 0) if found else _gap(source, unquoted, 0),
        Line(text=by, role="link", paragraph=0),
        *(quote(each, source, 1) for each in (how, figure) if each),
        quote(limit, source, 2) if limit else _gap(source, silent, 2),
        *([Line(text=beside, role="link", paragraph=2)] if beside else []),
    ]


def stops_of(source: Source, bearings: Bearings, teller: Teller) -> list[Statement]:
    """Return the limits that a source states, best first; those about another work come last."""
    ranked = teller.ranked(source, teller.said(source), LIMITS)
    foreign = bearings.spoken_of(source, ranked)
    return sorted(ranked, key=lambda s: s in foreign)


def of_itself(source: Source, said: Sequence[Statement], bearings: Bearings) -> list[Statement]:
    """Return the statements that can present a source: no reservation, none about another work."""
    foreign = bearings.spoken_of(source, said)
    # A note opens with its claim, even if the claim names other works.
    foreign -= set(said[:1]) if source.kind == "note" else set()
    return [s for s in said if s.part not in _RESERVING and s not in foreign]


_RESERVING = ("caveat", "limitations", "open", "future", "remark", "related")


def no_limits(source: Source) -> str:
    """Return the sentence that says that a source states no limits."""
    return f"This {WHAT[source.kind]} states no limits of its own that were recognised here."


def _gap(source: Source, text: str, paragraph: int) -> Line:
    return Line(text=text, role="gap", paragraph=paragraph, source=source.key)
