"""Answer a question: retrieve, assess, outline, write, check every sentence, number the sources."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.aspects import Aspect, aspects, share
from assistant.coverage import Assessment, assess, denials
from assistant.errors import UsageError
from assistant.index import Index
from assistant.library import Library
from assistant.outline import Outline, outline, with_local
from assistant.retrieval import QuestionEncoder, Search, search
from assistant.selection import Witness, witnesses
from assistant.text import stems
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Experiment,
    Gap,
    LineCoverage,
    NextLine,
    Sentence,
    Source,
)
from assistant.verification import verify
from assistant.writers import Draft, Writer

LONGEST_QUESTION = 2_000
# Passages read for one answer: deep enough that a counterweight far down is still seen.
_DEPTH = 60

Local = Callable[[Sequence[Source]], tuple[list[Witness], list[Experiment]]]
Listener = Callable[[Sentence], None]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What an answer is made at: the library, its index, the encoder, a writer, and the laboratory.

    `local` returns, for the sources cited so far, the stored evidence that bears on them as
    witnesses, and the experiments worth proposing.
    """

    library: Library
    index: Index
    encoder: QuestionEncoder
    writer: Writer
    writer_name: str
    local: Local
    sources_per_answer: int = 8
    next_lines: int = 4


@dataclass
class _Clock:
    """Seconds by stage."""

    stages: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + now - self.started, 4)
        self.started = now


def answer(desk: Desk, question: str, listen: Listener = lambda _: None) -> Answer:
    """The checked answer to a question; `listen` hears every sentence as soon as it has passed.

    Raises:
        UsageError: the question is empty or longer than LONGEST_QUESTION characters.
    """
    question = checked_question(question)
    clock = _Clock()
    asked = aspects(question)
    found = search(desk.library, desk.index, desk.encoder, question, _DEPTH)
    clock.lap("retrieve")
    speaking = witnesses(desk.library, desk.index, found, asked)
    assessment = assess(desk.index, found, speaking, asked)
    clock.lap("select")
    plan = outline(question, asked, assessment, speaking, desk.sources_per_answer)
    evidence, experiments = desk.local(_leading(plan, speaking))
    plan = with_local(plan, evidence)
    clock.lap("outline")
    sentences, headings, dropped = _write(desk, plan, listen)
    clock.lap("write and check")
    gaps = _gaps(desk, assessment, speaking, experiments)
    sources = _cited(desk.library, sentences)
    cited = {source.key for source in sources}
    lines = _next_lines(desk, question, sources, speaking, gaps, experiments)
    clock.lap("next lines")
    return Answer(
        question=question,
        deck=_deck(assessment, asked, len(cited)),
        coverage=assessment.coverage,
        writer=desk.writer_name,
        index_hash=desk.index.hash,
        sentences=tuple(sentences),
        headings=tuple(headings),
        gaps=gaps,
        sources=sources,
        experiments=tuple(experiments),
        next_lines=lines,
        dropped=tuple(dropped),
        seconds=clock.stages,
    )


def _leading(plan: Outline, speaking: Sequence[Witness]) -> list[Source]:
    """The sources an experiment may be proposed for: those cited first, at most three."""
    keys = dict.fromkeys(quote.source for thread in plan.threads for quote in thread.quotes)
    sources = {witness.source.key: witness.source for witness in speaking}
    return [sources[key] for key in list(keys)[:3]]


def checked_question(question: str) -> str:
    """The question on one line.

    Raises:
        UsageError: it is empty, has no word, or is too long to be one question.
    """
    line = " ".join(question.split())
    if not any(letter.isalnum() for letter in line):
        raise UsageError('The question is empty; ask one in words, such as: inquire ask "What is a logit lens?"')
    if len(line) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(line):,} characters; ask in at most {LONGEST_QUESTION:,}, and add long "
            "texts to the library with `inquire add`."
        )
    return line


def _write(
    desk: Desk, plan: Outline, listen: Listener
) -> tuple[list[Sentence], list[str], list[Dropped]]:
    """Let the writer draft, and show what passes the gate; a refused claim gives way to its quote."""
    sentences: list[Sentence] = []
    headings: list[str] = []
    dropped: list[Dropped] = []
    stored: dict[str, str] = {}
    for draft in desk.writer(plan):
        if not headings or draft.heading != headings[-1]:
            headings.append(draft.heading)
        for sentence in _passed(desk, draft, len(headings) - 1, stored, dropped):
            sentences.append(sentence)
            listen(sentence)
    return sentences, headings, dropped


def _passed(
    desk: Desk, draft: Draft, paragraph: int, stored: dict[str, str], dropped: list[Dropped]
) -> Iterator[Sentence]:
    if draft.role != "claim":
        yield Sentence(text=draft.text, paragraph=paragraph, role=draft.role)
        return
    if not draft.quotes:
        dropped.append(Dropped(text=draft.text, reason="it rests on no quote"))
        return
    citations = []
    for quote in draft.quotes:
        if quote.source not in stored:
            source = desk.library.get(quote.source)
            stored[quote.source] = source.text if source else ""
        ruling = verify(draft.text, quote.text, stored[quote.source], quote.start, quote.end)
        if ruling.support is None:
            dropped.append(Dropped(text=draft.text, reason=ruling.reason))
            raw = " ".join(quote.text.split())
            if stored[quote.source][quote.start : quote.end] == quote.text and raw != draft.text:
                yield Sentence(
                    text=raw, paragraph=paragraph, role="claim", citations=(quote.citation(),)
                )
            return
        citations.append(quote.citation() if ruling.support == "exact" else _loose(quote.citation()))
    yield Sentence(text=draft.text, paragraph=paragraph, role="claim", citations=tuple(citations))


def _loose(citation: Citation) -> Citation:
    return replace(citation, support="paraphrase")


def _cited(library: Library, sentences: Sequence[Sentence]) -> tuple[CitedSource, ...]:
    """The cited sources in order of first citation; local evidence is numbered E1, E2, ..."""
    found: dict[str, CitedSource] = {}
    papers = evidence = 0
    for citation in (c for sentence in sentences for c in sentence.citations):
        source = library.get(citation.source) if citation.source not in found else None
        if source is None:
            continue
        if source.kind == "evidence":
            evidence += 1
            label = f"E{evidence}"
        else:
            papers += 1
            label = str(papers)
        found[source.key] = CitedSource(
            key=source.key, kind=source.kind, title=source.title, claim=source.claim, label=label
        )
    return tuple(found.values())


def _deck(assessment: Assessment, asked: Sequence[Aspect], sources: int) -> str:
    topics = sorted((a.text for a in asked if a.kind == "topic"), key=len, reverse=True)[:2]
    subject = " and ".join(f"“{topic}”" for topic in topics) or "this question"
    if assessment.coverage == "absent":
        return f"This explores whether anything in the collection bears on {subject}; nothing does."
    end = "." if assessment.coverage == "answered" else ", and where it stops short of the question."
    count = "one source" if sources == 1 else f"{sources} sources"
    return f"This explores what {count} of the collection say{'s' if sources == 1 else ''} on {subject}{end}"


def _gaps(
    desk: Desk, assessment: Assessment, speaking: Sequence[Witness], experiments: Sequence[Experiment]
) -> tuple[Gap, ...]:
    """One computed statement for every aspect without evidence: searched, nearest, and the remedy."""
    gaps = []
    total = len(desk.library.keys())
    for aspect in assessment.unmet:
        denied = denials(speaking, aspect)
        nearest = _nearest(aspect, speaking)
        statement = _statement(desk.index, aspect, total)
        if denied:
            words = " ".join(denied[0].text.split())
            statement += f" The collection says so itself: “{words}” ({denied[0].source})"
        remedy = _remedy(desk.library, aspect, experiments)
        gaps.append(Gap(aspect=aspect.text, nearest=nearest, statement=statement, remedy=remedy))
    return tuple(gaps)


def _statement(index: Index, aspect: Aspect, total: int) -> str:
    if aspect.kind == "cause":
        return f"none of the sentences found in {total} sources gives a cause."
    words = dict.fromkeys(stems(aspect.text))
    absent = [word for word in words if index.frequency(word) == 0]
    if len(absent) == len(words):
        return f"none of the {total} sources uses these words."
    return f"of {total} sources, none speaks of this together with the rest of the question."


def _nearest(aspect: Aspect, speaking: Sequence[Witness]) -> tuple[str, ...]:
    ranked = sorted(
        speaking[:20],
        key=lambda w: (-max((share(aspect.terms, q.terms) for q in w.quotes), default=0.0), -w.score),
    )
    return tuple(witness.source.key for witness in ranked[:2])


def _remedy(library: Library, aspect: Aspect, experiments: Sequence[Experiment]) -> str:
    if aspect.kind == "cause" and experiments:
        return f"an experiment ({experiments[0].probe}), or a paper that intervenes."
    known = {source.key for source in library.sources()}
    wanted = set(aspect.terms)
    for reference in library.references():
        if reference.key not in known and wanted and wanted <= set(stems(reference.title)):
            return f"a paper that is referenced and not in the library: “{reference.title}”."
    return "a paper that measures it." if aspect.kind == "topic" else "a paper that intervenes."


def _next_lines(
    desk: Desk, question: str, sources: Sequence[CitedSource], speaking: Sequence[Witness],
    gaps: Sequence[Gap], experiments: Sequence[Experiment],
) -> tuple[NextLine, ...]:  # fmt: skip
    """Questions of neighbouring notes, uncovered aspects and open experiments, each checked."""
    shown = {source.key for source in sources}
    candidates: list[tuple[str, str | None, LineCoverage | None]] = []
    neighbours = [
        (str(relation.get("to")), source.key)
        for cited in sources[:3]
        if (source := desk.library.get(cited.key))
        for relation in source.metadata.get("relations") or ()
        if isinstance(relation, Mapping)
    ]
    keys = dict.fromkeys([w.source.key for w in speaking[:16]])
    related = [key for key, _ in neighbours if key in keys and key not in shown]
    others = [key for key in keys if key not in shown and key not in related]
    for key in [*dict.fromkeys(related), *others][: desk.next_lines - 1]:
        note = desk.library.get(key)
        if note and note.kind == "note" and note.title.endswith("?"):
            candidates.append((note.title, key, None))
    candidates.extend((line, None, None) for line in _open_lines(gaps[:1], question))
    for experiment in experiments[:1]:
        if not experiment.evidence:
            line = f"What does the experiment {experiment.probe} find on this machine?"
            candidates.append((line, None, "needs an experiment"))
    asked = set(stems(question))
    lines = []
    for text, key, coverage in candidates:
        if set(stems(text)) != asked:
            lines.append(NextLine(question=text, coverage=coverage or check(desk, text), source=key))
    return tuple(lines[: desk.next_lines])


def _open_lines(gaps: Sequence[Gap], question: str) -> Iterator[str]:
    """What to ask about an uncovered aspect: a topic in its own right, a single word in context."""
    others = [a.text for a in aspects(question) if a.kind == "topic"]
    for gap in gaps:
        company = max((o for o in others if o != gap.aspect), key=len, default="")
        if " " in gap.aspect:
            yield f"What is known about {gap.aspect}?"
        elif gap.aspect != "why" and company:
            yield f"What does “{gap.aspect}” mean for {company}?"


def check(desk: Desk, question: str) -> LineCoverage:
    """Whether the collection could answer a question, without writing the answer."""
    asked = aspects(question)
    found = search(desk.library, desk.index, desk.encoder, question, 20)
    speaking = witnesses(desk.library, desk.index, found, asked)
    return _LINES[assess(desk.index, found, speaking, asked).coverage]


_LINES: Mapping[str, LineCoverage] = {
    "answered": "answerable", "partial": "partly", "absent": "needs a paper",
}  # fmt: skip
