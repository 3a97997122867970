"""An answer as a page: deck, paragraphs with citations, gaps, sources, next lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.conversation import Thread
from assistant.rendering.wording import (
    Paragraph,
    counted,
    dropped_line,
    in_paragraphs,
    paragraphs,
    side,
    sort_of,
)
from assistant.types import Answer, Citation, CitedSource, Gap, NextLine, Sentence
from assistant.views.markup import Html, button, folded, join, notice, panel, tag


def turn(answer: Answer) -> Html:
    """The answer up to its sources; experiments and next lines follow as parts of their own."""
    labels = {source.key: source for source in answer.sources}
    return _article(
        answer.question,
        *([tag("p", f"Read as: {answer.read_as}", class_="muted")] if answer.read_as else []),
        tag("p", answer.deck, class_="deck"),
        _paragraphs(paragraphs(answer), labels),
        _gaps(answer.gaps, labels),
        _sources(answer.sources),
        *(notice(line) for line in answer.notices),
        _colophon(answer),
    )


def summary(answer: Answer) -> Html:
    """A cited summary of several sources, beside the answer: how they relate, then one after the other."""
    parts: list[Html] = []
    before = ""
    for whole, told in _told(answer):
        name, _, heading = whole.rpartition(" — ")
        if name != before:
            parts.append(tag("h3", name))
            before = name
        for at, group in enumerate(_points(told)):
            parts.append(_paragraph("" if at else heading, group, answer.sources))
    deck = tag("p", answer.deck, class_="deck")
    # The titles of several sources follow as headings.
    title = answer.question.partition(":")[0] if before else answer.question
    return panel(title, deck, tag("div", *parts, class_="summary"), kicker="Summary")


def _points(told: Sequence[Sentence]) -> list[list[Sentence]]:
    """The sentences with each that only links opening a paragraph, together with what it links."""
    groups: list[list[Sentence]] = []
    for sentence in told:
        if sentence.role == "link" or not groups:
            groups.append([])
        groups[-1].append(sentence)
    return groups


def summed_up(answer: Answer) -> Html:
    """A cited summary of one source, to stand on its page."""
    parts = [_paragraph(heading, told, answer.sources) for heading, told in _told(answer)]
    return tag("div", tag("p", answer.deck, class_="muted"), *parts, class_="summary")


def _told(answer: Answer) -> Iterator[tuple[str, list[Sentence]]]:
    for part in paragraphs(answer):
        yield part.heading, list(part.sentences)


def earlier(answer: Answer) -> Html:
    """An answer further up in the conversation: the same, with its next lines still to click."""
    return join(turn(answer), next_lines(answer.next_lines))


def arriving(
    question: str, sentences: Sequence[Sentence], evidence: Iterable[str], line: str
) -> Html:
    """An answer while it is written; `line` says what is being done.

    Args:
        question: what was asked.
        sentences: those that have passed so far.
        evidence: the keys of runs, which are numbered E1, E2, ...
        line: the status, announced politely.
    """
    labels = number(sentences, frozenset(evidence))
    status = tag("p", line, class_="status", role="status")
    return _article(question, _paragraphs(in_paragraphs(sentences), labels), status)


def failed(
    question: str, sentences: Sequence[Sentence], evidence: Iterable[str], line: str
) -> Html:
    """What was written before an answer was stopped or failed, and why it ends."""
    labels = number(sentences, frozenset(evidence))
    return _article(question, _paragraphs(in_paragraphs(sentences), labels), notice(line))


def number(sentences: Iterable[Sentence], evidence: frozenset[str]) -> dict[str, CitedSource]:
    """Sources in order of first citation, numbered as the finished answer will number them."""
    found: dict[str, CitedSource] = {}
    for citation in (c for sentence in sentences for c in sentence.citations):
        if citation.source in found:
            continue
        local = citation.source in evidence
        rank = 1 + sum((source.kind == "evidence") == local for source in found.values())
        found[citation.source] = CitedSource(
            key=citation.source, kind="evidence" if local else "note", title=citation.source,
            claim="", label=f"E{rank}" if local else str(rank),
        )  # fmt: skip
    return found


def next_lines(lines: Sequence[NextLine]) -> Html:
    """The questions to ask next, each with how far the list could carry it."""
    if not lines:
        return Html()
    items = [
        tag(
            "li",
            button(line.question, "line", class_="line", data_question=line.question),
            " ",
            tag("span", line.coverage, class_=f"tag {line.coverage.replace(' ', '-')}"),
        )
        for line in lines
    ]
    heading = tag("h3", "Next inquiring lines")
    return tag("section", heading, tag("ul", *items, class_="lines"), class_="part")


def welcome(lines: Sequence[str], told: str) -> Html:
    """The page before the first question: what this is, and questions the list can take."""
    items = [tag("li", button(line, "line", class_="line", data_question=line)) for line in lines]
    return tag(
        "section",
        tag("h2", "Ask your reading list"),
        tag(
            "p",
            "Every sentence of an answer carries the words it rests on; what the list does not "
            "contain is said; what can be measured on this machine is offered as an experiment.",
        ),
        tag("p", told, class_="muted"),
        tag("ul", *items, class_="lines") if items else None,
        class_="welcome",
    )


def cite(citation: Citation, source: CitedSource | None) -> Html:
    """The chip that opens a citation's passage."""
    label = source.label if source else "?"
    name = source.title if source else citation.source
    local = label.startswith("E")
    opens = "open the experiment" if local else "open the passage"
    return button(
        f"[{label}]", "cite", class_="cite local" if local else "cite", data_key=citation.source,
        data_start=citation.start, data_end=citation.end, title=citation.quote[:300],
        aria_label=f"Source {label}, {name}: {opens}",
    )  # fmt: skip


def _article(question: str, *children: str) -> Html:
    head = join(tag("p", "Inquiring line", class_="kicker"), tag("h2", question))
    return tag("article", head, *children, class_="answer", data_question=question)


def _paragraphs(told: Sequence[Paragraph], labels: Mapping[str, CitedSource]) -> Html:
    made = [
        _on_request(part, labels)
        if part.folded
        else _paragraph(part.heading, part.sentences, labels.values())
        for part in told
    ]
    return tag("div", *made, class_="prose-text", aria_live="polite")


def _on_request(part: Paragraph, labels: Mapping[str, CitedSource]) -> Html:
    items = [tag("li", _sentence(sentence, labels)) for sentence in part.sentences]
    return folded(part.summary, tag("ul", *items), name="further", class_="further")


def _paragraph(heading: str, sentences: Iterable[Sentence], sources: Iterable[CitedSource]) -> Html:
    labels = {source.key: source for source in sources}
    lead = tag("strong", heading, " ") if heading else None
    return tag("p", lead, *(_sentence(sentence, labels) for sentence in sentences))


def _sentence(sentence: Sentence, labels: Mapping[str, CitedSource]) -> Html:
    chips = [
        join(cite(citation, labels.get(citation.source)), _side(citation))
        for citation in sentence.citations
    ]
    spaced = [join(" ", chip) for chip in dict.fromkeys(chips)]
    # No line begins with a citation: the last word goes with the first of them.
    start, space, end = sentence.text.rpartition(" ")
    ending = tag("span", end, *spaced[:1], class_="ending")
    role = f"sentence {sentence.role}"
    return tag("span", start + space, ending, *spaced[1:], " ", class_=role)


def _side(citation: Citation) -> Html | None:
    """Whether a quote supports or contradicts the claim that is asked about, where that is clear."""
    taken = side([citation])
    return tag("span", f" {taken}", class_=f"side {citation.stance}") if taken else None


def _gaps(gaps: Sequence[Gap], labels: Mapping[str, CitedSource]) -> Html:
    if not gaps:
        return Html()
    items = [
        tag(
            "li", tag("em", gap.aspect), ": ", gap.statement, _nearest(gap.nearest, labels),
            join(" Would fill it: ", gap.remedy) if gap.remedy else None,
        )
        for gap in gaps
    ]  # fmt: skip
    heading = tag("h3", "What this list does not contain")
    return tag("section", heading, tag("ul", *items), class_="part")


def _nearest(keys: Sequence[str], labels: Mapping[str, CitedSource]) -> Html | None:
    if not keys:
        return None
    made = []
    for key in keys:
        shown = f"[{labels[key].label}]" if key in labels else key
        title = labels[key].title if key in labels else key
        made.append(button(shown, "paper", class_="cite", data_key=key, aria_label=f"Open {title}"))
    return join(" Nearest: ", join(*made, between=", "), ".")


def _sources(sources: Sequence[CitedSource]) -> Html:
    if not sources:
        return Html()
    items = [
        tag(
            "li",
            tag("span", f"[{source.label}]", class_="number"),
            tag(
                "div",
                button(source.title, "paper", class_="title", data_key=source.key),
                tag("span", sort_of(source, sources), class_=f"tag {source.kind}"),
                *_choosing(source),
                tag("p", source.claim, class_="clamp muted") if source.claim else None,
            ),
        )
        for source in sources
    ]
    heading = tag("h3", f"Sources, {counted(sources)}")
    keys = " ".join(source.key for source in sources)
    one = "Summarise this source" if len(sources) == 1 else "Summarise the sources of this answer"
    sums = tag("p", button(one, "summary", data_keys=keys), class_="actions")
    return tag("section", heading, tag("ol", *items, class_="sources"), sums, class_="part")


def _choosing(source: CitedSource) -> list[Html]:
    """What a reader may ask of a source in the answers that follow; a run is heard where it bears."""
    pin = button("pin", "pin", class_="choose", data_key=source.key,
                 aria_label=f"Pin: hear {source.title} in the next answers")  # fmt: skip
    leave = button("leave out", "leave", class_="choose", data_key=source.key,
                   aria_label=f"Leave out: use {source.title} in no further answer")  # fmt: skip
    return [leave] if source.kind == "evidence" else [pin, leave]


def choices(thread: Thread, titles: Mapping[str, str]) -> Html:
    """The sources that the reader pinned or left out, each to be freed again."""
    kinds = (("Pinned", thread.pinned), ("Left out", thread.excluded))
    rows = [
        tag(
            "span", tag("span", f"{named}: ", class_="muted"),
            *(
                button(f"{titles.get(key, key)} ✕", "free", class_="choose", data_key=key,
                       aria_label=f"Free {titles.get(key, key)}")
                for key in keys
            ),
        )
        for named, keys in kinds
        if keys
    ]  # fmt: skip
    return tag("p", *rows, class_="choices", role="status") if rows else Html()


def _colophon(answer: Answer) -> Html:
    total = sum(answer.seconds.values())
    line = f"Writer {answer.writer}, index {answer.index_hash[:12]}, {total:.2f} s."
    if not answer.dropped:
        return tag("p", line, class_="colophon")
    items = [
        tag("li", dropped.text, tag("span", f" ({dropped.reason})", class_="muted"))
        for dropped in answer.dropped
    ]
    summary = f"{line} {dropped_line(answer)}"
    return folded(summary, tag("ul", *items), class_="colophon")
