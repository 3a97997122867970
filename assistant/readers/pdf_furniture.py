"""Remove page furniture from a PDF's text: running heads, page numbers, stamps of preprint servers."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.readers.pdf_glyphs import Sheet
from assistant.readers.pdf_order import Line

# Running heads and page numbers stand within this share of the page height from an edge.
_MARGIN = 0.12
# A line that is only a page number may stand further inside.
_NUMBER_MARGIN = 0.2

ARXIV_STAMP = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(v\d+)?")


def without_furniture(
    pages: Sequence[Sequence[Line]], sheets: Sequence[Sheet]
) -> tuple[list[list[Line]], list[str]]:
    """Return the lines of each page without furniture, and the texts left out.

    A line is removed if its text, apart from numbers, stands at the same height near the top or
    bottom of at least three pages (two, if it is a lone number or there are only two) and at some
    distance from the text; if turned text repeats in the same way; and if it is the stamp of a
    preprint server along the edge.
    """
    repeated = _repeated(pages, sheets)
    kept: list[list[Line]] = []
    left_out: list[str] = []
    for lines, sheet in zip(pages, sheets, strict=True):
        marked = [_recurs(line, lines, sheet, repeated) for line in lines]
        body = [line for line, mark in zip(lines, marked, strict=True) if not mark]
        kept.append([])
        for line, mark in zip(lines, marked, strict=True):
            if _is_stamp(line, lines) or (mark and not _adjoins(line, body)):
                left_out.append(line.text)
            else:
                kept[-1].append(line)
    return kept, left_out


class _Key(NamedTuple):
    """The text of a line with its numbers as #, and its writing direction."""

    text: str
    turn: int


def _repeated(
    pages: Sequence[Sequence[Line]], sheets: Sequence[Sheet]
) -> Mapping[_Key, Sequence[float]]:
    """Return the heights, as shares of the page, of the lines in the margins of several pages."""
    heights: dict[_Key, list[float]] = {}
    texts: dict[_Key, set[str]] = {}
    for lines, sheet in zip(pages, sheets, strict=True):
        for line in lines:
            key = _key(line, lines, sheet)
            if key is not None:
                heights.setdefault(key, []).append(_height_on_page(line, sheet))
                texts.setdefault(key, set()).add(line.text)
    return {
        key: found
        for key, found in heights.items()
        if len(found) >= 2
        and (len(found) >= _needed(key, len(texts[key]) / len(found), len(pages)))
    }


def _needed(key: _Key, variety: float, pages: int) -> float:
    """Return on how many pages a line must stand; `variety` is the share of different texts among them."""
    if key.text == "#":
        return 2
    counts = "#" in key.text and variety > 0.5
    # A table's row may recur in a long document; the number in a running head increases.
    return min(3, pages) if counts else max(min(3, pages), 0.04 * pages)


def _key(line: Line, lines: Sequence[Line], sheet: Sheet) -> _Key | None:
    turned = line.turn != lines[0].turn
    height = _height_on_page(line, sheet)
    if not turned and _NUMBER_MARGIN < height < 1 - _NUMBER_MARGIN:
        return None
    text = line.text
    number = re.fullmatch(r"\W*(?:\d{1,5}|[ivxlc]{1,6}|[IVXLC]{2,6})\W*", text) is not None
    if number and not _is_outermost(line, lines):
        return None
    if not number and not turned and _MARGIN < height < 1 - _MARGIN:
        return None
    return _Key("#" if number else re.sub(r"\d+", "#", text.lower()), line.turn)


def _is_outermost(line: Line, lines: Sequence[Line]) -> bool:
    others = [other for other in lines if other.turn == line.turn]
    lowest = min(other.bottom for other in others)
    return line.bottom <= lowest + 3 or line.top >= max(other.top for other in others) - 3


def _height_on_page(line: Line, sheet: Sheet) -> float:
    """Return the height of the baseline as a share of the page, 0 at the bottom, in the line's own frame."""
    extent = sheet.width if line.turn % 2 else sheet.height
    low = -extent if line.turn in (1, 2) else 0.0
    return (line.bottom - low) / max(extent, 1.0)


def _recurs(
    line: Line,
    lines: Sequence[Line],
    sheet: Sheet,
    repeated: Mapping[_Key, Sequence[float]],
) -> bool:
    key = _key(line, lines, sheet)
    if key is None or key not in repeated:
        return False
    height = _height_on_page(line, sheet)
    level = sum(abs(other - height) < 0.01 for other in repeated[key])
    return level >= 2 if key.text == "#" else level >= min(3, len(repeated[key]))


def _adjoins(line: Line, body: Sequence[Line]) -> bool:
    """Return whether text that does not recur is directly above or below; then the line is text too."""
    return any(
        0 < abs(other.bottom - line.bottom) < 1.5 * max(line.height, other.height)
        and other.left < line.right
        and line.left < other.right
        for other in body
        if other.turn == line.turn
    )


def _is_stamp(line: Line, lines: Sequence[Line]) -> bool:
    return line.turn != lines[0].turn and ARXIV_STAMP.match(line.text) is not None
