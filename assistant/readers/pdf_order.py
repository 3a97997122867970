"""Put the lines of a page in reading order, with columns, rotated text and right-to-left scripts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from assistant.readers.pdf_glyphs import Sheet, Token
from assistant.readers.pdf_scripts import attached

# A gap narrower than this many line heights is a space between words, even in justified text.
_WORD_GAP = 0.62


@dataclass
class Line:
    """Words on one baseline of one column, in the frame in which they read upright.

    `column` is the number of gutters to its left, or -1 for a line that crosses one; `edges` are
    the left and right border of its column. `turn` is the writing direction of the words on the
    page. `noted` says that the mark of a note stood before the first word.
    """

    tokens: list[Token]
    left: float
    bottom: float
    right: float
    top: float
    bold: bool
    turn: int = 0
    column: int = 0
    edges: tuple[float, float] = (0.0, 0.0)
    upright: list[tuple[float, float]] = field(default_factory=list)
    noted: bool = False

    @property
    def height(self) -> float:
        """Return the height of the line in points: ascent and descent of its tallest type."""
        return self.top - self.bottom

    @property
    def text(self) -> str:
        """Return the words with single spaces."""
        return " ".join(token.text for token in self.tokens)


def reading_order(sheet: Sheet) -> list[Line]:
    """Return all lines of a page in reading order: the main writing direction first, then turned text."""
    turns: dict[int, int] = {}
    for run in sheet.runs:
        for token in run.tokens:
            turns[token.turn] = turns.get(token.turn, 0) + len(token.text)
    ordered: list[Line] = []
    for turn in sorted(turns, key=lambda turn: -turns[turn]):
        lines = _lines(sheet, turn)
        gutters = _gutters(lines)
        if gutters:
            lines = _in_columns(lines, gutters)
        _assign_columns(lines, gutters)
        lines = _around_figures(lines)
        ordered += lines if _stream_reads_well(lines) else _by_place(lines)
    return ordered


def is_right_to_left(text: str) -> bool:
    """Return whether most letters of the text belong to Hebrew, Arabic and related scripts."""
    foreign = len(_RTL.findall(text))
    return foreign > 0 and 2 * foreign > sum(character.isalpha() for character in text)


# Brackets of right-to-left text come as they are drawn: a closing one first.
_MIRRORED = re.compile(r"^[^()]*\)[^()]*\([^()]*$")
_MIRROR = str.maketrans("()[]{}", ")(][}{")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def _upright(token: Token) -> tuple[float, float, float, float]:
    """Return the box turned so that its words run to the right."""
    _, left, bottom, right, top, turn, *_ = token
    if turn == 0:
        return left, bottom, right, top
    if turn == 1:
        return bottom, -right, top, -left
    if turn == 2:
        return -right, -top, -left, -bottom
    return -top, left, -bottom, right


def _lines(sheet: Sheet, turn: int) -> list[Line]:
    """Return words of one writing direction, gathered into lines in the order of the stream."""
    lines: list[Line] = []
    line: Line | None = None
    for run in sheet.runs:
        fresh = True
        for token in run.tokens:
            if token.turn != turn:
                continue
            box = token[1:5] if turn == 0 else _upright(token)
            if line is not None and _continues(line, token, box, fresh):
                _extend(line, token, box)
                line.bold = line.bold and run.bold
            else:
                line = Line([token], *box, run.bold, turn, upright=[(box[0], box[2])])
                lines.append(line)
            fresh = False
    for line in lines:
        _attach(line)
        _settle(line)
        if _MIRRORED.search(line.text) and is_right_to_left(line.text):
            line.tokens = [t._replace(text=t.text.translate(_MIRROR)) for t in line.tokens]
    return lines


def _attach(line: Line) -> None:
    """Attach raised and lowered type to its word; the line keeps its extent."""
    tokens = attached(line.tokens)
    if tokens and len(tokens) != len(line.tokens):
        line.noted = tokens[0].left > line.tokens[0].right - 0.1
        line.tokens = tokens
        boxes = [_upright(token) for token in tokens]
        line.upright = [(box[0], box[2]) for box in boxes]


def _settle(line: Line) -> None:
    """Set the line's height to that of most of its type, not that of a lone symbol."""
    if len(line.tokens) == 1:
        return
    weights: dict[tuple[float, float], int] = {}
    for token in line.tokens:
        box = _upright(token) if token.turn else token[1:5]
        place = box[1], box[3]
        weights[place] = weights.get(place, 0) + len(token.text)
    line.bottom, line.top = max(weights, key=lambda place: weights[place])


def _continues(
    line: Line, token: Token, box: tuple[float, float, float, float], fresh: bool
) -> bool:
    """Return whether a word stands on the baseline of the line and after it."""
    left, bottom, right, top = box
    height, other = top - bottom, line.top - line.bottom
    smaller, taller = (height, other) if height < other else (other, height)
    if min(top, line.top) - max(bottom, line.bottom) < 0.45 * smaller or line.tokens[-1].broken:
        return False
    before, after = line.upright[-1]
    gap = left - after
    if gap < 0 and before >= right - smaller and _RTL.search(token.text):
        gap = before - right
    # pdfium starts a new line at a superscript; a near word on the same baseline belongs to the old
    # line.
    return -0.6 * taller < gap and (not fresh or gap < _WORD_GAP * taller)


def _extend(line: Line, token: Token, box: tuple[float, float, float, float]) -> None:
    line.tokens.append(token)
    line.upright.append((box[0], box[2]))
    line.left, line.right = min(line.left, box[0]), max(line.right, box[2])
    # The first tall word sets the baseline, because a stack of superscripts must not make the line
    # grow.
    if box[3] - box[1] > 1.1 * line.height:
        line.bottom, line.top = box[1], box[3]


def _segments(line: Line) -> list[tuple[float, float]]:
    """Return the stretches of the line without a gap wider than a word space."""
    spans = sorted(line.upright)
    merged = [spans[0]]
    for left, right in spans[1:]:
        if left - merged[-1][1] < _WORD_GAP * line.height:
            merged[-1] = merged[-1][0], max(right, merged[-1][1])
        else:
            merged.append((left, right))
    return merged


def _gutters(lines: Sequence[Line]) -> list[float]:
    """Return the middle of each vertical white band that separates two columns of prose."""
    if len(lines) < 8:
        return []
    rows = [segment for line in lines for segment in _segments(line)]
    start = int(min(left for left, _ in rows))
    width = int(max(right for _, right in rows)) - start + 2
    change = [0] * (width + 1)
    for left, right in rows:
        change[int(left) - start] += 1
        change[int(right) - start + 1] -= 1
    cover, total = [], 0
    for step in change:
        total += step
        cover.append(total)
    height = median(line.height for line in lines)
    margin = int(0.12 * width)
    found: list[float] = []
    begin = -1
    usual = sorted(cover[margin:-margin] or cover)[len(cover[margin:-margin] or cover) * 3 // 5]
    for place in range(margin, width - margin + 1):
        empty = place < width - margin and cover[place] <= 0.5 * usual
        if empty and begin < 0:
            begin = place
        elif not empty and begin >= 0:
            if place - begin >= _NARROW_GAP * height:
                middle = _emptiest(cover, begin, place)
                found.append(start + middle)
            begin = -1
    return _with_prose_beside(found, rows, start, start + width)


def _emptiest(cover: Sequence[int], begin: int, end: int) -> float:
    lowest = min(cover[begin:end])
    places = [place for place in range(begin, end) if cover[place] == lowest]
    return places[len(places) // 2] + 0.5


def _with_prose_beside(
    gutters: list[float], rows: Sequence[tuple[float, float]], start: float, end: float
) -> list[float]:
    """Return the gutters with lines of prose on both sides; cells of a table do not fill their columns."""
    kept = list(gutters)
    while kept:
        borders = [start, *kept, end]
        prose = [_holds_prose(rows, left, right) for left, right in pairwise(borders)]
        bad = [i for i in range(len(kept)) if not (prose[i] and prose[i + 1])]
        if not bad:
            return kept
        kept.pop(bad[0])
    return []


def _holds_prose(rows: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    inside = [b - a for a, b in rows if a >= left - 2 and b <= right + 2]
    if len(inside) < 4:
        return False
    column = sorted(inside)[int(0.9 * (len(inside) - 1))]
    full = [size for size in inside if size > 0.6 * column]
    return len(full) >= 4 and column > 0.5 * (right - left) and column > 60


def _in_columns(lines: Sequence[Line], gutters: Sequence[float]) -> list[Line]:
    """Return the lines cut at the gutters, also at a narrow one where the file writes through its columns.

    A file that writes them apart writes only full lines through, above a figure beside the text for instance: in
    those a gap no wider than a space is one.
    """
    cut = [_split(line, gutters, _NARROW_GAP) for line in lines]
    if sum(len(parts) > 1 for parts in cut) <= _RARELY * len(lines):
        cut = [_split(line, gutters, _WORD_GAP) for line in lines]
    return [part for parts in cut for part in parts]


# The narrowest gutter, in line heights; as wide as a space in justified text.
_NARROW_GAP = 0.45
# A file that writes through its columns does so in most lines: half of them are cut, as each holds two.
_RARELY = 0.1


def _split(line: Line, gutters: Sequence[float], narrowest: float) -> list[Line]:
    """Return the line cut where a gap between its words, of so many line heights, contains a gutter."""
    cuts = [0]
    for place, ((_, right), (left, _)) in enumerate(pairwise(line.upright), 1):
        wide = left - right >= narrowest * line.height
        if wide and any(right - 1 <= gutter <= left + 1 for gutter in gutters):
            cuts.append(place)
    if len(cuts) == 1:
        return [line]
    parts = []
    for begin, end in pairwise([*cuts, len(line.tokens)]):
        boxes = [_upright(token) for token in line.tokens[begin:end]]
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
        part = Line(line.tokens[begin:end], left, bottom, right, top, line.bold, line.turn)
        part.upright = line.upright[begin:end]
        parts.append(part)
    return parts


def _assign_columns(lines: Sequence[Line], gutters: Sequence[float]) -> None:
    columns: dict[int, list[Line]] = {}
    for line in lines:
        crosses = any(line.left + 2 < gutter < line.right - 2 for gutter in gutters)
        middle = (line.left + line.right) / 2
        line.column = -1 if crosses else sum(gutter < middle for gutter in gutters)
        columns.setdefault(line.column, []).append(line)
    for members in columns.values():
        lefts = sorted(line.left for line in members)
        rights = sorted(line.right for line in members)
        edges = lefts[len(lefts) // 10], rights[(9 * len(rights)) // 10]
        for line in members:
            line.edges = edges


def _around_figures(lines: list[Line]) -> list[Line]:
    """Return the lines with those whole that run above or below a figure with text beside it.

    A scan's reader cuts such a page into zones and, with them, the full lines above. A row whose halves stand a space
    apart is one line where one of the two columns ends with it and the other goes on.
    """
    for rows in (_rows(lines), _rows(lines)[::-1]):
        halves: list[list[Line]] = []
        for row in rows:
            if len(row) == 2 and _is_one_line(*row):
                halves.append(row)
            elif row is not rows[0] and any(line.column >= 0 for line in row):
                break  # the first row may be a running head
        near = rows[rows.index(halves[-1]) + 1 :][:_HOLE] if halves else []
        columns = {line.column for row in near for line in row}
        if len(columns) == 1:
            for left, right in halves:
                _extend_by(left, right)
            gone = {id(right) for _, right in halves}
            lines = [line for line in lines if id(line) not in gone]
    return lines


# A figure is at least as high as this many lines of the text beside it.
_HOLE = 3


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the rows of a page from top to bottom, each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if rows and _same_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _is_one_line(left: Line, right: Line) -> bool:
    """Return whether two lines of neighbouring columns have one baseline, one height and a space between them."""
    apart = max(abs(left.bottom - right.bottom), abs(left.top - right.top))
    gap = right.left - left.right
    return (
        0 <= left.column == right.column - 1
        and apart < 0.2 * left.height
        and -0.1 * left.height < gap < _WORD_GAP * left.height
    )


def _extend_by(left: Line, right: Line) -> None:
    """Make one line of both."""
    left.tokens += right.tokens
    left.upright += right.upright
    left.right, left.column, left.edges = right.right, -1, (left.left, right.right)


def _same_row(one: Line, other: Line) -> bool:
    overlap = min(one.top, other.top) - max(one.bottom, other.bottom)
    return overlap > 0.5 * min(one.height, other.height)


def _stream_reads_well(lines: Sequence[Line]) -> bool:
    """Return whether the file's own order goes down each column, one column after the other.

    Typesetters write files in reading order, and their order is better than geometry around
    formulas, tables and floats; other programs write across the columns or in random order.
    """
    if len(lines) < 2:
        return True
    climbs = crossings = 0
    for one, other in pairwise(lines):
        if one.column == other.column:
            climbs += other.bottom > one.top
        elif -1 not in (one.column, other.column):
            crossings += _same_row(one, other)
    first: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        first.setdefault(line.column, []).append(place)
    means = [sum(first[c]) / len(first[c]) for c in sorted(first) if c >= 0]
    if means != sorted(means) and not is_right_to_left(" ".join(line.text for line in lines)):
        return False
    return climbs <= 0.2 * len(lines) and crossings <= 0.15 * len(lines)


def _by_place(lines: Sequence[Line]) -> list[Line]:
    """Return bands between full-width lines from top to bottom, columns within them, rows within those."""
    rightmost_first = is_right_to_left(" ".join(line.text for line in lines))
    order: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if line.column == -1:
            order += _columns(band, rightmost_first)
            order.append(line)
            band = []
        else:
            band.append(line)
    return order + _columns(band, rightmost_first)


def _columns(band: Sequence[Line], rightmost_first: bool) -> list[Line]:
    columns: dict[int, list[Line]] = {}
    for line in band:
        columns.setdefault(line.column, []).append(line)
    order: list[Line] = []
    for column in sorted(columns, reverse=rightmost_first):
        for row in _rows(columns[column]):
            order += row[::-1] if rightmost_first else row
    return order
