"""An answer as Markdown, in the form of a reading-list column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from assistant.rendering.wording import (
    Paragraph,
    cited,
    counted,
    dropped_line,
    duration,
    folded,
    named,
    paragraphs,
    reasons,
    side,
    sort_of,
)
from assistant.types import Answer, Citation, CitedSource, Experiment, Gap

NO_TITLES: Mapping[str, str] = MappingProxyType({})


def to_markdown(answer: Answer, titles: Mapping[str, str] = NO_TITLES, *, unfold: str = "") -> str:
    """The answer as Markdown; everything that comes from a document is escaped.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for nearest misses that the answer does not cite.
        unfold: Markdown on what a reader may do to see paragraphs that stand only on request; empty shows them,
            last of all, because Markdown has nothing to open.
    """
    told = paragraphs(answer)
    blocks = [
        "**INQUIRING LINE**",
        f"## {escaped(answer.question)}",
        *([f"Read as: {escaped(answer.read_as)}"] if answer.read_as else []),
        f"*{escaped(answer.deck)}*",
        *(_paragraph(answer, paragraph) for paragraph in told if not paragraph.folded),
        *_gaps(answer, titles),
        *_sources(answer),
        *_experiments(answer),
        *_next_lines(answer),
        *(_folded(answer, paragraph, unfold) for paragraph in told if paragraph.folded),
    ]
    blocks += [f"*{escaped(notice)}*" for notice in answer.notices]
    if answer.dropped:
        blocks.append(f"*{dropped_line(answer)}*")
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is: no markup, no link, no tag of its own."""
    line = _MARKUP.sub(r"\\\g<0>", folded(text))
    return _NUMBER.sub(r"\1\\\2", line)


# An underscore inside a word is no markup, and `layer_valley` reads better without a backslash.
_MARKUP = re.compile(r"[\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|&(?=#?\w+;)|^[#+=-]")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def _code(text: str) -> str:
    """Text as inline code, whatever backticks it holds."""
    line = folded(text)
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    return f"{fence} {line} {fence}" if "`" in line else f"`{line}`"


def _paragraph(answer: Answer, paragraph: Paragraph) -> str:
    heading = f"**{escaped(paragraph.heading)}** " if paragraph.heading else ""
    return heading + " ".join(_told(answer, paragraph))


def _folded(answer: Answer, paragraph: Paragraph, unfold: str) -> str:
    if unfold:
        return f"*{escaped(paragraph.summary)}; {unfold}.*"
    lines = [f"- {sentence}" for sentence in _told(answer, paragraph)]
    return "\n".join([f"**{escaped(paragraph.summary)}**", "", *lines])


def _told(answer: Answer, paragraph: Paragraph) -> list[str]:
    """Its sentences with the labels of what they cite."""
    return [
        escaped(sentence.text) + "".join(_label(*pair) for pair in cited(answer, sentence))
        for sentence in paragraph.sentences
    ]


def _label(source: CitedSource, citations: Sequence[Citation]) -> str:
    taken = side(citations)
    return f" [{source.label}]" + (f" ({taken})" if taken else "")


def _gaps(answer: Answer, titles: Mapping[str, str]) -> Iterator[str]:
    if not answer.gaps:
        return
    lines = [_gap(gap, answer, titles) for gap in answer.gaps]
    yield "\n".join(["**What this list does not contain**", "", *lines])


def _gap(gap: Gap, answer: Answer, titles: Mapping[str, str]) -> str:
    known = {source.key: source for source in answer.sources}
    nearest = [_named(key, known.get(key), titles) for key in gap.nearest]
    parts = [f"- *{escaped(gap.aspect)}*: {escaped(gap.statement) or 'no source speaks of it.'}"]
    if nearest:
        parts.append(f"Nearest: {'; '.join(nearest)}.")
    if gap.remedy:
        parts.append(f"Would fill it: {escaped(gap.remedy)}")
    return " ".join(parts)


def _named(key: str, source: CitedSource | None, titles: Mapping[str, str]) -> str:
    if source:
        return f"“{escaped(source.title)}” [{source.label}]"
    return f"“{escaped(titles[key])}”" if key in titles else _code(key)


def _sources(answer: Answer) -> Iterator[str]:
    if not answer.sources:
        return
    lines = [
        f"- [{source.label}] {escaped(named(source))} "
        f"({sort_of(source, answer.sources)} {_code(source.key)})"
        for source in answer.sources
    ]
    yield "\n".join([f"**Sources, {counted(answer.sources)}**", "", *lines])


def _experiments(answer: Answer) -> Iterator[str]:
    if answer.experiments:
        shared, each = reasons(answer.experiments)
        why = f" {escaped(shared)}" if shared else ""
        lines = [_experiment(*pair) for pair in zip(answer.experiments, each, strict=True)]
        yield "\n".join([f"**Experiments**{why}", "", *lines])


def _experiment(experiment: Experiment, why: str) -> str:
    stored = (
        f" Stored: {', '.join(map(_code, experiment.evidence))}." if experiment.evidence else ""
    )
    return (
        f"- {_code(experiment.probe)} tests: {escaped(experiment.claim)} "
        f"{escaped(why)} Takes {duration(experiment.seconds)} here.{stored} "
        f"Run: {_code(f'inquire probe run {experiment.probe}')}"
    )


def _next_lines(answer: Answer) -> Iterator[str]:
    if answer.next_lines:
        lines = [f"- {escaped(line.question)} *{line.coverage}*" for line in answer.next_lines]
        yield "\n".join(["**Next inquiring lines**", "", *lines])
