"""Answer a question: search, judge every sentence, plan a brief, write and check it, number the sources."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.answering.checking import Listener, Page, folded, refusal, write
from assistant.answering.desk import Desk
from assistant.answering.matter import Matter, matter
from assistant.compose.brief import brief
from assistant.compose.echoes import with_echoes
from assistant.compose.gaps import closing, gaps, to_offer
from assistant.compose.next_lines import next_lines
from assistant.compose.plan import Plan
from assistant.compose.repairs import short_name
from assistant.errors import UsageError
from assistant.experiments import stored
from assistant.experiments.measured import Measured
from assistant.library.content import altered_line
from assistant.library.store import Library
from assistant.permalink import permalink
from assistant.question.catalogue import Entry, named_sources
from assistant.question.follow_up import Reading, Thread, completed, reading
from assistant.question.language import foreign
from assistant.question.spelling import corrected
from assistant.search.filtering import unheld
from assistant.search.query import Filters, Query, parse
from assistant.search.retrieval import Search, search
from assistant.search.scope import within
from assistant.select.coverage import Assessment
from assistant.select.quotes import Quote
from assistant.text.orders import gives_orders
from assistant.text.prose import ABSENCE, without_orders
from assistant.types import Answer, CitedSource, Coverage, Fold, Gap, Sentence, Source
from assistant.verify.stance import claim_in
from assistant.writers import extractive
from assistant.writers.drafts import Modelled

LONGEST_QUESTION = 2_000
# Passages that a search returns for one answer.
_DEPTH = 100

_ALONE = Thread()


@dataclass
class _Clock:
    """A clock measures the seconds of each stage, in wall-clock time and in processor time."""

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
    """Return the checked answer to a question; call `listen` with every sentence that passes the gate.

    Raises:
        UsageError: the question is empty or longer than LONGEST_QUESTION characters, or one of its
            filters names something that does not exist.
    """
    typed, query = checked_question(question), checked_query(question)
    earlier = [checked_query(line).text for line in thread.earlier]
    asked = _read(desk, [*earlier, query.text])
    spelt, mended = corrected(asked.text, desk.index, desk.is_word)
    clock = _Clock()
    pinned = thread.pinned
    thread = _naming(desk, spelt, query.filters, thread)
    found = _found(desk, spelt, query.filters, thread)
    clock.lap("retrieve")
    had = matter(desk, spelt, found, [k for k in thread.pinned if k not in thread.excluded])
    clock.lap("select")
    measured = desk.bearing(spelt, had.leading(), _admitted(query.filters, thread))
    runs = measured.runs
    held = desk.library.get_all([run.source for run in runs])
    sources = {**had.sources, **{source.key: source for source in held}}
    assessment = _with_runs(had.assessment, runs)
    experiments = to_offer(measured.experiments, spelt, assessment)
    plan = brief(
        spelt, had.parts, assessment, _still_open(had.quotes, measured), runs, sources, had.works,
        had.vectors.alike, had.of_parts, named=set(thread.pinned) - set(pinned),
    )  # fmt: skip
    plan = with_echoes(plan, had.quotes, had.vectors.alike)
    missing = gaps(had.parts, assessment, had.quotes, desk.library, desk.index, experiments)
    plan = _opened(desk, plan, missing, had, spelt)
    clock.lap("plan")
    plan = _named(plan, missing, sources)
    page, author = _written(desk, plan, listen)
    clock.lap("write and check")
    below = (*_brief_beside(desk, plan, page, author), *(folded(fold, page) for fold in plan.folds))
    shown = [*page.sentences, *(sentence for fold in below for sentence in fold.sentences)]
    cited = _cited(desk.library, shown, plan)
    above = {c.source for sentence in page.sentences for c in sentence.citations}
    near = list({item.source.key: item.source for item in had.read}.values())
    lines = next_lines(
        desk.library, spelt, [s for s in cited if s.key in above], near, missing, experiments,
        desk.next_lines,
    )  # fmt: skip
    clock.lap("next lines")
    return Answer(
        question=typed,
        read_as=spelt if asked.leans or mended else "",
        deck=page.deck,
        coverage=plan.coverage,
        writer=desk.writer_name if author else extractive.NAME,
        author=author,
        index_hash=desk.index.hash,
        permalink=_permalink(desk, typed, asked, thread, query.filters),
        sentences=tuple(page.sentences),
        headings=tuple("" for _ in range(_paragraphs(page.sentences))),
        folds=tuple(fold for fold in below if fold.sentences),
        gaps=missing,
        sources=cited,
        experiments=experiments,
        next_lines=lines,
        dropped=tuple(page.dropped),
        notices=(
            *_unheld(desk, query.filters),
            *_in_english(spelt),
            *map(altered_line, found.altered),
            *map(stored.altered_line, measured.altered),
            *desk.notices,
            *page.notices,
            *_ordered(shown),
        ),
        seconds=clock.stages,
        processor_seconds=clock.processor,
    )


def _named(plan: Plan, missing: Sequence[Gap], sources: Mapping[str, Source]) -> Plan:
    """Return the plan with the names of its sources and the gaps, for the writer."""
    keys = dict.fromkeys(quote.source for quote in plan.evidence())
    return replace(
        plan, missing=tuple(gap.aspect for gap in missing), closing=closing(missing),
        names={key: short_name(sources[key]) for key in keys if key in sources},
    )  # fmt: skip


def _written(desk: Desk, plan: Plan, listen: Listener) -> tuple[Page, str]:
    """Return the page as the writer leaves it, and who wrote it; the author is empty if nothing was generated.

    If the writer leaves no claim, for example because its server fails, the brief remains.
    """
    page = _page(desk, plan)
    write(plan, desk.writer(plan, partial(refusal, page=page)), page, listen)
    if desk.writer_name == extractive.NAME:
        return page, ""
    if page.claims():
        return page, desk.writer.author if isinstance(desk.writer, Modelled) else desk.writer_name
    page.withdraw("nothing that rests on a quote stands beside it")
    write(plan, extractive.write(plan, lambda _: ""), page, listen)
    return page, ""


def _brief_beside(desk: Desk, plan: Plan, page: Page, author: str) -> tuple[Fold, ...]:
    """Return the answer in the words of its sources, shown beside an answer that a model wrote."""
    if not author:
        return ()
    brief = _page(desk, plan)
    brief.grounds = page.grounds
    write(plan, extractive.write(plan, lambda _: ""), brief)
    for quote in brief.standing:
        page.standing.setdefault(quote, True)
    summary = "Show the quotes: the short answer in the words of its sources"
    return (Fold(kind="quotes", summary=summary, sentences=tuple(brief.sentences)),)


def _page(desk: Desk, plan: Plan) -> Page:
    words = (*plan.openings, plan.closing)
    return Page(
        library=desk.library, words=words, question=plan.question, judge=desk.judge,
        unjudged=desk.unjudged, claim=claim_in(plan.question),
    )  # fmt: skip


def _ordered(shown: Sequence[Sentence]) -> list[str]:
    """Return the notice about quotes that contain orders to machines, which the question asked for."""
    quoted = any(gives_orders(sentence.text) for sentence in shown)
    return ["What is quoted here as an order to a machine was not followed."] if quoted else []


def _paragraphs(sentences: Sequence[Sentence]) -> int:
    return 1 + max((sentence.paragraph for sentence in sentences), default=-1)


# ── what is asked, and what was measured ─────────────────────────────────────────────────────────


def _with_runs(assessment: Assessment, runs: Sequence[Quote]) -> Assessment:
    """Return the assessment with the runs added: a run that answers counts like other evidence."""
    if assessment.coverage == "answered" or not any(run.answers >= _SETTLES for run in runs):
        return assessment
    raised: Coverage = "answered" if assessment.coverage == "partial" else "partial"
    return replace(assessment, coverage=raised, unmet=(), formless=False)


def _naming(desk: Desk, question: str, filters: Filters, thread: Thread) -> Thread:
    """Return the thread with the works added whose authors the question names, as sources the answer must use."""
    if filters:
        return thread
    named = named_sources(question, _entries(desk.library))
    keys = [each.key for each in named if each.why in ("author", "identifier")][:_NAMED]
    kept = (key for key in keys if key not in thread.excluded)
    return replace(thread, pinned=tuple(dict.fromkeys((*thread.pinned, *kept))))


# This many works are added because the question names their author.
_NAMED = 3


def _still_open(quotes: Sequence[Quote], measured: Measured) -> list[Quote]:
    """Return the quotes without those that call a question open that one of the cited runs measured."""
    if not measured.runs:
        return list(quotes)
    closed = {
        quote
        for quote in quotes
        if quote.value >= _NEAR and ABSENCE.search(quote.text) and measured.records(quote.text)
    }
    return [quote for quote in quotes if quote not in closed]


# A quote below this score cannot stand in an answer; comparing it would cost an embedding.
_NEAR = 0.15


# A run counts as answering the question if its probability of doing so is at least this high. The
# bar is higher than the bar for citing a run. At 0.5, two more of the 28 labelled unanswered
# questions would count as answered. The value was not fitted.
_SETTLES = 0.8


def _read(desk: Desk, questions: Sequence[str]) -> Reading:
    """Return the last question in full, completed by the writer's model if it has one, else by rules."""
    plain = reading(questions)
    if plain.leans and isinstance(desk.writer, Modelled):
        return completed(questions, desk.writer.complete(questions))
    return plain


def _found(desk: Desk, question: str, filters: Filters, thread: Thread) -> Search:
    """Return the passages for a question, including those of pinned sources at any rank."""
    excluded = tuple(dict.fromkeys((*filters.excluded, *thread.excluded)))
    filters = replace(filters, excluded=excluded)
    found = search(desk.library, desk.index, desk.encoder, question, _DEPTH, filters, desk.reranker)
    pinned = tuple(key for key in thread.pinned if key not in excluded)
    if not pinned:
        return found
    own = search(desk.library, desk.index, desk.encoder, question, _DEPTH, Filters(source=pinned))
    # Scores compare only within one search, so a pinned passage keeps its score among all.
    scores = {item.passage.id: item.score for item in found.found}
    least = min(scores.values(), default=0.0)
    heard = [replace(item, score=scores.get(item.passage.id, least)) for item in own.found]
    rest = [item for item in found.found if item.passage.source not in pinned]
    # These passages come first, so that they are read however many sources follow.
    altered = tuple(dict.fromkeys((*found.altered, *own.altered)))
    return replace(found, found=(*heard, *rest), altered=altered)


def _in_english(question: str) -> list[str]:
    """Return a notice for a question in another language: the program compares meaning in English only."""
    if not foreign(question):
        return []
    return [
        "The question is not in English: sentences are found by the words they share with it, and by meaning only "
        "as far as models of English allow."
    ]


def _unheld(desk: Desk, filters: Filters) -> list[str]:
    """Return a notice for every quoted phrase or word of the question that no passage contains."""
    if not (filters.phrases or filters.words):
        return []
    return [
        f"No passage holds “{phrase}”"
        + ("; the answer is not restricted to it." if phrase in filters.words else ", which was asked for.")
        for phrase in unheld(desk.library, desk.index, filters)
    ]  # fmt: skip


def _permalink(desk: Desk, typed: str, asked: Reading, thread: Thread, filters: Filters) -> str:
    scope: dict[str, object] = {}
    if desk.judged is not None and desk.judged.marks:
        scope["marks"] = desk.judged.marks
    if filters.tag or filters.collection:
        # Tags and collections change without a new index, but they change the allowed sources.
        records = {record.key: record for record in desk.library.records()}
        scope["scope"] = sorted(within(records, filters))
    return permalink(
        question=typed, read=asked.text, pinned=sorted(thread.pinned), excluded=sorted(thread.excluded),
        index=desk.index.hash, writer=desk.writer_name, models=desk.models, seed=desk.seed,
        sources_per_answer=desk.sources_per_answer, next_lines=desk.next_lines, **scope,
    )  # fmt: skip


def _admitted(filters: Filters, thread: Thread) -> Callable[[str], bool]:
    """Return whether a run may be cited: the reader did not exclude it and no filter asks for other kinds."""
    excluded = {*filters.excluded, *thread.excluded}
    asked_for = {kind.lower() for kind in filters.kind} or {"evidence"}
    return lambda key: "evidence" in asked_for and key not in excluded


def checked_question(question: str) -> str:
    """Return the question on one line.

    Raises:
        UsageError: the question is empty, has no word, or is too long.
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
    """Return the question on one line, without its filters.

    Raises:
        UsageError: as for `checked_question`, or the question consists of filters only.
    """
    query = parse(checked_question(question))
    if not any(letter.isalnum() for letter in query.text):
        raise UsageError(
            "The question holds only filters; say in words what to look for, as in: "
            "What is a logit lens? year:>=2020"
        )
    return query


# ── what is said beside quotes, and the sources ──────────────────────────────────────────────────


def _opened(desk: Desk, plan: Plan, missing: Sequence[Gap], matter: Matter, question: str) -> Plan:
    """Return the plan with the program's own opening line if no quote can open the answer."""
    if plan.paragraphs:
        return plan
    named = named_sources(question, _entries(desk.library))
    if named:
        held = desk.library.get_all([each.key for each in named[:4]])
        titles = "; ".join(f"“{source.title}”" for source in held)
        return replace(
            plan, coverage="partial", openings=(f"By that name the list holds {titles}.",)
        )
    subject = f"“{missing[0].aspect}”" if len(missing) == 1 else "this question"
    openings = [f"Nothing on this list bears on {subject}."]
    if nearest := list(dict.fromkeys(item.source.title for item in matter.read))[:2]:
        titles = "; ".join(f"“{title}”" for title in nearest)
        openings.append(f"The nearest works it holds are not near: {titles}.")
    return replace(plan, openings=tuple(openings))


def _entries(library: Library) -> list[Entry]:
    return [
        Entry(r.key, r.title, r.authors, r.year, r.paper, r.identifiers)
        for r in library.records()
        if r.kind != "evidence"
    ]


def _cited(library: Library, sentences: Sequence[Sentence], plan: Plan) -> tuple[CitedSource, ...]:
    """Return the cited sources in order of first citation; runs are numbered E1, E2, ..."""
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
        work = plan.works.get(source.key)
        same = sorted(
            k for k, own in plan.works.items() if work and own == work and k != source.key
        )
        found[source.key] = CitedSource(
            key=source.key, kind=source.kind, title=source.title, claim=without_orders(source.claim), label=label,
            same_work=tuple(same), text_here=not source.is_reference,
        )  # fmt: skip
    return tuple(found.values())
