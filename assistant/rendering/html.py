"""An answer as one HTML page that needs nothing else: no script, no font, no request."""

from collections.abc import Iterator, Mapping
from html import escape

from assistant.rendering.markdown import NO_TITLES
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
    visible,
)
from assistant.types import Answer, Citation, CitedSource, Experiment, Gap


def to_html(answer: Answer, titles: Mapping[str, str] = NO_TITLES) -> str:
    """The answer as a page, light or dark as the reader's system is; all of it escaped.

    A citation links to its source below and shows its quote when pointed at; the quotes stand
    under their source too, for readers without a mouse.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for nearest misses that the answer does not cite.
    """
    parts = [
        '<p class="kicker">Inquiring line</p>',
        f"<h1>{_text(answer.question)}</h1>",
        *([f'<p class="small">Read as: {_text(answer.read_as)}</p>'] if answer.read_as else []),
        f'<p class="deck">{_text(answer.deck)}</p>',
        *(_paragraph(answer, paragraph) for paragraph in paragraphs(answer)),
        *_gaps(answer, titles),
        *_sources(answer),
        *_experiments(answer),
        *_next_lines(answer),
    ]
    parts += [f'<p class="small">{_text(notice)}</p>' for notice in answer.notices]
    if answer.dropped:
        parts.append(f'<p class="small">{_text(dropped_line(answer))}</p>')
    body = "\n".join(parts)
    return _PAGE.format(title=_text(answer.question), style=_STYLE, body=body)


def _text(text: str) -> str:
    return escape(folded(text), quote=True)


def _anchor(source: CitedSource) -> str:
    return f"source-{_text(source.label)}"


def _paragraph(answer: Answer, paragraph: Paragraph) -> str:
    told = []
    for sentence in paragraph.sentences:
        links = "".join(f" {_link(*pair)}" for pair in cited(answer, sentence))
        told.append(f'<span class="{sentence.role}">{_text(sentence.text)}{links}</span>')
    if paragraph.folded:
        items = "".join(f"<li>{sentence}</li>" for sentence in told)
        summary = f"<summary>{_text(paragraph.summary)}</summary>"
        return f"<details>{summary}<ul>{items}</ul></details>"
    heading = f"<b>{_text(paragraph.heading)}</b> " if paragraph.heading else ""
    return f"<p>{heading}{' '.join(told)}</p>"


def _link(source: CitedSource, citations: list[Citation]) -> str:
    quotes = " … ".join(dict.fromkeys(_text(citation.quote) for citation in citations))
    label = _text(source.label)
    taken = side(citations)
    said = f' <span class="small">({taken})</span>' if taken else ""
    return f'<a class="citation" href="#{_anchor(source)}" title="{quotes}">[{label}]</a>{said}'


def _gaps(answer: Answer, titles: Mapping[str, str]) -> Iterator[str]:
    if answer.gaps:
        known = {source.key: source for source in answer.sources}
        items = "\n".join(_gap(gap, known, titles) for gap in answer.gaps)
        yield f"<h2>What this list does not contain</h2>\n<ul>\n{items}\n</ul>"


def _gap(gap: Gap, known: Mapping[str, CitedSource], titles: Mapping[str, str]) -> str:
    parts = [f"<em>{_text(gap.aspect)}</em>: {_text(gap.statement) or 'no source speaks of it.'}"]
    nearest = []
    for key in gap.nearest:
        source = known.get(key)
        name = f"“{_text(source.title if source else titles.get(key, key))}”"
        nearest.append(f'<a href="#{_anchor(source)}">{name}</a>' if source else name)
    if nearest:
        parts.append(f"Nearest: {'; '.join(nearest)}.")
    if gap.remedy:
        parts.append(f"Would fill it: {_text(gap.remedy)}")
    return f"<li>{' '.join(parts)}</li>"


def _sources(answer: Answer) -> Iterator[str]:
    if answer.sources:
        items = "\n".join(_source(answer, source) for source in answer.sources)
        yield f'<h2>Sources, {counted(answer.sources)}</h2>\n<ul class="plain">\n{items}\n</ul>'


def _source(answer: Answer, source: CitedSource) -> str:
    quotes = dict.fromkeys(
        (citation.quote, citation.page)
        for sentence in answer.sentences
        for citation in sentence.citations
        if citation.source == source.key
    )
    items = "".join(_quote(quote, page) for quote, page in quotes)
    word = "quote" if len(quotes) == 1 else "quotes"
    return (
        f'<li id="{_anchor(source)}"><span class="label">[{_text(source.label)}]</span> '
        f"{_text(named(source))} "
        f'<span class="small">{_text(sort_of(source, answer.sources))} <code>{_text(source.key)}</code></span>'
        f"<details><summary>{len(quotes)} {word}</summary>{items}</details></li>"
    )


def _quote(quote: str, page: int | None) -> str:
    place = f' <span class="small">p. {page}</span>' if page is not None else ""
    return f"<blockquote>{escape(visible(quote), quote=True)}{place}</blockquote>"


def _experiments(answer: Answer) -> Iterator[str]:
    if answer.experiments:
        shared, each = reasons(answer.experiments)
        why = f'<p class="small">{_text(shared)}</p>\n' if shared else ""
        pairs = zip(answer.experiments, each, strict=True)
        items = "\n".join(_experiment(*pair) for pair in pairs)
        yield f"<h2>Experiments</h2>\n{why}<ul>\n{items}\n</ul>"


def _experiment(experiment: Experiment, why: str) -> str:
    codes = ", ".join(f"<code>{_text(run)}</code>" for run in experiment.evidence)
    stored = f" Stored: {codes}." if codes else ""
    return (
        f"<li><code>{_text(experiment.probe)}</code> tests: {_text(experiment.claim)} "
        f"{_text(why)} Takes {duration(experiment.seconds)} here.{stored} "
        f"Run: <code>inquire probe run {_text(experiment.probe)}</code></li>"
    )


def _next_lines(answer: Answer) -> Iterator[str]:
    if answer.next_lines:
        items = "\n".join(
            f"<li>{_text(line.question)} <em>{_text(line.coverage)}</em></li>"
            for line in answer.next_lines
        )
        yield f"<h2>Next inquiring lines</h2>\n<ul>\n{items}\n</ul>"


_STYLE = """\
:root { color-scheme: light dark; --ink: #1c1c1a; --paper: #fdfcf9; --soft: #5d5b55;
  --line: #d9d6cc; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e6df; --paper: #191a1c; --soft: #a9a69d; --line: #3b3c40; --link: #8ab8f0; }
}
body { margin: 2rem auto; padding: 0 1.2rem; max-width: 42rem; font: 1.05rem/1.6 Georgia, serif;
  color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .2rem 0 .6rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
.kicker { font: 600 .8rem/1 sans-serif; letter-spacing: .12em; text-transform: uppercase;
  color: var(--soft); }
.deck { font-style: italic; color: var(--soft); }
.small { font-size: .85rem; color: var(--soft); }
.plain { list-style: none; padding: 0; }
.plain li { margin: .7rem 0; padding: .2rem .4rem; }
li:target { outline: 2px solid var(--link); outline-offset: 2px; }
a { color: var(--link); }
a.citation { text-decoration: none; font-size: .85em; white-space: nowrap; }
a.citation:focus, a.citation:hover { text-decoration: underline; }
blockquote { margin: .5rem 0 .5rem .6rem; padding-left: .8rem; border-left: 3px solid var(--line); }
code { font-size: .88em; }"""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
