"""Write cited summaries: one source in at most 150 words, several in at most 300."""

from collections.abc import Collection, Mapping, Sequence

from assistant.errors import UsageError
from assistant.library.store import Library
from assistant.pages.bearings import Bearings
from assistant.pages.citations import similar
from assistant.pages.joint import joint
from assistant.pages.single import single
from assistant.pages.telling import Line, Teller, no_headings
from assistant.permalink import permalink
from assistant.select.selector import Scores
from assistant.text.prose import without_orders
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    NextLine,
    Passage,
    Sentence,
    Source,
)
from assistant.verify.decision import decide
from assistant.verify.evidence import Claim
from assistant.verify.quoting import misquoted

_NEXT_LINES = 4
# A source with this similarity is a neighbour: a mean vector's cosine, or the share of terms in
# common.
_NEAR = {"vectors": 0.4, "terms": 0.06}


def summary(
    library: Library, sources: Sequence[Source], index_hash: str, scores: Scores | None = None
) -> Answer:
    """Return the cited summary of one source, or of several together.

    Every claim sentence is an exact quote that passed the gate. What the library itself knows
    (authors, venue, relations) stands in link sentences and lead-ins, and what a source does not
    say in gap sentences. The coverage is `partial` if a work has no quotable sentence, or no room
    for one.

    Args:
        library: The library that contains the sources.
        sources: The sources, in the order given.
        index_hash: The hash of the library's index.
        scores: The selector; with None, sentences are ranked by order and part.

    Raises:
        UsageError: there are no sources to summarise.
    """
    if not sources:
        raise UsageError(
            "There is nothing to summarise; name one key or several, or give a --question."
        )
    sources = list({source.key: source for source in sources}.values())
    bearings, teller = Bearings(library), Teller(scores)
    lines = (
        single(sources[0], bearings, teller)
        if len(sources) == 1
        else joint(sources, bearings, teller)
    )
    by_key = {source.key: source for source in sources}
    passages = library.passages([id for id, _, _ in library.sections(list(by_key))])
    dropped: list[Dropped] = []
    sentences = [
        sentence for line in lines if (sentence := _checked(line, by_key, passages, dropped))
    ]
    cited = list(dict.fromkeys(c.source for s in sentences for c in s.citations))
    told = {bearings.works[key] for key in cited}
    whole = all(bearings.works[key] in told for key in by_key)
    return Answer(
        question=_question(sources),
        deck="",
        coverage="answered" if whole else "partial",
        writer="extractive",
        index_hash=index_hash,
        permalink=permalink(summary=list(by_key), index=index_hash),
        sentences=tuple(sentences),
        headings=no_headings(sentences),
        sources=_cited([by_key[key] for key in cited], bearings.works, set(by_key)),
        next_lines=_next_lines(library, sources, bearings),
        dropped=tuple(dropped),
    )  # fmt: skip


# ── the frame ────────────────────────────────────────────────────────────────────────────────────


def _checked(
    line: Line, by_key: Mapping[str, Source], passages: Sequence[Passage], dropped: list[Dropped]
) -> Sentence | None:
    """Return the line as a sentence; a claim only if it passes the gate with its quote."""
    if line.quoted is None:
        return Sentence(text=line.text, paragraph=line.paragraph, role=line.role)
    source, quoted = by_key[line.source], line.quoted
    ruling = decide(Claim(line.text, (quoted.text,)))
    reason = misquoted(quoted.text, source.text, quoted.start, quoted.end) or ruling.reason
    if reason or ruling.support is None:
        dropped.append(Dropped(text=line.text, reason=reason))
        return None
    holder = next(
        (p.id for p in passages if p.source == source.key and p.start <= quoted.start < p.end),
        f"{source.key}:{quoted.start}-{quoted.end}",
    )
    citation = Citation(
        source=source.key, passage=holder, quote=quoted.text, page=quoted.page, start=quoted.start,
        end=quoted.end, support=ruling.support,
    )  # fmt: skip
    return Sentence(
        text=line.text, paragraph=line.paragraph, role="claim", citations=(citation,), lead_in=line.lead_in
    )  # fmt: skip


def _question(sources: Sequence[Source]) -> str:
    if len(sources) == 1:
        return f"Summary: {sources[0].title}"
    return f"Summary of {len(sources)} sources: " + "; ".join(source.title for source in sources)


def _cited(
    sources: Sequence[Source], works: Mapping[str, str], named: Collection[str]
) -> tuple[CitedSource, ...]:
    """Return the quoted sources in order of first citation; runs are numbered E1, E2, ..."""
    found, papers, runs = [], 0, 0
    for source in sources:
        if source.kind == "evidence":
            runs += 1
        else:
            papers += 1
        same = tuple(k for k in sorted(named) if works[k] == works[source.key] and k != source.key)
        found.append(
            CitedSource(
                key=source.key, kind=source.kind, title=source.title, claim=without_orders(source.claim),
                label=f"E{runs}" if source.kind == "evidence" else str(papers), same_work=same,
                text_here=not source.is_reference,
            )
        )  # fmt: skip
    return tuple(found)


def _next_lines(
    library: Library, sources: Sequence[Source], bearings: Bearings
) -> tuple[NextLine, ...]:
    """Return the questions of related notes, then works outside the library that are declared related."""
    own = {source.key for source in sources}
    lines: dict[str, NextLine] = {}
    outside: dict[str, NextLine] = {}
    for source in sources:
        alike = [
            row["key"] for row in similar(library, source) if row["score"] >= _NEAR[row["basis"]]
        ]
        for key in [*bearings.near(source), *alike]:
            note = bearings.sources[key]
            if key not in own and note.kind == "note" and note.title.endswith("?"):
                line = NextLine(question=note.title, coverage="answerable", source=key)
                lines.setdefault(key, line)
        for title in bearings.missing(source):
            question = f"What does “{title}” report?"
            outside[question] = NextLine(question=question, coverage="needs a paper")
    return (*lines.values(), *outside.values())[:_NEXT_LINES]
