"""The stored text of a PDF: paragraphs from printed lines, every word with its span and its box."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from assistant.readers.pdf_furniture import without_furniture
from assistant.readers.pdf_glyphs import Sheet, Token
from assistant.readers.pdf_order import Line, is_right_to_left, reading_order


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
    """Stored text of a document.

    Lines become paragraphs, joined by single spaces; words broken at a line's end are whole again
    (a compound keeps its hyphen when the document writes it so elsewhere); paragraphs and pages
    are separated by a blank line; headings stand alone; running heads, page numbers and the stamp
    of a preprint server are left out.
    """
    ordered = [reading_order(sheet) for sheet in sheets]
    pages, furniture = without_furniture(ordered, sheets)
    vocabulary = _vocabulary(pages)
    body = _body_height(pages)
    writer = _Writer(vocabulary)
    leaves: list[Leaf] = []
    for sheet, lines in zip(sheets, pages, strict=True):
        blocks = _continued(_blocks(lines), body)
        _mark_headings(blocks, body)
        leaves.append(writer.page(blocks, sheet))
    return Composition("".join(writer.parts), leaves, writer.headings, furniture)


@dataclass
class _Block:
    """Lines of one paragraph."""

    lines: list[Line]
    heading: bool = False
    text: str = field(default="", init=False)

    @property
    def height(self) -> float:
        return median(line.height for line in self.lines)


_TERMINAL = re.compile(r"[.!?:;。؟][\"'”’)\]]*\d{0,3}$")
_INITIAL = re.compile(r"^(?:[A-Z]\.)+$")
_BULLET = re.compile(r"^(?:[•●○▪■◦‣∗–—]|\[\d{1,3}\])")
_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]|\(?[a-zA-Z0-9ivx]{1,3}\))$")
_SECTION_NUMBER = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z](?:\.\d{1,2}){1,3}|[IVX]{1,5}\.)$"
)
_FORMULA = re.compile(r"[=<>∈⊆⊂∩∪→⇒⇔↦∀∃{}|∼≅∘]")
_SECTION_NAME = re.compile(
    r"^(?:abstract|introduction|related work|background|methods?|experiments?|results|discussion|"
    r"conclusions?|limitations|ethics statement|acknowledge?ments?|references|bibliography|"
    r"appendix|appendices|zusammenfassung|einleitung|literatur(?:verzeichnis)?)\W*$",
    re.IGNORECASE,
)


def _body_height(pages: Sequence[Sequence[Line]]) -> float:
    """The line height in which most characters of the document are set."""
    weights: dict[float, int] = {}
    for lines in pages:
        for line in lines:
            height = round(line.height * 2) / 2
            weights[height] = weights.get(height, 0) + sum(len(t.text) for t in line.tokens)
    return max(weights, key=lambda height: weights[height]) if weights else 0.0


def _vocabulary(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Words printed whole somewhere in the document, lower case, compounds also as such."""
    words: set[str] = set()
    for lines in pages:
        after_break = False
        for line in lines:
            tokens = line.tokens[1:] if after_break else line.tokens
            after_break = bool(_hyphenated(line.tokens[-1]))
            if after_break:
                tokens = tokens[:-1]
            words.update(token.text for token in tokens)
    bare = {word.strip(_PUNCTUATION).lower() for word in words}
    return frozenset(bare | {part for word in bare if "-" in word for part in word.split("-")})


_PUNCTUATION = "()[]{}.,;:!?\"'“”‘’«»„*†‡"


def _hyphenated(token: Token) -> bool:
    return token.broken or (
        len(token.text) > 1 and token.text[-1] in "-‐" and token.text[-2] != "-"
    )


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    """Lines in reading order, grouped into paragraphs."""
    pitch = _pitch(lines)
    blocks: list[_Block] = []
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else None
        if blocks and not _begins(blocks, line, following, pitch):
            blocks[-1].lines.append(line)
        else:
            blocks.append(_Block([line]))
    return blocks


def _pitch(lines: Sequence[Line]) -> float:
    """Usual distance between baselines, in line heights."""
    steps = [
        (one.bottom - other.bottom) / other.height
        for one, other in pairwise(lines)
        if one.column == other.column and 0.5 < (one.bottom - other.bottom) / other.height < 2.5
    ]
    # Wider than double spacing is no prose: lines so far apart stand alone.
    return min(median(steps), 1.6) if steps else 1.2


def _begins(blocks: Sequence[_Block], line: Line, following: Line | None, pitch: float) -> bool:
    """Whether a line opens a new paragraph after the last block."""
    last = blocks[-1].lines[-1]
    if line.turn != last.turn:
        return True
    overlap = min(last.top, line.top) - max(last.bottom, line.bottom)
    if overlap > 0.5 * min(last.height, line.height) and line.left >= last.left:
        return False
    ratio = line.height / last.height
    step = (last.bottom - line.bottom) / (pitch * max(line.height, last.height))
    if line.column != last.column or step < 0:
        return not _carries_on(last, line)
    spread = 1.45 if line.bold and last.bold else 1.3  # titles are set more loosely
    if step > spread or (not 0.92 < ratio < 1.08 and not _small_line(line, last)):
        return True
    if (
        line.bold
        and _SECTION_NUMBER.match(line.tokens[0].text)
        and not _hyphenated(last.tokens[-1])
    ):
        return True
    if line.bold != last.bold and (step > 1.04 or _is_short(line if line.bold else last)):
        return True
    return _opens_by_form(blocks, line, following)


def _small_line(line: Line, last: Line) -> bool:
    """A line of one or two words, such as an index under a formula, sets no paragraph apart."""
    return min(len(line.tokens), len(last.tokens)) <= 2 and min(line.height, last.height) < 9


def _carries_on(last: Line, line: Line) -> bool:
    """Whether a sentence goes on at the top of the next column."""
    if not 0.95 < line.height / last.height < 1.05 or line.bold != last.bold:
        return False
    return _hyphenated(last.tokens[-1]) or (
        not _TERMINAL.search(last.tokens[-1].text) and not line.tokens[0].text[:1].isupper()
    )


def _is_short(line: Line) -> bool:
    left, right = line.edges
    if is_right_to_left(line.text):
        return line.left > left + 0.15 * (right - left)
    return line.right < right - 0.15 * (right - left)


def _opens_by_form(blocks: Sequence[_Block], line: Line, following: Line | None) -> bool:
    """Bullets, indents, hanging entries, and the short last line of the paragraph before."""
    block = blocks[-1]
    last, first = block.lines[-1], block.lines[0]
    opener, closer = line.tokens[0].text, last.tokens[-1].text
    if _hyphenated(last.tokens[-1]) and opener[0].islower():
        return False
    ended = _TERMINAL.search(closer) is not None and not _INITIAL.match(closer)
    if _BULLET.match(opener):
        return True
    if _NUMBERED.match(opener) and ended and line.left <= last.left + 1:
        return True
    if line.bold and last.bold:
        return False
    em = 0.42 * line.height
    if _hangs(block) and abs(line.left - first.left) < em < last.left - first.left:
        return True
    if ended and _is_short(last):
        return not (_hangs(block) and line.left > first.left + em)
    if is_right_to_left(line.text):
        return False
    indented = line.left > max(line.edges[0], last.left) + em
    if not indented or _hangs(block):
        return False
    # A hanging entry goes on at the same indent; the first line of a paragraph does not.
    stays = (
        following is not None
        and following.column == line.column
        and following.left > line.left - em
        and following.bottom < line.bottom
    )
    if stays or (len(block.lines) == 1 and len(blocks) > 1 and _hangs(blocks[-2])):
        return closer.endswith(":")
    return ended


def _hangs(block: _Block) -> bool:
    """Whether the lines after the first are indented, as in a bibliography."""
    first, *others = block.lines
    return bool(others) and others[0].left > first.left + 0.42 * first.height


def _continued(blocks: list[_Block], body: float) -> list[_Block]:
    """Paragraphs that a figure or footnote interrupts, put together again."""
    pending = list(blocks)
    result: list[_Block] = []
    while pending:
        block = pending.pop(0)
        result.append(block)
        if not _unfinished(block, body):
            continue
        for place, other in enumerate(pending[:10]):
            if _resumes(block, other, body):
                # Only what the page layout put in between is stepped over, never body text.
                block.lines += other.lines
                del pending[place]
                break
            if _is_body(other, body) and len(other.lines) > 2:
                break
    return result


def _is_body(block: _Block, body: float) -> bool:
    return abs(block.height - body) < 0.05 * body


def _unfinished(block: _Block, body: float) -> bool:
    last = block.lines[-1]
    if not _is_body(block, body) or len(block.lines) < 2 or last.bold or last.turn:
        return False
    return _hyphenated(last.tokens[-1]) or not (
        _TERMINAL.search(last.tokens[-1].text) or _is_short(last)
    )


def _resumes(block: _Block, other: _Block, body: float) -> bool:
    first, last = other.lines[0], block.lines[-1]
    elsewhere = first.column != last.column or first.bottom > last.top
    opener = first.tokens[0].text
    if not elsewhere or not _is_body(other, body) or first.bold or len(first.tokens) < 3:
        return False
    if _BULLET.match(opener) or _SECTION_NUMBER.match(opener):
        return False
    return opener[:1].islower() or (opener[:1].isdigit() and opener[-1:] in ").,;")


def _mark_headings(blocks: Sequence[_Block], body: float) -> None:
    for place, block in enumerate(blocks):
        words = [token.text for line in block.lines for token in line.tokens]
        if (
            len(block.lines) > 3
            or len(words) > 20
            or block.lines[0].turn != blocks[0].lines[0].turn
        ):
            continue
        text = " ".join(words)
        letters = sum(character.isalpha() for character in text)
        if letters < 3 or letters < 0.6 * len(text.replace(" ", "")) or _FORMULA.search(text):
            continue
        numbered = len(words) > 1 and _SECTION_NUMBER.match(words[0]) and words[1][:1].isupper()
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
    """Appends pages to the stored text and notes where each word stands."""

    def __init__(self, vocabulary: frozenset[str]) -> None:
        self.parts: list[str] = []
        self.headings: list[Heading] = []
        self._vocabulary = vocabulary
        self._end = 0

    def page(self, blocks: Sequence[_Block], sheet: Sheet) -> Leaf:
        if blocks and self._end:
            self._put("\n\n")
        start = self._end
        words: list[tuple[int, int, float, float, float, float]] = []
        for place, block in enumerate(blocks):
            if place:
                self._put("\n\n")
            begin = self._end
            for token, glue in _glued(block, self._vocabulary):
                at = self._end
                self._put(token.text + ("-" if glue == "-" else ""))
                words.append((at, self._end, token.left, token.bottom, token.right, token.top))
                if glue not in ("", "-"):
                    self._put(" ")
            if block.heading:
                title = " ".join(token.text for line in block.lines for token in line.tokens)
                self.headings.append(Heading(title, begin))
        return Leaf(start, self._end, sheet.width, sheet.height, words)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._end += len(text)


def _glued(block: _Block, vocabulary: frozenset[str]) -> Iterator[tuple[Token, str]]:
    """Each word with what follows it: a space, a hyphen, or nothing."""
    for place, line in enumerate(block.lines):
        for token in line.tokens[:-1]:
            yield token, " "
        last = line.tokens[-1]
        if place + 1 == len(block.lines):
            yield last, "-" if last.broken else ""
        else:
            following = block.lines[place + 1].tokens[0]
            yield _joint(last, following, vocabulary)


def _joint(last: Token, following: Token, vocabulary: frozenset[str]) -> tuple[Token, str]:
    """How the last word of a line and the first of the next are written together."""
    if not _hyphenated(last):
        tight = _IDEOGRAPH.match(last.text[-1]) and _IDEOGRAPH.match(following.text[0])
        return last, "" if tight else " "
    head = last.text if last.broken else last.text[:-1]
    bare = last._replace(text=head)
    tail = following.text.rstrip(_PUNCTUATION)
    if not tail or tail in ("and", "or", "to", "und", "oder", "bzw."):
        return last._replace(text=head + "-"), " "
    first = head.lstrip(_PUNCTUATION).lower()
    if head[-1:].isalpha() and first + tail.lower() in vocabulary:
        return bare, ""
    if not tail[0].islower() or not head[-1:].isalpha():
        return bare, "-"
    stem = first.rsplit("-", 1)[-1]
    if len(stem) == 1 or (stem in _COMPOUNDING and not _INFLECTION.match(tail)):
        return bare, "-"
    compound = f"{first}-{tail}" in vocabulary or (
        stem + tail not in vocabulary
        and ("-" in first or (len(stem) > 2 and len(tail) > 3))
        and stem in vocabulary
        and tail in vocabulary
    )
    return bare, "-" if compound else ""


# First parts after which a hyphen at the line's end is nearly always the compound's own.
_COMPOUNDING = frozenset(
    re.findall(
        r"\w+",
        "high low large small long short well fine two three four self worst best cross state end",
    )
)
_INFLECTION = re.compile(r"er|est|en|ly|ness|less|light|land|some|ment|ing|ed|s$|ish|age|fold|ward")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")
