"""Walk over an answer once: its parts in reading order, as plain values for every format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from assistant.rendering.wording import (
    byline,
    counted,
    dropped_line,
    duration,
    first_sentence,
    reasons,
    side,
    sort_of,
    sureness,
)
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Experiment,
    Fold,
    FoldKind,
    NextLine,
    Role,
    Sentence,
)

SHOWN_EXPERIMENTS = 2
"""This many experiments stand above the fold: one to run now and one to compare; more read like a catalogue."""
NO_TITLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A cited source with the place; `side` is "supports" or "contradicts", or empty if unclear."""

    source: CitedSource
    citations: tuple[Citation, ...]
    side: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sentence with the sources it cites.

    `lead_in` is the program's and not part of the quote. `verdict` marks the lead-in of an answer's
    first sentence, which gives the result of the answer.
    """

    text: str
    role: Role
    cited: tuple[Cited, ...]
    lead_in: str = ""
    verdict: bool = False


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The question, the coverage of the answer, and in one line who wrote it.

    `notices` are lines about how it was written, for example that a server stopped answering.
    """

    kicker: str
    question: str
    read_as: str
    deck: str
    byline: str
    notices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Sentences that are read together, under an optional heading."""

    told: tuple[Told, ...]
    heading: str = ""


@dataclass(frozen=True, kw_only=True)
class Near:
    """A nearest source of a gap; `source` is its line if it is cited above the fold."""

    key: str
    title: str
    source: CitedSource | None


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A gap, with its nearest sources and what would fill it."""

    aspect: str
    statement: str
    nearest: tuple[Near, ...]
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """The gaps of the answer."""

    heading: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A line of the source list: the first sentence of the claim, the kind of source, and its quotes."""

    source: CitedSource
    claim: str
    sort: str
    quotes: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The sources that are cited above the fold."""

    heading: str
    listed: tuple[Listed, ...]


@dataclass(frozen=True, kw_only=True)
class NextLines:
    """The next lines of the answer."""

    heading: str
    lines: tuple[NextLine, ...]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An experiment to run: its title, the reason, its time on this machine, and the command that starts it.

    Only the command names it by its identifier.
    """

    experiment: Experiment
    title: str
    why: str
    takes: str
    command: str


@dataclass(frozen=True, kw_only=True)
class Offers:
    """The experiments above the fold; `why` is the reason common to all, said once."""

    heading: str
    why: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The sentences of one source in a fold.

    `introduced` says that the source is named here for the first time; `also` are the others named
    first here.
    """

    source: CitedSource | None
    sort: str
    told: tuple[Told, ...]
    introduced: bool
    also: tuple[CitedSource, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A fold, shown on request; `summary` describes its content."""

    kind: FoldKind
    summary: str
    groups: tuple[Group, ...] = ()
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Closing:
    """The last line: how many sentences were not shown."""

    line: str


Part = Opening | Paragraph | Gaps | Sources | NextLines | Offers | Folded | Closing


def parts(answer: Answer, titles: Mapping[str, str] = NO_TITLES) -> Iterator[Part]:
    """Yield the parts of an answer in reading order; empty parts are left out.

    The sentences come first, then the gaps, the sources cited so far, the next lines, at most two
    experiments, and then the folds.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
    """
    yield Opening(
        kicker="Inquiring line", question=answer.question, read_as=answer.read_as, deck=answer.deck,
        byline=f"{byline(answer.writer, answer.author)} {sureness(answer)}".strip(), notices=answer.notices,
    )  # fmt: skip
    yield from paragraphs(answer.sentences, answer.sources, answer.headings)
    above = above_the_fold(answer)
    if answer.gaps:
        yield _gaps(answer, above, titles)
    if above:
        listed = tuple(_listed(answer, source) for source in above)
        yield Sources(heading=f"Sources, {counted(above)}", listed=listed)
    if answer.next_lines:
        yield NextLines(heading="Next inquiring lines", lines=answer.next_lines)
    why, offers = _offers(answer.experiments)
    shown = len(offers) if answer.length == "full" else SHOWN_EXPERIMENTS
    if offers:
        yield Offers(heading="Experiments", why=why, offers=offers[:shown])
    yield from _folds(answer, above)
    if more := offers[shown:]:
        yield Folded(kind="experiments", summary=f"More experiments ({len(more)})", offers=more)
    if line := dropped_line(answer):
        yield Closing(line=line)


def paragraphs(
    sentences: Sequence[Sentence], sources: Sequence[CitedSource], headings: Sequence[str] = ()
) -> Iterator[Paragraph]:
    """Yield the paragraphs of sentences in order, also while an answer is being written."""
    known = {source.key: source for source in sources}
    first = next(iter(sentences), None)
    for number, told in _by_paragraph(sentences):
        yield Paragraph(
            heading=headings[number] if number < len(headings) else "",
            told=tuple(_told(each, known, verdict=each is first) for each in told),
        )


def above_the_fold(answer: Answer) -> list[CitedSource]:
    """Return the sources cited above the fold, in the order of the source list."""
    cited = {citation.source for each in answer.sentences for citation in each.citations}
    return [source for source in answer.sources if source.key in cited]


def _by_paragraph(sentences: Sequence[Sentence]) -> Iterator[tuple[int, list[Sentence]]]:
    grouped: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        grouped.setdefault(sentence.paragraph, []).append(sentence)
    yield from sorted(grouped.items())


def _told(sentence: Sentence, known: Mapping[str, CitedSource], *, verdict: bool = False) -> Told:
    grouped: dict[str, list[Citation]] = {}
    for citation in sentence.citations:
        if citation.source in known:
            grouped.setdefault(citation.source, []).append(citation)
    cited = (
        Cited(source=known[key], citations=tuple(dict.fromkeys(places)), side=side(places))
        for key, places in grouped.items()
    )
    return Told(
        text=sentence.text, role=sentence.role, cited=tuple(cited), lead_in=sentence.lead_in,
        verdict=verdict and bool(sentence.lead_in),
    )  # fmt: skip


def _gaps(answer: Answer, above: Sequence[CitedSource], titles: Mapping[str, str]) -> Gaps:
    named = {source.key: source.title for source in answer.sources}
    listed = {source.key: source for source in above}

    def near(key: str) -> Near:
        title = named.get(key) or titles.get(key, key)
        return Near(key=key, title=title, source=listed.get(key))

    missing = tuple(
        Missing(
            aspect=gap.aspect, statement=gap.statement or "no source speaks of it.",
            nearest=tuple(map(near, gap.nearest)), remedy=gap.remedy,
        )
        for gap in answer.gaps
    )  # fmt: skip
    return Gaps(heading="What the list does not contain", missing=missing)


def _listed(answer: Answer, source: CitedSource) -> Listed:
    quotes = {
        (citation.quote, citation.page): citation
        for sentence in answer.sentences
        for citation in sentence.citations
        if citation.source == source.key
    }
    return Listed(
        source=source, claim=first_sentence(source.claim), sort=sort_of(source, answer.sources),
        quotes=tuple(quotes.values()),
    )  # fmt: skip


def _offers(experiments: Sequence[Experiment]) -> tuple[str, tuple[Offer, ...]]:
    shared, each = reasons(experiments)
    return shared, tuple(
        Offer(
            experiment=experiment, title=experiment.title or experiment.probe, why=why,
            takes=f"Takes {duration(experiment.seconds)} here.", command=f"inquire probe run {experiment.probe}",
        )
        for experiment, why in zip(experiments, each, strict=True)
    )  # fmt: skip


def _folds(answer: Answer, above: Sequence[CitedSource]) -> Iterator[Folded]:
    named = {source.key for source in above}
    for fold in answer.folds:
        groups = tuple(_groups(answer, fold, named))
        yield Folded(kind=fold.kind, summary=fold.summary, groups=groups)


def _groups(answer: Answer, fold: Fold, named: set[str]) -> Iterator[Group]:
    """Yield a fold's sentences by source and add introduced sources to `named`."""
    known = {source.key: source for source in answer.sources}
    for _, sentences in _by_paragraph(fold.sentences):
        told = tuple(_told(each, known) for each in sentences)
        cited = list(dict.fromkeys(each.source for line in told for each in line.cited))
        new = [source for source in cited if source.key not in named]
        source = cited[0] if cited else None
        yield Group(
            source=source, sort=sort_of(source, answer.sources) if source else "", told=told,
            introduced=source in new, also=tuple(each for each in new if each is not source),
        )  # fmt: skip
        named.update(each.key for each in new)
