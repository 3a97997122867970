"""Show a passage beside the answer: a note with its quote marked, or the page of a PDF."""

import re

from assistant.text.prose import orders
from assistant.types import Page, Source
from assistant.views.finding import Found, field
from assistant.views.markup import Html, button, folded, marked, notice, panel, picture, tag

NOTHING = Found()


def note(source: Source, start: int, end: int, choices: Html | None = None) -> Html:
    """Return the text of a note, with the words from `start` to `end` marked and scrolled to.

    Args:
        source: The note.
        start: The start of the quote in the stored text.
        end: The end of the quote.
        choices: The buttons to mark the quote, below its last line.
    """
    # The first heading already stands above, unless it is the quote itself.
    first = f"# {source.title}\n"
    at = len(first) if source.text.startswith(first) and start >= len(first) else 0
    body = tag("div", *_lines(source.text[at:], start - at, end - at, choices), class_="note-text")
    return panel(source.title, _opener(source), body, kicker=f"Note · {source.key}")


def pdf_page(
    source: Source, page: Page, start: int, end: int, drawn: tuple[bytes, Html] | None,
    trouble: str = "", choices: Html | None = None, found: Found = NOTHING,
) -> Html:  # fmt: skip
    """Return a page of a PDF with the quote boxed, its text below, a search, and links to the next pages.

    Args:
        source: The paper.
        page: The page shown.
        start: The start of the quote in the stored text.
        end: The end of the quote; it equals `start` if nothing is quoted.
        drawn: The page as PNG and the layer of words over it, or None if it cannot be shown.
        trouble: One line that says why not.
        choices: The buttons to mark the quote, below it.
        found: What is searched for in the paper.
    """
    quote = source.text[start:end]
    alt = f"Page {page.number} of {source.title}; its text follows below"
    shown = (
        tag("div", picture("image/png", drawn[0], alt), drawn[1], class_="sheet")
        if drawn
        else notice(trouble)
    )
    words = tag(
        "div",
        *_lines(source.text[page.start : page.end], start - page.start, end - page.start),
        class_="note-text",
    )
    return panel(
        source.title,
        _opener(source),
        tag("blockquote", tag("mark", " ".join(quote.split()))) if quote.strip() else None,
        choices,
        _turning(source, page, start, end),
        _continued(source, page, start, end),
        tag("figure", shown, class_="page"),
        folded("Text of this page", words, open=drawn is None),
        kicker=f"Paper · {source.key} · page {page.number} of {len(source.pages)}",
        staying=field(source, page, (start, end), found),
    )


def _opener(source: Source) -> Html:
    opens = button("About this source", "paper", data_key=source.key)
    return tag("p", opens, class_="actions")


def _continued(source: Source, page: Page, start: int, end: int) -> Html | None:
    """Return where a quote continues or began, if this page has only a part of it."""
    pages = [other.number for other in source.pages if start < other.end and other.start < end]
    others = [number for number in pages if number != page.number]
    if page.number not in pages or not others:
        return None
    words = "goes on" if others[0] > page.number else "begins"
    return tag("p", f"The quote {words} on page {others[0]}.", class_="muted")


def _turning(source: Source, page: Page, start: int, end: int) -> Html:
    numbers = [other.number for other in source.pages]
    at = numbers.index(page.number)
    span = {"data_key": source.key, "data_start": start, "data_end": end}
    back = numbers[at - 1] if at else None
    on = numbers[at + 1] if at + 1 < len(numbers) else None
    return tag(
        "nav",
        button("← Previous", "cite", data_number=back, disabled=back is None, **span),
        tag("span", f"Page {page.number} of {numbers[-1]}", class_="muted"),
        button("Next →", "cite", data_number=on, disabled=on is None, **span),
        class_="turning", aria_label="Pages",
    )  # fmt: skip


def _lines(text: str, start: int, end: int, after: Html | None = None) -> list[Html]:
    """Return lines as written, the quoted part in `mark`, orders to machines marked.

    Headings and items keep their look. `after` stands below the paragraph or the item in
    which the quote ends.
    """
    made: list[Html] = []
    ordered = [(span.start, span.end) for span in orders(text)]
    at = 0
    for line in text.split("\n"):
        begins = at
        at += len(line) + 1
        sign = _SIGN.match(line)
        if after is not None and start < end <= begins and (sign or not line.strip()):
            made.append(after)
            after = None
        if not line.strip():
            made.append(tag("div", class_="gap"))
            continue
        low, high = max(start - begins, 0), min(end - begins, len(line))
        inside = min(sign.end(), low) if sign and low < high else (sign.end() if sign else 0)
        head = tag("span", line[:inside], class_="sign") if inside else None
        shift = begins + inside
        spans = [(low - shift, high - shift) for low, high in ordered]
        body = marked(line[inside:], (start - shift, end - shift), spans)
        made.append(tag("div", head, body, class_=_look(line, sign is not None)))
    return [*made, after] if after is not None and start < end else made


def _look(line: str, signed: bool) -> str | None:
    if not signed:
        return None
    return "heading" if line.startswith("#") else "item"


# Markdown puts these signs before a heading or an item; they are kept for copying and set apart for
# reading.
_SIGN = re.compile(r"#{1,6} +|\s*[-*+] +")
