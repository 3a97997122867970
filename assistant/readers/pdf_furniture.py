"""What a page carries besides its text: running heads, page numbers, stamps of preprint servers."""

import re
from collections.abc import Sequence

from assistant.readers.pdf_glyphs import Sheet
from assistant.readers.pdf_order import Line

# Shares of the page height in which running heads and page numbers stand.
_MARGIN = 0.12

ARXIV_STAMP = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(v\d+)?")


def without_furniture(
    pages: Sequence[Sequence[Line]], sheets: Sequence[Sheet]
) -> tuple[list[list[Line]], list[str]]:
    """The lines of each page without what repeats in the margins, and the texts left out.

    A line goes when its text, numbers apart, stands at the same height near the top or bottom of
    at least three pages (of both, in a document of two), when turned text repeats likewise, and
    when it is the stamp of a preprint server along the edge.
    """
    places: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for number, (lines, sheet) in enumerate(zip(pages, sheets, strict=True)):
        for line in lines:
            key = _key(line, lines, sheet)
            if key is not None:
                places.setdefault(key, []).append((number, _height_on_page(line, sheet)))
    needed = 3 if len(pages) > 2 else 2
    repeated = {key: heights for key, heights in places.items() if len(heights) >= needed}
    kept: list[list[Line]] = []
    left_out: list[str] = []
    for lines, sheet in zip(pages, sheets, strict=True):
        kept.append([])
        for line in lines:
            if _is_stamp(line, lines) or _repeats(line, lines, sheet, repeated, needed):
                left_out.append(line.text)
            else:
                kept[-1].append(line)
    return kept, left_out


def _height_on_page(line: Line, sheet: Sheet) -> float:
    """Height of the baseline as a share of the page, 0 at the bottom, in the line's own frame."""
    extent = sheet.width if line.turn % 2 else sheet.height
    low = -extent if line.turn in (1, 2) else 0.0
    return (line.bottom - low) / max(extent, 1.0)


def _key(line: Line, lines: Sequence[Line], sheet: Sheet) -> tuple[str, int] | None:
    turned = line.turn != lines[0].turn
    if not turned and _MARGIN < _height_on_page(line, sheet) < 1 - _MARGIN:
        return None
    text = re.sub(r"\d+", "#", line.text.lower())
    if re.fullmatch(r"[ivxlc]{1,6}", text):
        text = "#"
    return text, line.turn


def _repeats(
    line: Line,
    lines: Sequence[Line],
    sheet: Sheet,
    repeated: dict[tuple[str, int], list[tuple[int, float]]],
    needed: int,
) -> bool:
    key = _key(line, lines, sheet)
    if key is None or key not in repeated:
        return False
    height = _height_on_page(line, sheet)
    return len({page for page, other in repeated[key] if abs(other - height) < 0.01}) >= needed


def _is_stamp(line: Line, lines: Sequence[Line]) -> bool:
    return line.turn != lines[0].turn and ARXIV_STAMP.match(line.text) is not None
