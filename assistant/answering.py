"""Answer a question: retrieve, assess, outline, write, check every sentence, number the sources."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.aspects import Aspect, aspects
from assistant.coverage import Assessment, assess
from assistant.desk import Desk
from assistant.errors import UsageError
from assistant.gaps import statements
from assistant.library import Library
from assistant.next_lines import next_lines
from assistant.outline import Outline, outline, with_local
from assistant.retrieval import search
from assistant.selection import Witness, witnesses
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Sentence,
    Source,
)
from assistant.verification import verify
from assistant.writers import Draft

LONGEST_QUESTION = 2_000
# Passages read for one answer: deep enough that a counterweight far down is still seen.
_DEPTH = 60

Listener = Callable[[Sentence], None]


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
    assessment = assess(found, speaking, asked)
    clock.lap("select")
    plan = outline(question, asked, assessment, speaking, desk.sources_per_answer)
    evidence, experiments = desk.local(question, _leading(plan, speaking))
    plan = with_local(plan, evidence)
    clock.lap("outline")
    sentences, headings, dropped = _write(desk, plan, listen)
    clock.lap("write and check")
    gaps = statements(desk, assessment, speaking, experiments)
    sources = _cited(desk.library, sentences)
    cited = {source.key for source in sources}
    lines = next_lines(desk, question, sources, speaking, gaps, experiments)
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
    line = " ".join(question.encode("utf-8", "replace").decode("utf-8").split())
    if not any(letter.isalnum() for letter in line):
        raise UsageError(
            'The question is empty; ask one in words, such as: inquire ask "What is a logit lens?"'
        )
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
        cited = (quote.text, stored[quote.source], quote.start, quote.end)
        ruling = verify(draft.text, *cited, desk.entails)
        if ruling.support is None:
            dropped.append(Dropped(text=draft.text, reason=ruling.reason))
            raw = " ".join(quote.text.split())
            if raw != draft.text and verify(raw, *cited).passes:
                yield Sentence(
                    text=raw, paragraph=paragraph, role="claim", citations=(quote.citation(),)
                )
            return
        citations.append(
            quote.citation() if ruling.support == "exact" else _loose(quote.citation())
        )
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
    end = (
        "." if assessment.coverage == "answered" else ", and where it stops short of the question."
    )
    count = "one source" if sources == 1 else f"{sources} sources"
    return f"This explores what {count} of the collection say{'s' if sources == 1 else ''} on {subject}{end}"
