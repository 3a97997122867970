"""Gather printed lines into paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from assistant.readers.pdf_joints import hyphenated
from assistant.readers.pdf_order import Line, is_right_to_left


@dataclass
class Block:
    """Lines of one paragraph, or of one row of a table."""

    lines: list[Line]
    heading: bool = False
    row: bool = False

    @property
    def height(self) -> float:
        """Return the usual height of its lines."""
        return median(line.height for line in self.lines)

    @property
    def words(self) -> str:
        """Return its words with single spaces."""
        return " ".join(line.text for line in self.lines)


def paragraphs(lines: Sequence[Line]) -> list[Block]:
    """Return lines in reading order, grouped into paragraphs."""
    pitch = _pitch(lines)
    blocks: list[Block] = []
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else None
        if blocks and not _begins(blocks, line, following, pitch):
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block([line]))
    for block in blocks:
        block.row = _cells(block.lines) > 1 and len(_last_row(block.lines)) == len(block.lines)
    return blocks


def _last_row(lines: Sequence[Line]) -> list[Line]:
    """Return the last lines that stand side by side, because pdfium gives the cells of a row separately."""
    row = [lines[-1]]
    for line in reversed(lines[:-1]):
        if not _beside(line, row[0]):
            break
        row.insert(0, line)
    return row


def _beside(line: Line, other: Line) -> bool:
    overlap = min(line.top, other.top) - max(line.bottom, other.bottom)
    same = line.turn == other.turn and line.column == other.column
    return same and overlap > 0.5 * min(line.height, other.height)


def _cells(lines: Sequence[Line]) -> int:
    """Return how many stretches of the last row are separated by gaps too wide for spaces.

    Justified lines have wide spaces, but all of one width; in a row of numbers they may be alike.
    """
    row = _last_row(lines)
    extents = sorted(extent for line in row for extent in line.upright)
    gaps = [left - right for (_, right), (left, _) in pairwise(extents)]
    if not gaps:
        return 1
    height = row[-1].height
    tokens = [token.text for line in row for token in line.tokens]
    numbers = sum(_FIGURE.fullmatch(text) is not None for text in tokens)
    figures = 2 * numbers >= len(tokens) > 2
    usual = 0.9 * height if figures else max(0.9 * height, 2.5 * max(min(gaps), 0.0))
    wide = [gap for gap in gaps if gap > min(usual, 2 * height)]
    if len(wide) == 1 and not figures:
        # The number of a heading stands well before it, sometimes by a tabulator.
        numbered = wide[0] == gaps[0] and SECTION_NUMBER.match(tokens[0])
        return 1 if numbered or wide[0] < 2 * height else 2
    return 1 + len(wide)


_FIGURE = re.compile(r"\W*\d[\d.,%±]*\W*|[–—-]")


def _pitch(lines: Sequence[Line]) -> float:
    """Return the usual distance between baselines, in line heights."""
    steps = [
        (one.bottom - other.bottom) / other.height
        for one, other in pairwise(lines)
        if one.column == other.column and 0.5 < (one.bottom - other.bottom) / other.height < 2.5
    ]
    # Text wider than double spacing is not prose: lines so far apart stand alone.
    return min(median(steps), 1.6) if steps else 1.2


def _begins(blocks: Sequence[Block], line: Line, following: Line | None, pitch: float) -> bool:
    """Return whether a line opens a new paragraph after the last block."""
    last = blocks[-1].lines[-1]
    if line.turn != last.turn or line.noted:
        return True
    overlap = min(last.top, line.top) - max(last.bottom, line.bottom)
    if overlap > 0.5 * min(last.height, line.height) and line.left >= last.left:
        return False
    # A row of a table is a paragraph of its own; two cells make a row beside another row of two.
    cells = (
        _cells(blocks[-1].lines),
        _cells([line] if following is None or not _beside(following, line) else [line, following]),
    )
    if line.column == last.column and (max(cells) > 2 or min(cells) > 1):
        return True
    ratio = line.height / last.height
    step = (last.bottom - line.bottom) / (pitch * max(line.height, last.height))
    if line.column != last.column or step < 0:
        return not _carries_on(last, line)
    spread = 1.45 if line.bold and last.bold else 1.3  # titles are set more loosely
    if step > spread or (not 0.92 < ratio < 1.08 and not _small_line(line, last)):
        return True
    if line.bold and SECTION_NUMBER.match(line.tokens[0].text) and not hyphenated(last.tokens[-1]):
        return True
    if line.bold != last.bold and (step > 1.04 or is_short(line if line.bold else last)):
        return True
    return _opens_by_form(blocks, line, following)


def _small_line(line: Line, last: Line) -> bool:
    """Return whether a line of one or two words, such as an index under a formula, separates no paragraphs."""
    return min(len(line.tokens), len(last.tokens)) <= 2 and min(line.height, last.height) < 9


def _carries_on(last: Line, line: Line) -> bool:
    """Return whether a sentence continues at the top of the next column."""
    if not 0.95 < line.height / last.height < 1.05 or line.bold != last.bold:
        return False
    return hyphenated(last.tokens[-1]) or (
        not TERMINAL.search(last.tokens[-1].text) and not line.tokens[0].text[:1].isupper()
    )


def is_short(line: Line) -> bool:
    """Return whether a line ends well before the edge of its column."""
    left, right = line.edges
    if is_right_to_left(line.text):
        return line.left > left + 0.15 * (right - left)
    return line.right < right - 0.15 * (right - left)


def _opens_by_form(blocks: Sequence[Block], line: Line, following: Line | None) -> bool:
    """Return whether bullets, indents, hanging entries or a short line before show a new paragraph."""
    block = blocks[-1]
    last, first = block.lines[-1], block.lines[0]
    opener, closer = line.tokens[0].text, last.tokens[-1].text
    if hyphenated(last.tokens[-1]) and opener[0].islower():
        return False
    ended = TERMINAL.search(closer) is not None and not _INITIAL.match(closer)
    if BULLET.match(opener):
        return True
    if NUMBERED.match(opener) and ended and line.left <= last.left + 1:
        return True
    if line.bold and last.bold:
        return False
    em = 0.42 * line.height
    if _hangs(block) and abs(line.left - first.left) < em < last.left - first.left:
        return True
    if ended and is_short(last):
        return not (_hangs(block) and line.left > first.left + em)
    if is_right_to_left(line.text):
        return False
    indented = line.left > max(line.edges[0], last.left) + em
    if not indented or _hangs(block):
        return False
    # A hanging entry continues at the same indent; the first line of a paragraph does not.
    stays = (
        following is not None
        and following.column == line.column
        and following.left > line.left - em
        and following.bottom < line.bottom
    )
    if stays or (len(block.lines) == 1 and len(blocks) > 1 and _hangs(blocks[-2])):
        return closer.endswith(":")
    return ended


def _hangs(block: Block) -> bool:
    """Return whether the lines after the first are indented, as in a bibliography."""
    first, *others = block.lines
    return bool(others) and others[0].left > first.left + 0.42 * first.height


# A full stop with the marks that close after it, and the number of a note; not that of 0.4.
TERMINAL = re.compile(r"[.!?:;。؟！？][\"'”’)\]」』]*(?:(?<!\d\.)\d{1,3})?$")
_INITIAL = re.compile(r"^(?:[A-Z]\.)+$")
BULLET = re.compile(r"^(?:[•●○▪■◦‣∗–—]|\[\d{1,3}\])")
NUMBERED = re.compile(r"^(?:\d{1,2}[.)]|\(?[a-zA-Z0-9ivx]{1,3}\))$")
SECTION_NUMBER = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z](?:\.\d{1,2}){1,3}|[IVX]{1,5}\.)$"
)
