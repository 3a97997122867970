"""Answer a question: retrieve, assess, outline, write, check every sentence, number the sources."""

import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace

from assistant.aspects import Aspect, aspects
from assistant.conversation import Reading, Thread, completed, reading
from assistant.coverage import Assessment, assess
from assistant.desk import Desk
from assistant.drafts import Completer, Draft, Notice
from assistant.echoes import with_echoes
from assistant.errors import UsageError
from assistant.filtering import unheld
from assistant.gaps import statements
from assistant.library import Library
from assistant.next_lines import next_lines
from assistant.outline import FOLDED, Outline, outline, with_local
from assistant.permalink import permalink
from assistant.query import Filters, Query, parse
from assistant.reservations import reservations
from assistant.retrieval import Search, search
from assistant.selection import Quote, Witness, witnesses
from assistant.stance import clear_stance
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Sentence,
    Source,
)
from assistant.verification import verify
from assistant.writers import extractive

LONGEST_QUESTION = 2_000
# Passages read for one answer: deep enough that a counterweight far down is still seen.
_DEPTH = 100

Listener = Callable[[Sentence], None]
_ALONE = Thread()


@dataclass
class _Clock:
    """Seconds by stage, of the clock on the wall and of the processor."""

    stages: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    worked: float = field(default_factory=time.process_time)

    def lap(self, stage: str) -> None:
        now, worked = time.perf_counter(), time.process_time()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + now - self.started, 4)
        self.processor[stage] = round(self.processor.get(stage, 0.0) + worked - self.worked, 4)
        self.started, self.worked = now, worked


def answer(
    desk: Desk, question: str, listen: Listener = lambda _: None, thread: Thread = _ALONE
) -> Answer:
    """The checked answer to a question; `listen` hears every sentence as soon as it has passed.

    Raises:
        UsageError: the question is empty or longer than LONGEST_QUESTION characters, or a filter
            in it names what there is not.
    """
    typed, query = checked_question(question), checked_query(question)
    earlier = [checked_query(line).text for line in thread.earlier]
    read = _read(desk, [*earlier, query.text])
    question = read.text
    clock = _Clock()
    asked = aspects(question)
    found = _found(desk, question, query.filters, thread)
    clock.lap("retrieve")
    speaking = witnesses(desk.library, desk.index, found, asked)
    assessment = assess(desk.index, desk.encoder, found, speaking, asked)
    clock.lap("select")

    def planned(most: int) -> Outline:
        return outline(question, asked, assessment, speaking, most, thread.pinned)

    plan = planned(desk.sources_per_answer)
    admitted = _admitted(query.filters, thread)
    evidence, experiments = desk.local(question, _leading(plan, speaking), admitted)
    if evidence:
        plan = planned(max(1, desk.sources_per_answer - len(evidence)))
    plan = with_echoes(plan, speaking, desk.index)
    plan = with_local(plan, evidence)
    clock.lap("outline")
    page = _page(plan)
    _write(desk, plan, desk.writer(plan), page, listen)
    clock.lap("write and check")
    if not query.filters.within:
        # Looked for when all else is said: a reader waits for the first sentence.
        more = reservations(plan, desk.library, desk.index, found, asked)
        _write(desk, plan, extractive.quoted(more), page, listen)
        clock.lap("reserve")
    sentences, headings = page.sentences, page.headings
    gaps = statements(desk, assessment, speaking, experiments)
    sources = _cited(desk.library, sentences, plan)
    lines = next_lines(desk, question, sources, speaking, gaps, experiments)
    clock.lap("next lines")
    return Answer(
        question=typed,
        read_as=question if read.leans else "",
        deck=_deck(assessment, asked, len(sources), len({plan.work(each.key) for each in sources})),
        coverage=assessment.coverage,
        writer=desk.writer_name,
        index_hash=desk.index.hash,
        permalink=_permalink(desk, typed, read, thread),
        sentences=tuple(sentences),
        headings=tuple(headings),
        folded=tuple(at for at, heading in enumerate(headings) if heading == FOLDED),
        gaps=gaps,
        sources=sources,
        experiments=tuple(experiments),
        next_lines=lines,
        dropped=tuple(page.dropped),
        notices=(*_unheld(desk, query.filters), *page.notices),
        seconds=clock.stages,
        processor_seconds=clock.processor,
    )


def _read(desk: Desk, questions: Sequence[str]) -> Reading:
    """The last question in full: by the writer's model where it has one, else by rule."""
    plain = reading(questions)
    if plain.leans and isinstance(desk.writer, Completer):
        return completed(questions, desk.writer.complete(questions))
    return plain


def _found(desk: Desk, question: str, filters: Filters, thread: Thread) -> Search:
    """The passages for a question, those of pinned sources among them wherever they stand."""
    excluded = tuple(dict.fromkeys((*filters.excluded, *thread.excluded)))
    filters = replace(filters, excluded=excluded)
    found = search(desk.library, desk.index, desk.encoder, question, _DEPTH, filters, desk.reranker)
    pinned = tuple(key for key in thread.pinned if key not in excluded)
    if not pinned:
        return found
    own = search(desk.library, desk.index, desk.encoder, question, _DEPTH, Filters(source=pinned))
    # Scores compare only within one search: a pinned passage keeps the one it had among all.
    scores = {item.passage.id: item.score for item in found.found}
    least = min(scores.values(), default=0.0)
    heard = [replace(item, score=scores.get(item.passage.id, least)) for item in own.found]
    rest = [item for item in found.found if item.passage.source not in pinned]
    # First, so that they are read however many sources come before them.
    return replace(found, found=(*heard, *rest))


def _unheld(desk: Desk, filters: Filters) -> list[str]:
    """One line for every quoted phrase or word of the question that nothing holds."""
    if not (filters.phrases or filters.words):
        return []
    return [
        f"No passage holds “{phrase}”"
        + ("; the answer is not restricted to it." if phrase in filters.words else ", which was asked for.")
        for phrase in unheld(desk.library, desk.index, filters)
    ]  # fmt: skip


def _permalink(desk: Desk, typed: str, read: Reading, thread: Thread) -> str:
    return permalink(
        question=typed, read=read.text, pinned=sorted(thread.pinned), excluded=sorted(thread.excluded),
        index=desk.index.hash, writer=desk.writer_name, models=desk.models, seed=desk.seed,
        sources_per_answer=desk.sources_per_answer, next_lines=desk.next_lines,
    )  # fmt: skip


def _admitted(filters: Filters, thread: Thread) -> Callable[[str], bool]:
    """Whether a run of that key may be cited: not where it was left out, or other kinds were asked for."""
    excluded = {*filters.excluded, *thread.excluded}
    asked_for = {kind.lower() for kind in filters.kind} or {"evidence"}
    return lambda key: "evidence" in asked_for and key not in excluded


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


def checked_query(question: str) -> Query:
    """The question on one line, with its filters taken out.

    Raises:
        UsageError: as `checked_question`, or it holds filters only.
    """
    query = parse(checked_question(question))
    if not any(letter.isalnum() for letter in query.text):
        raise UsageError(
            "The question holds only filters; say in words what to look for, as in: "
            "What is a logit lens? year:>=2020"
        )
    return query


@dataclass
class _Page:
    """What is written so far, and the stored texts that were read for it.

    `words` and `angles` are what the program itself would say beside quotes, and head paragraphs with.
    `standing` holds the quotes that the answer cites already, true for those in their own words.
    """

    words: Collection[str]
    angles: Collection[str]
    sentences: list[Sentence] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    standing: dict[Quote, bool] = field(default_factory=dict)


def _page(plan: Outline) -> _Page:
    own = list(extractive.write(plan))
    words = {draft.text for draft in own if draft.role != "claim"}
    return _Page(words, {FOLDED, *(draft.heading for draft in own)})


def _write(
    desk: Desk, plan: Outline, drafts: Iterable[Draft | Notice], page: _Page, listen: Listener
) -> None:
    """Put on the page what passes the gate; a refused claim gives way to its quote.

    What is no claim rests on no quote, so it has to be what the program itself would say there; a
    heading likewise.
    """
    # Closed even when it is left in the middle: a model must not write on for nobody.
    with closing(drafts) if isinstance(drafts, Generator) else nullcontext():
        for draft in drafts:
            if isinstance(draft, Notice):
                page.notices.append(draft.text)
                continue
            if draft.role != "claim" and draft.text not in page.words:
                page.dropped.append(Dropped(text=draft.text, reason="it rests on no quote"))
                continue
            heading = draft.heading if draft.heading in page.angles else ""
            if not page.headings or heading != page.headings[-1]:
                page.headings.append(heading)
            for passed in _passed(desk, draft, page):
                echoed = _echoed(desk, passed, draft, plan, page.stored)
                sentence = _taking_sides(echoed, plan.claim)
                page.sentences.append(sentence)
                listen(sentence)


def _passed(desk: Desk, draft: Draft, page: _Page) -> Iterator[Sentence]:
    """The sentence if it passes, else its quotes."""
    paragraph, stored, standing = len(page.headings) - 1, page.stored, page.standing
    if draft.role != "claim":
        yield Sentence(text=draft.text, paragraph=paragraph, role=draft.role)
        return
    citations = []
    refused = draft.refused or ("" if draft.quotes else "it rests on no quote")
    if draft.quotes and all(standing.get(quote) for quote in draft.quotes):
        refused = "its quote stands there already"
    for quote in draft.quotes if not refused else ():
        cited = (quote.text, _stored(desk, quote, stored), quote.start, quote.end)
        ruling = verify(draft.text, *cited, desk.entails)
        if ruling.support is None:
            refused = ruling.reason
            break
        citations.append(
            quote.citation() if ruling.support == "exact" else _loose(quote.citation())
        )
    if not refused:
        for quote in draft.quotes:
            standing.setdefault(quote, draft.text == " ".join(quote.text.split()))
        yield Sentence(
            text=draft.text, paragraph=paragraph, role="claim", citations=tuple(citations)
        )
        return
    page.dropped.append(Dropped(text=draft.text, reason=refused))
    for quote in draft.quotes:
        raw = " ".join(quote.text.split())
        exists = verify(
            raw, quote.text, _stored(desk, quote, stored), quote.start, quote.end
        ).passes
        if exists and quote not in standing and (draft.refused or raw != draft.text):
            standing[quote] = True
            yield Sentence(
                text=raw, paragraph=paragraph, role="claim", citations=(quote.citation(),)
            )


def _echoed(
    desk: Desk, sentence: Sentence, draft: Draft, plan: Outline, stored: dict[str, str]
) -> Sentence:
    """The sentence with what bears it in the other sources of its work: the first echo that passes.

    A note's sentence then carries its paper's as well: one sentence, two places where it stands.
    """
    said = {replace(citation, support="exact") for citation in sentence.citations}
    more: dict[str, Citation] = {}
    for quote in (quote for quote in draft.quotes if quote.citation() in said):
        for echo in plan.echoes.get(quote, ()):
            place = (_stored(desk, echo, stored), echo.start, echo.end)
            ruling = verify(sentence.text, echo.text, *place, desk.entails)
            if ruling.support:
                more.setdefault(echo.source, replace(echo.citation(), support=ruling.support))
    return replace(sentence, citations=(*sentence.citations, *more.values())) if more else sentence


def _taking_sides(sentence: Sentence, claim: str) -> Sentence:
    """The sentence with what each of its quotes says to the claim that is asked about."""
    if not claim:
        return sentence
    citations = (replace(c, stance=clear_stance(claim, c.quote)) for c in sentence.citations)
    return replace(sentence, citations=tuple(citations))


def _stored(desk: Desk, quote: Quote, stored: dict[str, str]) -> str:
    """The stored text of a quote's source."""
    if quote.source not in stored:
        source = desk.library.get(quote.source)
        stored[quote.source] = source.text if source else ""
    return stored[quote.source]


def _loose(citation: Citation) -> Citation:
    return replace(citation, support="paraphrase")


def _cited(
    library: Library, sentences: Sequence[Sentence], plan: Outline
) -> tuple[CitedSource, ...]:
    """The cited sources in order of first citation; runs are numbered E1, E2, ..."""
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
            key=source.key, kind=source.kind, title=source.title, claim=source.claim, label=label,
            same_work=tuple(sorted(plan.work(source.key) - {source.key})),
        )  # fmt: skip
    return tuple(found.values())


def _deck(assessment: Assessment, asked: Sequence[Aspect], sources: int, works: int) -> str:
    topics = [aspect.text for aspect in asked if aspect.kind == "topic"]
    topics = topics if len(topics) < 3 else [topics[0], topics[-1]]
    subject = " and ".join(f"“{topic}”" for topic in topics) or "this question"
    if assessment.coverage == "absent":
        return f"This explores whether anything in the collection bears on {subject}; nothing does."
    end = (
        "." if assessment.coverage == "answered" else ", and where it stops short of the question."
    )
    count = "one source" if sources == 1 else f"{sources} sources"
    if works < sources:
        count += f" on {'one work' if works == 1 else f'{works} works'}"
    return f"This explores what {count} of the collection say{'s' if sources == 1 else ''} on {subject}{end}"
