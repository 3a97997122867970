"""Cited summaries: what a source claims, who wrote it, how, its figures, and never without limits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.comparison import Relation, mentions, points, relations
from assistant.errors import UsageError
from assistant.findings import findings, lead, limits, numeric, unlike
from assistant.library import Library
from assistant.network import similar
from assistant.papers import authors, complete, work_title
from assistant.permalink import permalink
from assistant.same_work import same_works
from assistant.standing import Relations, other_ends, standing
from assistant.statements import Statement, statements
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Gap,
    NextLine,
    Passage,
    Role,
    Sentence,
    Source,
)
from assistant.verification import verify

_CLAIMS, _METHODS, _FIGURES, _LIMITS, _OPEN_POINTS, _NEXT_LINES = 2, 2, 2, 4, 1, 4
# A source this similar is a neighbour: a mean vector's cosine, or the share of terms in common.
_NEAR = {"vectors": 0.4, "terms": 0.06}
_NUMBERS_HEADING = "The numbers, with their conditions."
_LIMITS_HEADING = "Its limits."
_POINTS, _MENTIONS = 3, 2
_WHAT = {"note": "note", "paper": "paper", "evidence": "run"}


@dataclass(frozen=True)
class _Line:
    """A sentence to be: its heading, its words, and the statement of a source that it quotes."""

    heading: str
    text: str
    role: Role
    quoted: Statement | None = None
    source: str = ""


def summary(
    library: Library, sources: Sequence[Source], index_hash: str, question: str = ""
) -> Answer:
    """The cited summary of one source, or of several: what they say of each other, then each.

    `question` is the one whose answer cites the sources, where they were chosen by that.

    Every claim sentence is an exact quote that passed the gate; what the library itself knows
    (authors, venue, relations) stands in link sentences, and what a source does not say in gap
    sentences: a source that states no limit is said to state none. Coverage is `partial` where a
    source has no sentence that could be quoted.

    Raises:
        UsageError: there are no sources to summarise.
    """
    if not sources:
        raise UsageError("There is nothing to summarise; name one key or several.")
    sources = list({source.key: source for source in sources}.values())
    relations = Relations(library)
    passages = _passages(library, {source.key for source in sources})
    sentences: list[Sentence] = []
    headings: list[str] = []
    dropped: list[Dropped] = []
    gaps: list[Gap] = []
    by_key = {source.key: source for source in sources}
    works = same_works(sources)
    lines = list(_together(sources, relations, works)) if len(sources) > 1 else []
    for number, source in enumerate(sources, 1):
        prefix = f"{number}. {source.title} — " if len(sources) > 1 else ""
        lines += [
            replace(line, heading=prefix + line.heading, source=source.key)
            for line in _lines(source, relations)
        ]
    for line in lines:
        if not headings or headings[-1] != line.heading:
            headings.append(line.heading)
        holder = by_key.get(line.source)
        sentence = _checked(holder, line, len(headings) - 1, passages, dropped)
        if sentence:
            sentences.append(sentence)
        if line.role == "gap":
            nearest = (line.source,) if holder else tuple(by_key)
            gaps.append(Gap(aspect=line.heading.rstrip("."), nearest=nearest, statement=line.text))
    cited = {citation.source for sentence in sentences for citation in sentence.citations}
    return Answer(
        question=_question(sources, question),
        deck=_deck(
            sources,
            sentences,
            silent=any(gap.aspect.endswith(_LIMITS_HEADING[:-1]) for gap in gaps),
        ),
        coverage="answered" if all(source.key in cited for source in sources) else "partial",
        writer="extractive",
        index_hash=index_hash,
        permalink=permalink(summary=[source.key for source in sources], index=index_hash),
        sentences=tuple(sentences),
        headings=tuple(headings),
        gaps=tuple(gaps),
        sources=_cited(sources, cited, works),
        next_lines=_next_lines(library, sources, relations),
        dropped=tuple(dropped),
    )


def _lines(source: Source, relations: Relations) -> Iterator[_Line]:
    """The lines of one source's summary, in the order in which a reader needs them."""
    what = _WHAT[source.kind]
    said = statements(source)
    found = findings(said)
    claims = lead(said, _CLAIMS)
    yield from _quotes(
        "The claim.", claims, f"This {what} has no sentence that could stand for its claim."
    )
    yield _Line("Who and what.", _who(source), "link")
    used = list(claims)
    # A figure that a note gives of another work is not its own.
    foreign = relations.spoken_of(source, said)
    told = (*found["methodology"], *found["limitations"], *foreign)
    results = [s for s in _reported(said) if s not in told]
    figures = numeric(results, _FIGURES, beside=used)
    hows = [s for s in found["methodology"] if s not in (*used, *figures)][:_METHODS]
    facts = [s for s in said if s.part == "fact" and s not in (*used, *figures)]
    if hows or not facts:
        none = f"This {what} does not say how it was done, in words recognised here."
        yield from _quotes("How.", hows, none)
    else:
        # A note without a word of method still says what was done: its first facts.
        hows = unlike(facts, _METHODS, beside=used)
        yield from _quotes("What was done and seen.", hows, "")
    for text, role in standing(source, relations):
        yield _Line("Before and after.", text, role)
    none = f"This {what} reports no figure of a result, in words recognised here."
    if not figures and numeric(claims, 1):
        yield _Line(_NUMBERS_HEADING, "The claim above gives them.", "link")
    else:
        yield from _quotes(_NUMBERS_HEADING, figures, none)
    taken = [*used, *hows, *figures]
    stops = [s for s in limits(said, _LIMITS + len(taken)) if s not in taken][:_LIMITS]
    yield from _quotes(
        _LIMITS_HEADING,
        stops,
        f"This {what} states no limits of its own that were recognised here.",
    )
    opens = [
        s for s in found["future_work"] if s.part in ("open", "future", "conclusion", "limitations")
    ]
    rest = unlike([s for s in opens if s not in (*taken, *stops)], _OPEN_POINTS)
    for statement in rest:
        yield _Line("Left open.", statement.plain(), "claim", statement)


def _quotes(heading: str, said: Sequence[Statement], otherwise: str) -> Iterator[_Line]:
    if not said and otherwise:
        yield _Line(heading, otherwise, "gap")
    for statement in said:
        yield _Line(heading, statement.plain(), "claim", statement)


def _reported(said: Sequence[Statement]) -> list[Statement]:
    """The statements in which a source gives its own figures."""
    parts = ("claim", "fact", "abstract", "results", "conclusion", "introduction", "control")
    return [s for s in said if s.part in parts] or [s for s in said if s.part == "body"]


def _checked(
    source: Source | None,
    line: _Line,
    paragraph: int,
    passages: Sequence[Passage],
    dropped: list[Dropped],
) -> Sentence | None:
    """The line as a sentence; a claim only if it passes the gate with its quote."""
    if line.quoted is None or source is None:
        return Sentence(text=line.text, paragraph=paragraph, role=line.role)
    quoted = line.quoted
    ruling = verify(line.text, quoted.text, source.text, quoted.start, quoted.end)
    if ruling.support is None:
        dropped.append(Dropped(text=line.text, reason=ruling.reason))
        return None
    holder = next(
        (p.id for p in passages if p.source == source.key and p.start <= quoted.start < p.end),
        f"{source.key}:{quoted.start}-{quoted.end}",
    )
    citation = Citation(
        source=source.key, passage=holder, quote=quoted.text, page=quoted.page, start=quoted.start,
        end=quoted.end, support=ruling.support,
    )  # fmt: skip
    return Sentence(text=line.text, paragraph=paragraph, role="claim", citations=(citation,))


# ── several sources ──────────────────────────────────────────────────────────────────────────────


def _together(
    sources: Sequence[Source], known: Relations, works: Mapping[str, str]
) -> Iterator[_Line]:
    """How the sources bear on one another, in their own words, and where two make one point."""
    said = {source.key: statements(source) for source in sources}
    by_key = {source.key: source for source in sources}
    cited = [
        (link.origin, link.target)
        for source in sources
        for link in known.of(source)
        if link.printed and link.target
    ]
    found = relations(sources, cited)
    told: list[Statement] = []
    same = [source for source in sources if works[source.key] != source.key]
    for source in same:
        first = by_key[works[source.key]].title
        line = f"“{source.title}” and “{first}” are of one work, not two that bear each other out."
        yield _Line("How they relate.", line, "link")
    for against in (True, False):
        heading = "Where they disagree." if against else "How they relate."
        for relation in (relation for relation in found if relation.counters is against):
            yield _Line(heading, _relation_line(relation, by_key), "link")
            for key, statement in _words_on(relation, by_key, said, claims=against):
                if statement not in told:
                    told.append(statement)
                    yield _Line(heading, statement.plain(), "claim", statement, key)
    if not (found or same):
        none = "Nothing in this library says how these sources bear on one another."
        yield _Line("How they relate.", none, "gap")
    fresh = {key: [s for s in each if s not in told] for key, each in said.items()}
    claims = [source.claim for source in known.sources.values() if source.claim]
    for point in points(fresh, claims, _POINTS, works):
        one, other = (by_key[key].title for key in point.keys)
        shared = " and ".join(filter(None, (", ".join(point.words[:-1]), point.words[-1])))
        opening = f"Both “{one}” and “{other}” speak of {shared}."
        yield _Line("On the same point.", opening, "link")
        for key, statement in zip(point.keys, point.said, strict=True):
            yield _Line("On the same point.", statement.plain(), "claim", statement, key)


def _relation_line(relation: Relation, by_key: Mapping[str, Source]) -> str:
    origin, target = by_key[relation.origin], by_key[relation.target]
    if relation.kind == "cites":
        return f"“{origin.title}” cites “{target.title}”."
    return f"“{origin.title}” stands to “{target.title}” as: {relation.kind}."


def _words_on(
    relation: Relation,
    by_key: Mapping[str, Source],
    said: Mapping[str, Sequence[Statement]],
    *,
    claims: bool,
) -> Iterator[tuple[str, Statement]]:
    """What each of the two says of the other, after its own claim where `claims` are wanted."""
    for key, other in (
        (relation.origin, relation.target),
        (relation.target, relation.origin),
    ):
        named = mentions(said[key], by_key[other])
        stated = [s for s in named if s.part not in ("remark", "open")]
        chosen = (stated or named)[:_MENTIONS]
        opening = lead(said[key], 1) if claims else []
        for statement in unlike([*opening, *chosen], _MENTIONS, alike=0.8):
            yield key, statement


# ── who, and in what company ─────────────────────────────────────────────────────────────────────


def _who(source: Source) -> str:
    """Authors, year and venue as the library has them, with what is not verified said."""
    said = source.metadata
    if source.kind == "evidence":
        where = "another machine" if said.get("brought_from") else "this machine"
        return f"A run of the probe {said.get('probe')} on {said.get('model')}, made on {where}."
    names = authors(source)
    if not names:
        by = "by authors that are not recorded here"
    elif not complete(source):
        by = f"by {names[0]} and others"
    elif len(names) > 3:
        by = f"by {names[0]} and {len(names) - 1} others"
    else:
        by = "by " + (f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0])
    venue, year = str(said.get("venue") or ""), str(said.get("year") or "")
    dated = re.search(r"(?:19|20)\d\d", venue) is not None
    when = f"{venue}, {year}" if venue and year and not dated else venue or year
    doubt = " (venue not verified)" if venue and said.get("venue_verified") is False else ""
    extent = f", {len(source.pages)} pages" if len(source.pages) > 1 else ""
    opening = "A note on" if source.kind == "note" and said.get("paper") else ""
    title = f"“{work_title(source)}”"
    where = f": {when}{doubt}" if when else ""
    return f"{opening} {title} {by}{where}{extent}.".strip()


# ── the frame ────────────────────────────────────────────────────────────────────────────────────


def _question(sources: Sequence[Source], question: str) -> str:
    if question:
        many = "source" if len(sources) == 1 else f"{len(sources)} sources"
        return f"Summary of the {many} that the answer cites: {question}"
    if len(sources) == 1:
        return f"Summary: {sources[0].title}"
    return f"Summary of {len(sources)} sources: " + "; ".join(source.title for source in sources)


def _deck(sources: Sequence[Source], sentences: Sequence[Sentence], *, silent: bool) -> str:
    quotes = sum(bool(sentence.citations) for sentence in sentences)
    one = len(sources) == 1
    subject = f"“{work_title(sources[0])}”" if one else f"{len(sources)} sources"
    own = "its" if one else "their"
    if not quotes:
        return f"Nothing in {subject} could be quoted; this tells what the library knows of {'it' if one else 'them'}."
    count = f"one of {own} own sentences" if quotes == 1 else f"{quotes} of {own} own sentences"
    if silent:
        end = "; it states no limits" if one else "; not all of them state limits"
    else:
        end = f", {own} limits among them"
    return f"This sums up {subject} in {count}{end}."


def _cited(
    sources: Sequence[Source], cited: set[str], works: Mapping[str, str]
) -> tuple[CitedSource, ...]:
    """The quoted sources in order; runs are numbered E1, E2, ..."""
    found, papers, runs = [], 0, 0
    for source in sources:
        if source.key not in cited:
            continue
        if source.kind == "evidence":
            runs += 1
        else:
            papers += 1
        found.append(
            CitedSource(
                key=source.key, kind=source.kind, title=source.title, claim=source.claim,
                label=f"E{runs}" if source.kind == "evidence" else str(papers),
                same_work=tuple(
                    key for key, work in works.items()
                    if work == works[source.key] and key != source.key
                ),
            )
        )  # fmt: skip
    return tuple(found)


def _next_lines(
    library: Library, sources: Sequence[Source], relations: Relations
) -> tuple[NextLine, ...]:
    """The questions of related notes; one about a work that is not in the library needs a paper."""
    own = {source.key for source in sources}
    lines: dict[str, NextLine] = {}
    for source in sources:
        all_links = relations.of(source)
        alike = [
            row["key"] for row in similar(library, source) if row["score"] >= _NEAR[row["basis"]]
        ]
        near = [*other_ends(source, all_links), *alike]
        for note in (relations.sources[key] for key in near if key in relations.sources):
            if note.key not in own and note.kind == "note" and note.title.endswith("?"):
                line = NextLine(question=note.title, coverage="answerable", source=note.key)
                lines.setdefault(note.key, line)
        for link in all_links:
            if not link.printed and not (link.target and link.origin):
                question = f"What does “{link.title}” report?"
                lines.setdefault(question, NextLine(question=question, coverage="needs a paper"))
    held = sorted(lines.values(), key=lambda line: line.coverage != "answerable")
    return tuple(held[:_NEXT_LINES])


def _passages(library: Library, keys: set[str]) -> list[Passage]:
    return [passage for passage in library.passages() if passage.source in keys]
