"""Compose the stored text of a PDF: paragraphs from printed lines, every word with its span and its box."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.readers.pdf_continued import continued, over_pages
from assistant.readers.pdf_furniture import without_furniture
from assistant.readers.pdf_glyphs import Sheet, Token
from assistant.readers.pdf_initials import with_initials
from assistant.readers.pdf_joints import joint, vocabulary
from assistant.readers.pdf_order import Line, reading_order
from assistant.readers.pdf_paragraphs import SECTION_NUMBER, Block, paragraphs


class Heading(NamedTuple):
    """A heading and where it starts in the stored text."""

    title: str
    start: int


class Leaf(NamedTuple):
    """A page of the stored text: its span, its size, and (start, end, box) of each word."""

    start: int
    end: int
    width: float
    height: float
    words: list[tuple[int, int, float, float, float, float]]


class Composition(NamedTuple):
    """A whole document as text, with its pages, headings and the lines that were left out."""

    text: str
    leaves: list[Leaf]
    headings: list[Heading]
    furniture: list[str]


def compose(sheets: Sequence[Sheet]) -> Composition:
    """Return the stored text of a document.

    Lines become paragraphs, joined by single spaces; words broken at a line's end are whole again
    (a compound keeps its hyphen if the document writes it so elsewhere); paragraphs and pages
    are separated by a blank line, except for a paragraph that continues on the next page; headings
    stand alone; running heads, page numbers and the stamp of a preprint server are left out.
    """
    ordered = [reading_order(sheet) for sheet in sheets]
    pages, furniture = without_furniture(ordered, sheets)
    pages = with_initials(pages)
    known = vocabulary(pages)
    body = _body_height(pages)
    printed = [continued(paragraphs(lines), body) for lines in pages]
    for blocks in printed:
        _mark_headings(blocks, body)
    carried = over_pages(printed, body)
    writer = _Writer(known)
    leaves: list[Leaf] = []
    for number, (sheet, blocks) in enumerate(zip(sheets, printed, strict=True)):
        onwards = printed[number + 1][0] if number in carried else None
        leaves.append(writer.page(blocks, sheet, onwards))
    return Composition("".join(writer.parts), leaves, writer.headings, furniture)


_FORMULA = re.compile(r"[=<>∈⊆⊂∩∪→⇒⇔↦∀∃{}|∼≅∘]")
_SECTION_NAME = re.compile(
    r"^(?:abstract|introduction|related work|background|methods?|experiments?|results|discussion|"
    r"conclusions?|limitations|ethics statement|acknowledge?ments?|references|bibliography|"
    r"appendix|appendices|zusammenfassung|einleitung|literatur(?:verzeichnis)?)\W*$",
    re.IGNORECASE,
)


def _body_height(pages: Sequence[Sequence[Line]]) -> float:
    """Return the line height in which most characters of the document are set."""
    weights: dict[float, int] = {}
    for lines in pages:
        for line in lines:
            height = round(line.height * 2) / 2
            weights[height] = weights.get(height, 0) + sum(len(t.text) for t in line.tokens)
    return max(weights, key=lambda height: weights[height]) if weights else 0.0


def _mark_headings(blocks: Sequence[Block], body: float) -> None:
    for place, block in enumerate(blocks):
        words = [token.text for line in block.lines for token in line.tokens]
        if (
            block.row
            or len(block.lines) > 3
            or len(words) > 20
            or block.lines[0].turn != blocks[0].lines[0].turn
        ):
            continue
        text = " ".join(words)
        letters = sum(character.isalpha() for character in text)
        if letters < 3 or letters < 0.6 * len(text.replace(" ", "")) or _FORMULA.search(text):
            continue
        numbered = len(words) > 1 and SECTION_NUMBER.match(words[0]) and words[1][:1].isupper()
        bold = all(line.bold for line in block.lines)
        larger = block.height > 1.12 * body
        named = _SECTION_NAME.match(text.lstrip("0123456789. "))
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        prose = following is not None and len(following.lines) > 1
        closed = text[-1] in ".,;"
        starts = text[0].isupper() or numbered or named
        block.heading = bool(
            starts and (named or (not closed and (larger or (bold and (numbered or prose)))))
        )


class _Writer:
    """Appends pages to the stored text and notes the place of each word."""

    def __init__(self, known: frozenset[str]) -> None:
        self.parts: list[str] = []
        self.headings: list[Heading] = []
        self._known = known
        self._end = 0
        self._glue = ""  # the text between the last page and the next

    def page(self, blocks: Sequence[Block], sheet: Sheet, onwards: Block | None) -> Leaf:
        """Append a page; its last paragraph continues `onwards` if there is such a paragraph."""
        if blocks and self._end:
            self._put(self._glue)
        start = self._end
        words: list[tuple[int, int, float, float, float, float]] = []
        for place, block in enumerate(blocks):
            if place:
                self._put(self._glue)
            begin = self._end
            following = onwards if place + 1 == len(blocks) else None
            self._glue = ""
            for token, glue in _glued(block, following, self._known):
                self._put(self._glue)
                at = self._end
                self._put(token.text + ("-" if glue == "-" else ""))
                words.append((at, self._end, token.left, token.bottom, token.right, token.top))
                self._glue = " " if glue == " " else ""
            if block.heading:
                title = " ".join(token.text for line in block.lines for token in line.tokens)
                self.headings.append(Heading(title, begin))
            self._glue = self._glue if following else "\n\n"
        return Leaf(start, self._end, sheet.width, sheet.height, words)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._end += len(text)


def _glued(
    block: Block, onwards: Block | None, known: frozenset[str]
) -> Iterator[tuple[Token, str]]:
    """Yield each word with what follows it: a space, a hyphen, or nothing."""
    lines = [*block.lines, *(onwards.lines[:1] if onwards else ())]
    for place, line in enumerate(block.lines):
        for token in line.tokens[:-1]:
            yield token, " "
        last = line.tokens[-1]
        if place + 1 == len(lines):
            yield last, "-" if last.broken else ""
        else:
            yield joint(last, lines[place + 1].tokens[0], known)
