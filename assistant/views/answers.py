"""Render an answer for the window: citations, sources and next lines are buttons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.question.follow_up import Thread
from assistant.rendering.parts import (
    NO_TITLES,
    Cited,
    Closing,
    Folded,
    Gaps,
    Group,
    Listed,
    Missing,
    Near,
    NextLines,
    Opening,
    Paragraph,
    Part,
    Sources,
    Told,
    paragraphs,
    parts,
)
from assistant.rendering.unfolding import at_length
from assistant.rendering.wording import mark
from assistant.types import Answer, Citation, CitedSource, Length, Sentence
from assistant.views.markup import Html, button, folded, join, notice, panel, tag


def turn(
    answer: Answer, length: Length = "brief", titles: Mapping[str, str] = NO_TITLES, said: str | None = None,
    after: str | None = None,
) -> Html:  # fmt: skip
    """Return the answer up to its sources; next lines, experiments and folds are separate parts.

    Args:
        answer: The answer.
        length: Whether the folds stand among its paragraphs.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
        said: A message before the first sentence.
        after: What follows its last part.
    """
    told = _parts(answer, length, titles)
    essay = [part for part in told if isinstance(part, Paragraph)]
    return _article(
        answer.question,
        *(_block(part) for part in told if isinstance(part, Opening)),
        said,
        _prose(essay),
        *(_block(part) for part in told if isinstance(part, Folded) and part.kind == "quotes"),
        *(_block(part) for part in told if isinstance(part, (Gaps, Sources))),
        after,
        asked=_asked(answer),
    )


def next_lines(answer: Answer) -> Html:
    """Return the next lines, each with its likely coverage by the library."""
    return join(*(_block(part) for part in parts(answer) if isinstance(part, NextLines)))


def below(answer: Answer, length: Length = "brief") -> Html:
    """Return the last parts: the folds, and how the answer was made."""
    told = _parts(answer, length, NO_TITLES)
    folds = [
        _block(part)
        for part in told
        if isinstance(part, Folded) and part.groups and part.kind != "quotes"
    ]
    closing = next((part.line for part in told if isinstance(part, Closing)), "")
    made = _colophon(answer, closing)
    return tag("section", *folds, made, class_="below", data_question=_asked(answer))


def earlier(
    answer: Answer, length: Length = "brief", titles: Mapping[str, str] = NO_TITLES, said: str | None = None,
    after: str | None = None,
) -> Html:  # fmt: skip
    """Return an earlier answer of the conversation, with its next lines still clickable."""
    shown = turn(answer, length, titles, said, after)
    return join(shown, next_lines(answer), below(answer, length))


def summary(answer: Answer) -> Html:
    """Return a cited summary beside the answer: for several sources, first their relations, then each in turn."""
    made: list[Html] = []
    before = ""
    for part in _paragraphs(answer):
        name, _, heading = part.heading.rpartition(" — ")
        if name != before:
            made.append(tag("h3", name))
            before = name
        for at, group in enumerate(_points(part.told)):
            made.append(_paragraph("" if at else heading, group))
    deck = tag("p", answer.deck, class_="deck")
    # The titles of several sources follow as headings.
    title = answer.question.partition(":")[0] if before else answer.question
    back = (
        None
        if before or not answer.sources
        else button("About this source", "paper", data_key=answer.sources[0].key)
    )
    actions = tag("p", back, class_="actions") if back else None
    return panel(title, actions, deck, tag("div", *made, class_="summary"), kicker="Summary")


def arriving(
    question: str, sentences: Sequence[Sentence], evidence: Iterable[str], line: str
) -> Html:
    """Return an answer while it is written; `line` says what is being done.

    Args:
        question: The question.
        sentences: The sentences that have passed so far.
        evidence: The keys of runs, which are numbered E1, E2, ...
        line: The status, announced politely to screen readers.
    """
    status = tag("p", line, class_="status", role="status")
    return _article(question, _prose(_so_far(sentences, evidence)), status)


def failed(
    question: str, sentences: Sequence[Sentence], evidence: Iterable[str], line: str
) -> Html:
    """Return the text written before an answer was stopped or failed, and why it ended."""
    return _article(question, _prose(_so_far(sentences, evidence)), notice(line))


def _so_far(sentences: Sequence[Sentence], evidence: Iterable[str]) -> Iterator[Paragraph]:
    return paragraphs(sentences, tuple(number(sentences, frozenset(evidence)).values()))


def number(sentences: Iterable[Sentence], evidence: frozenset[str]) -> dict[str, CitedSource]:
    """Return sources in order of first citation, numbered as in the finished answer."""
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


def welcome(lines: Sequence[str], told: str) -> Html:
    """Return the page before the first question: what the program is, and example questions."""
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


def cite(citation: Citation, source: CitedSource) -> Html:
    """Return the button that opens a citation's passage."""
    local = source.kind == "evidence"
    opens = "open the experiment" if local else "open the passage"
    return button(
        f"[{source.label}]", "cite", class_="cite local" if local else "cite", data_key=source.key,
        data_start=citation.start, data_end=citation.end,
        title=f"{mark(citation).capitalize()}: {citation.quote[:300]}",
        aria_label=f"Source {source.label}, {source.title}, {mark(citation)}: {opens}",
    )  # fmt: skip


def choices(thread: Thread, titles: Mapping[str, str]) -> Html:
    """Return the pinned and excluded sources, each with a button to undo the choice."""
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


def _parts(answer: Answer, length: Length, titles: Mapping[str, str]) -> list[Part]:
    return list(parts(at_length(answer, length), titles))


def _paragraphs(answer: Answer) -> Iterator[Paragraph]:
    return paragraphs(answer.sentences, answer.sources, answer.headings)


def _points(told: Sequence[Told]) -> list[list[Told]]:
    """Return groups of sentences: each link sentence opens a paragraph with the sentences it links."""
    groups: list[list[Told]] = []
    for each in told:
        if each.role == "link" or not groups:
            groups.append([])
        groups[-1].append(each)
    return groups


def _asked(answer: Answer) -> str:
    """Return the question that an answer answers: for a follow-up, its completed form."""
    return answer.read_as or answer.question


def _article(question: str, *children: str | None, asked: str | None = None) -> Html:
    head = join(tag("p", "Inquiring line", class_="kicker"), tag("h2", question))
    return tag("article", head, *children, class_="answer", data_question=asked)


def _block(part: Part) -> Html:
    match part:
        case Opening():
            return _opening(part)
        case Gaps():
            return _section(part.heading, tag("ul", *map(_missing, part.missing)))
        case Sources():
            return _sources(part)
        case NextLines():
            return _section(part.heading, _lines(part))
        case Folded():
            groups = map(_group, part.groups)
            return folded(part.summary, *groups, name=part.kind, class_="further")
        case _:
            return Html()


def _section(heading: str, *children: str) -> Html:
    return tag("section", tag("h3", heading), *children, class_="part")


def _opening(part: Opening) -> Html:
    """Return the part between the question and the first sentence."""
    return join(
        tag("p", f"Read as: {part.read_as}", class_="muted") if part.read_as else None,
        tag("p", part.deck, class_="deck") if part.deck else None,
        tag("p", part.byline, class_="byline"),
        *map(notice, part.notices),
    )


def _prose(essay: Iterable[Paragraph]) -> Html:
    made = (_paragraph(part.heading, part.told) for part in essay)
    return tag("div", *made, class_="prose-text", aria_live="polite")


def _paragraph(heading: str, told: Iterable[Told]) -> Html:
    return tag("p", tag("strong", heading, " ") if heading else None, *map(_told, told))


def _told(told: Told) -> Html:
    chips = [
        join(" ", cite(citation, cited.source), _side(cited) if last else None)
        for cited in told.cited
        for last, citation in _with_last(cited.citations)
    ]
    # No line begins with a citation, so the last word stays with the first of them.
    start, _, end = told.text.rpartition(" ")
    ending = tag("span", end, *chips[:1], class_="ending")
    said = f"{start} " if start else ""
    sentence = tag("span", said, ending, *chips[1:], " ", class_=f"sentence {told.role}")
    if not told.lead_in.strip():
        return sentence
    lead = tag("span", told.lead_in, class_="lead-in verdict-head" if told.verdict else "lead-in")
    return join(lead, " ", sentence)


def _with_last(citations: Sequence[Citation]) -> Iterator[tuple[bool, Citation]]:
    return ((citation is citations[-1], citation) for citation in citations)


def _side(cited: Cited) -> Html | None:
    """Return whether a source supports or contradicts the claim asked about, if that is clear."""
    stance = next((each.stance for each in cited.citations if each.stance), None)
    return tag("span", f" {cited.side}", class_=f"side {stance}") if cited.side else None


def _missing(missing: Missing) -> Html:
    # A title that fills its line would leave a separator between two titles alone on the next line.
    near = tag("ul", *(tag("li", _near(each)) for each in missing.nearest), class_="nearest")
    return tag(
        "li", tag("em", missing.aspect), ": ", missing.statement,
        join(" Nearest:", near) if missing.nearest else None,
        tag("div", "Would fill it: ", missing.remedy) if missing.remedy else None,
    )  # fmt: skip


def _near(near: Near) -> Html:
    label = f" [{near.source.label}]" if near.source else ""
    return button(
        f"{near.title}{label}", "paper", class_="title", data_key=near.key,
        aria_label=f"Open {near.title}",
    )  # fmt: skip


def _sources(part: Sources) -> Html:
    keys = " ".join(listed.source.key for listed in part.listed)
    many = len(part.listed) > 1
    one = "Summarise the sources of this answer" if many else "Summarise this source"
    sums = tag("p", button(one, "summary", data_keys=keys), class_="actions")
    return _section(part.heading, tag("ol", *map(_listed, part.listed), class_="sources"), sums)


def _listed(listed: Listed) -> Html:
    return tag(
        "li",
        tag("span", f"[{listed.source.label}]", class_="number"),
        tag(
            "div",
            _named(listed.source, listed.sort),
            *_choosing(listed.source),
            tag("p", listed.claim, class_="muted") if listed.claim else None,
        ),
    )


def _named(source: CitedSource, sort: str) -> Html:
    opens = button(source.title, "paper", class_="title", data_key=source.key)
    return join(opens, tag("span", sort, class_=f"tag {source.kind}"))


def _choosing(source: CitedSource) -> list[Html]:
    """Return the buttons to pin or exclude a source; a run can only be excluded."""
    pin = button("pin", "pin", class_="choose", data_key=source.key,
                 aria_label=f"Pin: use {source.title} in the next answers")  # fmt: skip
    leave = button("leave out", "leave", class_="choose", data_key=source.key,
                   aria_label=f"Leave out: use {source.title} in no further answer")  # fmt: skip
    return [leave] if source.kind == "evidence" else [pin, leave]


def _lines(part: NextLines) -> Html:
    items = [
        tag(
            "li",
            button(line.question, "line", class_="line", data_question=line.question),
            " ",
            tag("span", line.coverage, class_=f"tag {line.coverage.replace(' ', '-')}"),
        )
        for line in part.lines
    ]
    return tag("ul", *items, class_="lines")


def _group(group: Group) -> Html:
    """Return the sentences of one source in a fold under its title."""
    head = tag("p", _named(group.source, group.sort), class_="group") if group.source else None
    return join(head, tag("ul", *(tag("li", _told(told)) for told in group.told)))


def _colophon(answer: Answer, closing: str) -> Html:
    total = sum(answer.seconds.values())
    line = f"Made in {total:.2f} s from index {answer.index_hash[:12]}."
    if not answer.dropped:
        return tag("p", line, class_="colophon")
    items = [
        tag("li", dropped.text, tag("span", f" ({dropped.reason})", class_="muted"))
        for dropped in answer.dropped
    ]
    return folded(f"{line} {closing}", tag("ul", *items), class_="colophon")
