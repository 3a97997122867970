"""Close a summary of several sources: further relations, authors, and what is left open."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from assistant.pages.bearings import VERBS, Bearing, Bearings
from assistant.pages.names import begun, is_plural, listed, made_by, name
from assistant.pages.statements import Statement
from assistant.pages.telling import Line, Room, Teller, count, quote
from assistant.question.terms import share, terms
from assistant.readers.relations import Kind
from assistant.text.prose import ABSENCE
from assistant.types import Source

# One sentence states this many relations.
_RELATIONS = 2
# This many words are reserved for what is left open.
_OPEN = 30
_LEFT_OPEN = "Left open:"


def closing(
    speakers: Sequence[Source], told: Sequence[Source], said: Collection[Bearing | None],
    bearings: Bearings, teller: Teller, room: Room, paragraph: int,
) -> list[Line]:  # fmt: skip
    """Return the last paragraph, as far as there is room.

    Args:
        speakers: One source of each work.
        told: The sources that are quoted.
        said: The relations already stated by lead-ins.
        bearings: The relations known to the library.
        teller: Has the statements of the sources.
        room: The words that are left, and what is already quoted.
        paragraph: The number of the paragraph.
    """
    texts = []
    if not any(bearings.between(one, other) for one, other in combinations(speakers, 2)):
        texts.append("Nothing in this library says how these sources bear on one another.")
    if unsaid := len(speakers) - len(told):
        texts.append(
            f"Nothing is told here of {unsaid} more, for lack of room or of a sentence to quote."
        )
    lines = [Line(text=text, role="gap", paragraph=paragraph) for text in texts]
    for text in texts:
        room.spend(text)
    for text in (relations_told(told, bearings, room.words - _OPEN, said), made_by(told)):
        if text and count(text) <= room.words - _OPEN:
            room.spend(text)
            lines.append(Line(text=text, role="link", paragraph=paragraph))
    last = _left_open(told, teller, room, paragraph)
    return [*lines, last] if last else lines


def relations_told(
    sources: Sequence[Source], bearings: Bearings, words: int, but: Collection[Bearing | None] = ()
) -> str:
    """Return one sentence on how sources are related, the most telling relations first, or "" if none is known.

    Args:
        sources: The sources.
        bearings: Their known relations.
        words: The most words it may have.
        but: The relations that are already stated.
    """
    known = [b for one, other in combinations(sources, 2) if (b := bearings.between(one, other))]
    known = sorted(
        (b for b in known if b.kind in VERBS and b.kind is not Kind.CITES and b not in but),
        key=lambda b: b.rank,
    )
    clauses = [_clause(bearing, bearings) for bearing in known[:_RELATIONS]]
    while clauses and count(listed(clauses)) > words:
        clauses.pop()
    return begun(f"{listed(clauses)}.") if clauses else ""


def _clause(bearing: Bearing, bearings: Bearings) -> str:
    subject, object = (name(bearings.sources[key]) for key in (bearing.subject, bearing.object))
    return f"{subject} {VERBS[bearing.kind][is_plural(subject)]} {object}"


def _left_open(
    speakers: Sequence[Source], teller: Teller, room: Room, paragraph: int
) -> Line | None:
    """Return the open point that the other sources speak of least.

    If no source states an open point, the sentence says that; without room for it, the result is
    None.
    """
    said = {source.key: teller.said(source) for source in speakers}
    rows = [
        (_spoken(statement, said, source.key), at, statement, source)
        for at, source in enumerate(speakers)
        for statement in said[source.key]
        if statement.part in ("open", "future")
    ]
    rows.sort(key=lambda row: (row[0], row[1], row[2].start))
    found = room.take([statement for _, _, statement, _ in rows], keep=count(_LEFT_OPEN))
    if found is None:
        text = "None of them says in few words what it leaves open."
        fits = count(text) <= room.words
        return Line(text=text, role="gap", paragraph=paragraph) if fits else None
    source = next(source for _, _, statement, source in rows if statement is found)
    return quote(found, source, paragraph, "" if ABSENCE.search(found.text) else _LEFT_OPEN)


def _spoken(statement: Statement, said: Mapping[str, Sequence[Statement]], own: str) -> float:
    """Return the largest share of a statement's terms that one sentence of another source contains."""
    wanted = terms(statement.text)
    return max(
        (share(wanted, terms(s.text)) for key, each in said.items() if key != own for s in each),
        default=0.0,
    )
