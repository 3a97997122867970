"""Choose the lines of a summary of several sources: the finding of each, and their relations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.compose.lead_ins import MEASURED_ELSEWHERE, MEASURED_HERE
from assistant.pages.bearings import Bearing, Bearings
from assistant.pages.closing import closing
from assistant.pages.company import in_order, opener
from assistant.pages.findings import unlike
from assistant.pages.names import begun, cut, name, names_itself
from assistant.pages.single import of_itself, single, stops_of
from assistant.pages.statements import Statement
from assistant.pages.telling import Line, Room, Teller, count, quote
from assistant.pages.wanted import FIGURES, FINDING, measures
from assistant.types import Source

WORDS = 300
"""The most words of a summary of several sources."""
# The findings leave this many words for the closing paragraph.
_CLOSING = 40
# A limit should have at most this many words; a longer one is replaced by the next best shorter
# one, if any.
_LIMIT = 35
# From this many words on, the next source begins a new paragraph.
_PARAGRAPH = 60
# One sentence states this many relations.
_RELATIONS = 2


@dataclass(frozen=True)
class _Told:
    """A source with its quoted statements; `fresh` if it begins a group; `bearing` is the relation in its lead-in."""

    source: Source
    lead_in: str
    quotes: tuple[Statement, ...]
    fresh: bool
    bearing: Bearing | None = None


def joint(sources: Sequence[Source], bearings: Bearings, teller: Teller) -> list[Line]:
    """Return the lines of a summary of several sources, at most WORDS words.

    Each work appears once, by its note if it has one, with the finding first; the lead-in states
    its relation to an earlier work. Limits and figures follow as far as there is room. The last
    paragraph gives the authors, further relations, the works without room, and what is left open.
    """
    speakers = _speakers(sources, bearings)
    doubles = list(_doubles(sources, speakers, bearings))
    if len(speakers) == 1:
        lines = single(speakers[0], bearings, teller)
        return [*lines, *(_link(text, lines[-1].paragraph) for text in doubles)]
    room = Room(WORDS)
    for text in doubles:
        room.spend(text)
    told = _findings(in_order(speakers, bearings), bearings, teller, room.words - _CLOSING)
    room.words -= sum(map(_words, told))
    room.quoted += [statement for each in told for statement in each.quotes]
    told = _with_more(told, bearings, teller, room)
    body = _paragraphs(told)
    last = body[-1].paragraph + 1 if body else 0
    doubled = [_link(text, last) for text in doubles]
    sources_told = [each.source for each in told]
    said = [each.bearing for each in told]
    return [*body, *doubled, *closing(speakers, sources_told, said, bearings, teller, room, last)]


# ── works, not sources ───────────────────────────────────────────────────────────────────────────


def _speakers(sources: Sequence[Source], bearings: Bearings) -> list[Source]:
    """Return one source for each work: a note, whose sentences are the shortest account, else the first source."""
    works: dict[str, list[Source]] = {}
    for source in sources:
        works.setdefault(bearings.works[source.key], []).append(source)
    return [min(group, key=lambda s: s.kind != "note") for group in works.values()]


def _doubles(
    sources: Sequence[Source], speakers: Sequence[Source], bearings: Bearings
) -> Iterator[str]:
    by_work = {bearings.works[source.key]: source for source in speakers}
    for source in sources:
        speaker = by_work[bearings.works[source.key]]
        if speaker is not source:
            yield f"The {source.kind} “{cut(source.title)}” is of the same work as “{cut(speaker.title)}”."


# ── what is told of each ─────────────────────────────────────────────────────────────────────────


def _findings(
    groups: Sequence[Sequence[Source]], bearings: Bearings, teller: Teller, most: int
) -> list[_Told]:
    """Return the best finding of each source; use shorter ones for the longest, then fewer, until all have room."""
    ranked: dict[str, list[Statement]] = {}
    chosen: dict[str, Statement] = {}
    for source in (source for group in groups for source in group):
        own = of_itself(source, teller.said(source), bearings)
        found = list(teller.ranked(source, own, FINDING)) or own
        new = unlike(found, 1, beside=list(chosen.values())) or found[:1]
        if new:
            ranked[source.key] = found
            chosen[source.key] = new[0]
    while True:
        told = _introduced(groups, chosen, bearings)
        if sum(map(_words, told)) <= most:
            return told
        for key in sorted(chosen, key=lambda key: -count(chosen[key].text)):
            shorter = [s for s in ranked[key] if count(s.text) < count(chosen[key].text)]
            if shorter:
                chosen[key] = shorter[0]
                break
        else:
            chosen.popitem()


def _words(each: _Told) -> int:
    return count(each.lead_in) + sum(count(s.text) for s in each.quotes)


def _introduced(
    groups: Sequence[Sequence[Source]], chosen: Mapping[str, Statement], bearings: Bearings
) -> list[_Told]:
    """Return the chosen findings in order, each with its lead-in; no lead-in repeats the one before."""
    told: list[_Told] = []
    last = ""
    for group in groups:
        for source in (source for source in group if source.key in chosen):
            said, bearing = opener(source, [each.source for each in told], bearings)
            found = chosen[source.key]
            lead_in = _lead_in(source, found, "" if said == last else said)
            fresh = source is group[0]
            told.append(_Told(source, lead_in, (found,), fresh, bearing if said else None))
            last = said
    return told


def _lead_in(source: Source, found: Statement, said: str) -> str:
    """Return the lead-in of a finding: its work's relation to the others, and the name if the quote has none."""
    if source.kind == "evidence":
        return MEASURED_ELSEWHERE if source.metadata.get("brought_from") else MEASURED_HERE
    named = "" if names_itself(found.text, source) else name(source)
    parts = ", ".join(filter(None, (said, named)))
    return f"{begun(parts)}:" if parts else ""


def _with_more(
    told: Sequence[_Told], bearings: Bearings, teller: Teller, room: Room
) -> list[_Told]:
    """Return the findings with a limit of each source, then a figure of each without one, while there is room."""
    limits: dict[str, Statement] = {}
    figures: dict[str, Statement] = {}
    for each in told:
        stops = stops_of(each.source, bearings, teller)
        if limit := room.take(stops, _LIMIT, _CLOSING):
            limits[each.source.key] = limit
    for each in told:
        own = of_itself(each.source, teller.said(each.source), bearings)
        if any(map(measures, each.quotes)):
            continue
        if figure := room.take(teller.ranked(each.source, own, FIGURES), keep=_CLOSING):
            figures[each.source.key] = figure
    return [
        replace(each, quotes=(*each.quotes, *_held(figures, each), *_held(limits, each)))
        for each in told
    ]


def _held(chosen: Mapping[str, Statement], each: _Told) -> tuple[Statement, ...]:
    return (chosen[each.source.key],) if each.source.key in chosen else ()


def _paragraphs(told: Sequence[_Told]) -> list[Line]:
    lines: list[Line] = []
    for each in told:
        last = lines[-1].paragraph if lines else 0
        long = sum(line.words for line in lines if line.paragraph == last) >= _PARAGRAPH
        paragraph = last + (bool(lines) and (each.fresh or long))
        lines += [
            quote(statement, each.source, paragraph, "" if at else each.lead_in)
            for at, statement in enumerate(each.quotes)
        ]
    return lines


def _link(text: str, paragraph: int) -> Line:
    return Line(text=text, role="link", paragraph=paragraph)
