"""Cut a stored text into passages: whole sentences, at most one embedding window each."""

from collections.abc import Callable, Iterator, Sequence

from assistant.text import Block, Span, blocks, sentences
from assistant.types import Document, Passage

CountTokens = Callable[[Sequence[str]], list[int]]

# Sections that are looked up, not read: they are kept in the text and left out of the index.
_UNREAD = frozenset({"references", "bibliography", "works cited", "literature cited"})


def passages(key: str, document: Document, window: int, count_tokens: CountTokens) -> list[Passage]:
    """The passages of a document, in order; no passage crosses a section or a page.

    Sentences are packed greedily until the next would exceed `window` tokens; a single longer
    sentence is cut at white space. Every passage is a span of `document.text`, so its words are
    `text[start:end]`, and its id says where it stands.

    Args:
        key: Key of the source.
        document: What the reader made of the file.
        window: Most tokens in one passage, as counted by `count_tokens`.
        count_tokens: Numbers of tokens of many texts at once.
    """
    text = document.text
    pieces = [
        (span, block.section)
        for block in _readable(document)
        for span in sentences(text, block.span.start, block.span.end)
    ]
    sizes = count_tokens([span.of(text) for span, _ in pieces])
    pages = [(page.start, page.end, page.number) for page in document.pages]
    packed: list[tuple[int, int, str, int | None]] = []
    room = 0
    for (span, section), size in zip(pieces, sizes, strict=True):
        page = next((number for a, b, number in pages if a <= span.start < b), None)
        joins = packed and packed[-1][2:] == (section, page) and size <= room
        if joins:
            packed[-1] = (packed[-1][0], span.end, section, page)
            room -= size
        elif size <= window:
            packed.append((span.start, span.end, section, page))
            room = window - size
        else:
            packed.extend(
                (part.start, part.end, section, page)
                for part in _cut(text, span, -(-size // window) + 1)
            )
            room = 0
    return [
        Passage(
            id=f"{key}:{start}-{end}", source=key, text=text[start:end], start=start, end=end,
            page=page, section=section,
        )
        for start, end, section, page in packed
    ]  # fmt: skip


def _readable(document: Document) -> Iterator[Block]:
    """The blocks of prose and items outside the reference list, under their sections."""
    if document.kind != "paper":
        yield from (block for block in blocks(document.text) if block.kind != "heading")
        return
    headings = [(mark["start"], mark["title"]) for mark in document.metadata.get("sections", ())]
    starts = {start for start, _ in headings}
    at, section = 0, ""
    for block in blocks(document.text):
        while at < len(headings) and headings[at][0] <= block.span.start:
            section = headings[at][1]
            at += 1
        name = section.lower().lstrip("0123456789. ").strip(" :.")
        if block.span.start not in starts and name not in _UNREAD:
            yield Block(block.span, block.kind, section)


def _cut(text: str, span: Span, parts: int) -> Iterator[Span]:
    """Cut a stretch at white space into about `parts` equal parts."""
    step = max(1, (span.end - span.start) // parts)
    start = span.start
    while start < span.end:
        end = min(span.end, start + step)
        while end < span.end and not text[end].isspace() and end - start < 2 * step:
            end += 1
        yield Span(start, end)
        start = end
        while start < span.end and text[start].isspace():
            start += 1
