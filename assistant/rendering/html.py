"""Render an answer as one self-contained HTML page: no script, no font, no request."""

from collections.abc import Iterable, Mapping
from html import escape

from assistant.printable import folded, visible
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
    Offer,
    Offers,
    Opening,
    Paragraph,
    Part,
    Sources,
    Told,
    parts,
)
from assistant.types import Answer, CitedSource


def to_html(answer: Answer, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the answer as a page, light or dark like the reader's system, with all text escaped.

    A citation links to its source below and shows its quote under the mouse pointer; the quotes
    stand under their source too, for readers without a mouse.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
    """
    body = "\n".join(map(_block, parts(answer, titles)))
    return _PAGE.format(title=_text(answer.question), style=_STYLE, body=body)


def _text(text: str) -> str:
    return escape(folded(text), quote=True)


def _anchor(source: CitedSource) -> str:
    return f"source-{_text(source.label)}"


def _block(part: Part) -> str:
    match part:
        case Opening():
            return _opening(part)
        case Paragraph():
            heading = f"<b>{_text(part.heading)}</b> " if part.heading else ""
            return f"<p>{heading}{' '.join(map(_told, part.told))}</p>"
        case Gaps():
            return _section(part.heading, map(_missing, part.missing))
        case Sources():
            return _section(part.heading, map(_listed, part.listed), class_="plain")
        case NextLines():
            lines = (
                f"{_text(line.question)} <em>{_text(line.coverage)}</em>" for line in part.lines
            )
            return _section(part.heading, (f"<li>{line}</li>" for line in lines))
        case Offers():
            why = f'<p class="small">{_text(part.why)}</p>\n' if part.why else ""
            return _section(part.heading, map(_offer, part.offers), why)
        case Folded():
            return _folded(part)
        case Closing():
            return f'<p class="small">{_text(part.line)}</p>'


def _section(heading: str, items: Iterable[str], before: str = "", class_: str = "") -> str:
    return f"<h2>{_text(heading)}</h2>\n{before}{_list(items, class_)}"


def _list(items: Iterable[str], class_: str = "") -> str:
    opened = f'<ul class="{class_}">' if class_ else "<ul>"
    return "\n".join([opened, *items, "</ul>"])


def _opening(part: Opening) -> str:
    lines = [
        f'<p class="kicker">{_text(part.kicker)}</p>',
        f"<h1>{_text(part.question)}</h1>",
        *([f'<p class="small">Read as: {_text(part.read_as)}</p>'] if part.read_as else []),
        *([f'<p class="deck">{_text(part.deck)}</p>'] if part.deck else []),
        *(f'<p class="small">{_text(line)}</p>' for line in (part.byline, *part.notices)),
    ]
    return "\n".join(lines)


def _told(told: Told) -> str:
    links = "".join(f" {_link(cited)}" for cited in told.cited)
    said = f'<span class="{told.role}">{_text(told.text)}{links}</span>'
    if not told.lead_in.strip():
        return said
    name = "b" if told.verdict else "em"
    return f'<{name} class="lead-in">{_text(told.lead_in)}</{name}> {said}'


def _link(cited: Cited) -> str:
    quotes = " … ".join(dict.fromkeys(_text(citation.quote) for citation in cited.citations))
    label = _text(cited.source.label)
    said = f' <span class="small">({cited.side})</span>' if cited.side else ""
    return (
        f'<a class="citation" href="#{_anchor(cited.source)}" title="{quotes}">[{label}]</a>{said}'
    )


def _missing(missing: Missing) -> str:
    said = [f"<em>{_text(missing.aspect)}</em>: {_text(missing.statement)}"]
    if missing.nearest:
        said.append(f"Nearest: {'; '.join(map(_near, missing.nearest))}.")
    if missing.remedy:
        said.append(f"Would fill it: {_text(missing.remedy)}")
    return f"<li>{' '.join(said)}</li>"


def _near(near: Near) -> str:
    title = f"“{_text(near.title)}”"
    return f'<a href="#{_anchor(near.source)}">{title}</a>' if near.source else title


def _listed(listed: Listed) -> str:
    claim = f"<br>{_text(listed.claim)}" if listed.claim else ""
    quotes = "".join(_quote(citation.quote, citation.pages) for citation in listed.quotes)
    word = "quote" if len(listed.quotes) == 1 else "quotes"
    return (
        f'<li id="{_anchor(listed.source)}">{_named(listed.source, listed.sort)}{claim}'
        f"<details><summary>{len(listed.quotes)} {word}</summary>{quotes}</details></li>"
    )


def _named(source: CitedSource, sort: str) -> str:
    return (
        f"[{_text(source.label)}] <b>{_text(source.title)}</b> "
        f'<span class="small">{_text(sort)} <code>{_text(source.key)}</code></span>'
    )


def _quote(quote: str, pages: str) -> str:
    place = f' <span class="small">{pages}</span>' if pages else ""
    return f"<blockquote>{escape(visible(quote), quote=True)}{place}</blockquote>"


def _offer(offer: Offer) -> str:
    experiment = offer.experiment
    stored = ", ".join(f"<code>{_text(run)}</code>" for run in experiment.evidence)
    said = [
        f"<b>{_text(offer.title)}</b> Tests: {_text(experiment.claim)}", _text(offer.why), offer.takes,
        f"Earlier runs: {stored}." if stored else "", f"Run: <code>{_text(offer.command)}</code>",
    ]  # fmt: skip
    return f"<li>{' '.join(filter(None, said))}</li>"


def _folded(part: Folded) -> str:
    inside = [*map(_group, part.groups)]
    if part.offers:
        inside.append(_list(map(_offer, part.offers)))
    return f"<details><summary>{_text(part.summary)}</summary>\n{''.join(inside)}</details>"


def _group(group: Group) -> str:
    """Return the sentences of a source under its title, to which its citations link."""
    head = ""
    if group.source:
        anchor = f' id="{_anchor(group.source)}"' if group.introduced else ""
        head = f"<p{anchor}>{_named(group.source, group.sort)}</p>\n"
    head += "".join(
        f'<p class="small" id="{_anchor(source)}">[{_text(source.label)}] {_text(source.title)}</p>\n'
        for source in group.also
    )
    return head + _list(f"<li>{_told(told)}</li>" for told in group.told) + "\n"


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
em.lead-in { color: var(--soft); }
.small { font-size: .85rem; color: var(--soft); }
.plain { list-style: none; padding: 0; }
.plain li { margin: .7rem 0; padding: .2rem .4rem; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--soft); }
li:target, p:target { outline: 2px solid var(--link); outline-offset: 2px; }
a { color: var(--link); }
a.citation { text-decoration: none; font-size: .85em; white-space: nowrap; }
a.citation:focus, a.citation:hover { text-decoration: underline; }
blockquote { margin: .5rem 0 .5rem .6rem; padding-left: .8rem; border-left: 3px solid var(--line); }
code { font-size: .88em; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #444; --line: #bbb; --link: #000; }
  body { margin: 0; max-width: none; }
  h2, summary { break-after: avoid; }
  li, blockquote { break-inside: avoid; }
}"""

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
