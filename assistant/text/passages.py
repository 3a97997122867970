"""Cut a stored text into passages: whole sentences, at most one embedding window each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.text.prose import Block, Span, blocks, sentences
from assistant.types import Document, Passage, Source, page_at

CountTokens = Callable[[Sequence[str]], list[int]]

# Change this if the same text would be cut differently; stored passages are then cut again.
CUTTING = "4"

# These sections are looked up and not read: the text keeps them, the index leaves them out.
_UNREAD = frozenset({"references", "bibliography", "works cited", "literature cited"})


def passages(
    key: str, document: Document | Source, window: int, count_tokens: CountTokens
) -> list[Passage]:
    """Return the passages of a document, in order; none crosses a section, and a page only to end its sentence.

    Sentences are packed greedily until the next would exceed `window` tokens; a single longer
    sentence is cut at white space. Every passage is a span of `document.text`, so its words are
    `text[start:end]`, and its id gives its place.

    Args:
        key: The key of the source.
        document: The document of a reader, or the source that it became.
        window: The most tokens that are read at once: those of a passage and of its heading.
        count_tokens: Returns the numbers of tokens of many texts at once.
    """
    text = document.text
    room = _room(document, window, count_tokens)
    pieces = [
        (span, (block.section, block.under))
        for block in _readable(document)
        for span in sentences(text, block.span.start, block.span.end)
    ]
    sizes = _sizes([span.of(text) for span, _ in pieces], room, count_tokens)
    # List markers and skipped text stand between sentences and are read with them.
    gaps = [
        0,
        *_sizes([text[a.end : b.start] for (a, _), (b, _) in pairwise(pieces)], room, count_tokens),
    ]
    packed: list[tuple[int, int, tuple[str, int], int | None]] = []
    left = 0
    for (span, section), size, gap in zip(pieces, sizes, gaps, strict=False):
        page = page_at(document.pages, span.start)
        if packed and packed[-1][2:] == (section, page) and gap + size <= left:
            packed[-1] = (packed[-1][0], span.end, section, page)
            left -= gap + size
            continue
        parts = [span] if size <= room else list(_cut(text, span, room, count_tokens))
        packed.extend((part.start, part.end, section, page) for part in parts)
        left = room - size if size <= room else 0
    return [
        Passage(
            id=f"{key}:{start}-{end}", source=key, text=text[start:end], start=start, end=end,
            page=page, section=section,
        )
        for start, end, (section, _), page in packed
    ]  # fmt: skip


def place(id: str) -> tuple[int, int]:
    """Return the start and the end of a passage in the text of its source, from its id."""
    start, _, end = id.rpartition(":")[2].partition("-")
    return int(start), int(end)


def keyed(cut: Sequence[Passage], key: str) -> list[Passage]:
    """Return the passages under another key."""
    return [replace(p, id=f"{key}:{p.start}-{p.end}", source=key) for p in cut]


def heading(document: Document | Source) -> str:
    """Return the heading with which a passage is read; a note's question says what its facts are about."""
    return document.title if document.kind != "paper" else ""


def _room(document: Document | Source, window: int, count_tokens: CountTokens) -> int:
    """Return the tokens left for a passage beside its heading and the mark between the two.

    It is never less than half of the window: a longer heading is cut.
    """
    title = heading(document)
    return max(window - count_tokens([title])[0] - 1, window // 2) if title else window


def _sizes(texts: Sequence[str], room: int, count_tokens: CountTokens) -> list[int]:
    """Return numbers of tokens; a text with very long words is counted by its letters.

    A tokenizer takes a megabyte without a space for one unknown word. A text that is too long by
    its letters alone is not given to the tokenizer, which would count a text of one sentence again
    for every half of it.
    """
    least = [len(text) // _LETTERS for text in texts]
    counted = iter(
        count_tokens([text for text, size in zip(texts, least, strict=True) if size <= room])
    )
    return [size if size > room else max(size, next(counted)) for size in least]


# A token has at most this many letters: English has four, and a table set with blanks or dots ten.
_LETTERS = 32


def _readable(document: Document | Source) -> Iterator[Block]:
    """Yield the blocks of prose and items outside the reference list, with their sections."""
    if document.kind != "paper":
        yield from (block for block in blocks(document.text) if block.kind != "heading")
        return
    headings = [(mark["start"], mark["title"]) for mark in document.metadata.get("sections", ())]
    at, section, start = 0, "", 0
    for block in blocks(document.text):
        while at < len(headings) and headings[at][0] <= block.span.end - 1:
            section = headings[at][1]
            start = headings[at][0] + len(section)
            at += 1
        name = section.lower().lstrip("0123456789. ").strip(" :.")
        if start < block.span.end and name not in _UNREAD:
            span = Span(max(start, block.span.start), block.span.end)
            yield Block(span, block.kind, section, start)


def _cut(text: str, span: Span, room: int, count_tokens: CountTokens) -> Iterator[Span]:
    """Halve a stretch, if possible at white space, until every part fits."""
    if span.end - span.start < 2 or _sizes([span.of(text)], room, count_tokens)[0] <= room:
        yield span
        return
    middle = (span.start + span.end) // 2
    blank = next((at for at in range(middle, span.end) if text[at].isspace()), span.end)
    before = next((at for at in range(middle, span.start, -1) if text[at].isspace()), span.start)
    nearest = min((blank, before), key=lambda at: abs(at - middle))
    end = start = nearest if span.start < nearest < span.end else middle
    while text[end - 1].isspace():
        end -= 1
    while text[start].isspace():
        start += 1
    yield from _cut(text, Span(span.start, end), room, count_tokens)
    yield from _cut(text, Span(start, span.end), room, count_tokens)
