"""Write an answer as a note of the library: Markdown that the reader of notes reads back with every citation."""

import re
from collections.abc import Iterable

import yaml

from assistant.printable import folded, visible
from assistant.rendering.parts import Cited, Gaps, Listed, Paragraph, Sources, Told, parts
from assistant.types import Answer


def to_note(answer: Answer, key: str, asked: str = "") -> str:
    """Return the answer as a note under `key`, which declares a relation to each source that it cites.

    A sentence keeps the numbers of its citations. The list at the end gives for each number its
    source and page, and the quote if the sentence is in other words.

    Args:
        answer: The answer.
        key: The key of the note.
        asked: When it was asked, ISO 8601.
    """
    told = list(parts(answer))
    front = {
        "key": key,
        "title": folded(answer.question),
        "claim": next((folded(each.text) for each in _told(told) if each.role == "claim"), ""),
        "tags": ["answer"],
        "asked": asked,
        "writer": answer.author or answer.writer,
        "relations": [
            {"to": s.key, "kind": "cites"} for s in answer.sources if s.key in _cited(answer)
        ],
    }
    body = [f"# {_plain(answer.question)}"]
    for part in told:
        if isinstance(part, Paragraph):
            body.append(_shielded(" ".join(map(_sentence, part.told))))
        elif isinstance(part, Gaps):
            body += [
                f"## {part.heading}",
                _list(f"{m.aspect}: {m.statement}" for m in part.missing),
            ]
        elif isinstance(part, Sources):
            body += ["## Sources", "\n".join(_listed(each) for each in part.listed)]
    written = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=2**20)
    return f"---\n{written}---\n" + "\n\n".join(body) + "\n"


def _told(told: Iterable[object]) -> Iterable[Told]:
    return (each for part in told if isinstance(part, Paragraph) for each in part.told)


def _cited(answer: Answer) -> set[str]:
    return {citation.source for sentence in answer.sentences for citation in sentence.citations}


def _sentence(told: Told) -> str:
    lead = f"{_plain(told.lead_in)} " if told.lead_in.strip() else ""
    return f"{lead}{_plain(told.text)}{''.join(map(_label, told.cited))}"


def _label(cited: Cited) -> str:
    return f" [{cited.source.label}]"


def _listed(listed: Listed) -> str:
    source = listed.source
    pages = dict.fromkeys(quote.pages for quote in listed.quotes if quote.pages)
    place = ", ".join([source.key, *pages])
    reworded = [quote for quote in listed.quotes if quote.support == "paraphrase"]
    quotes = [f"  > {_plain(visible(quote.quote))}" for quote in reworded]
    return "\n".join([f"- [{source.label}] {_plain(source.title)} ({place})", *quotes])


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {_plain(item)}" for item in items)


def _plain(text: str) -> str:
    """Return words on one line, without text that a reader of Markdown takes for HTML or code."""
    return _HTML.sub(r"\\\g<0>", folded(text))


def _shielded(paragraph: str) -> str:
    """Return a paragraph that begins no heading, list, quotation or table."""
    return _OPENS.sub(r"\\\g<0>", paragraph)


_HTML = re.compile(r"<(?=[a-z!/?])|`", re.IGNORECASE)
_OPENS = re.compile(r"^(?:[#>|+*=~-]|\d{1,9}(?=[.)]\s))")
