"""Make a quote readable alone: every change stands in square brackets, and nothing else changes."""

import re

from assistant.select.quotes import Quote
from assistant.text.people import authors, family
from assistant.types import Source

_LIST = re.compile(r"\b[Tt]his (?:note|collection|corpus|reading list|list)\b")
_BARE = re.compile(
    r"^(?:The|This) (?:study|paper|work|article)\b(?! of| on| by| that)|^The authors\b(?! of)"
)
_OWN = re.compile(r"^Own (?:remark|calculation|reading|note): (?P<first>\S)")
_MARK = re.compile(r"\[[^\]]*\]")


def is_remark(quote: Quote) -> bool:
    """Return whether a quote is a remark of the note's author, not of the paper."""
    return _OWN.match(quote.plain()) is not None


def repaired(quote: Quote, source: Source, *, named: bool, told: bool) -> str:
    """Return the quote on one line as it is shown.

    "This note" becomes "[the list]", a bare "The study" becomes the name of its paper, and the mark
    "Own remark:" is removed if the lead-in already says so. What a row of a table stands under comes
    before it.

    Args:
        quote: The quote.
        source: The source of the quote.
        named: Whether the line before is of the same source, so that "the study" is clear.
        told: Whether the lead-in says that the quote is a remark.
    """
    if quote.under:
        return quote.shown()
    text = quote.plain()
    if told and (own := _OWN.match(text)):
        text = f"[{own['first'].upper()}]{text[own.end() :]}"
    text = _LIST.sub("[the list]", text)
    if not named and source.kind != "evidence" and (bare := _BARE.match(text)):
        text = f"[{short_name(source)}]{text[bare.end() :]}"
    return text


def short_name(source: Source) -> str:
    """Return the short name of a paper: the part of its title before a colon, else authors and year, else its title."""
    title = str(source.metadata.get("paper") or source.title)
    head, colon, _ = title.partition(":")
    if colon and 1 <= len(head.split()) <= _SHORT:
        return head
    names = authors(source.metadata)
    year = source.metadata.get("year")
    if names and year:
        others = (
            f" and {family(names[1])}" if len(names) == 2 else " and others" if names[1:] else ""
        )
        return f"{family(names[0])}{others} ({year})"
    return title


# What stands before the colon of a title is its short name if it has at most so many words.
_SHORT = 5


def is_repair_of(text: str, quote: str) -> bool:
    """Return whether a text is a quote with changes in square brackets only.

    The text outside the brackets must stand in the quote in the same order. It must begin and end
    like the quote, unless a bracket stands there.
    """
    words = " ".join(quote.split())
    parts = _MARK.split(text)
    if len(parts) == 1:
        return text == words
    at = 0
    for number, part in enumerate(part.strip() for part in parts):
        found = words.find(part, at)
        if found < 0 or (number == 0 and part and found != 0):
            return False
        at = found + len(part)
    return words.endswith(parts[-1].strip())
