"""Remove line numbers in the margin of a manuscript, which are not part of its text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from assistant.readers.pdf_glyphs import Sheet, Token


def without_line_numbers(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the pages without line numbers, as Word and the LaTeX package lineno print them.

    Numbers that increase by a constant step, above each other in a margin or between two columns,
    with no other text between, are line numbers if they count the lines of running prose beside
    them, every one or every fifth. So the column of a table is kept, because its rows are not
    prose, and so is a numbered list, whose entries have more lines than numbers or begin at the
    edge of the paragraphs around it. Numbers at the same place on other pages are removed as well.
    """
    found = [_columns(sheet) for sheet in sheets]
    bands = [column.band for columns in found for column in columns]
    if not bands:
        return list(sheets)
    return [
        _without(sheet, [*columns, *_elsewhere(sheet, bands, columns)])
        for sheet, columns in zip(sheets, found, strict=True)
    ]


class _Column(NamedTuple):
    """Numbers above each other, from the top down, with their left and right border."""

    tokens: tuple[Token, ...]
    band: tuple[float, float]


# For each line number, at most this many words may stand in the way of its column, and at most this
# many on the whole page.
_IN_ITS_WAY, _ON_ITS_PAGE = 0.1, 0.25


def _columns(sheet: Sheet) -> list[_Column]:
    tokens = [token for run in sheet.runs for token in run.tokens if token.turn == 0]
    numbers = [token for token in tokens if _NUMBER.fullmatch(token.text)]
    kept: list[_Column] = []
    for column in sorted(_aligned(numbers), key=lambda column: column.band):
        if set(column.tokens) <= set(numbers) and _counts_lines(column, tokens):
            kept.append(column)
            numbers = [token for token in numbers if token not in column.tokens]
            tokens = [token for token in tokens if token not in column.tokens]
    return kept


_NUMBER = re.compile(r"\d{1,4}")


def _aligned(numbers: Sequence[Token]) -> Iterator[_Column]:
    """Return the numbers that end, or begin, at one place."""
    for edge in (attrgetter("right"), attrgetter("left")):
        ordered = sorted(numbers, key=edge)
        start = 0
        for place in range(1, len(ordered) + 1):
            if place < len(ordered) and edge(ordered[place]) - edge(ordered[place - 1]) < 1.5:
                continue
            group = sorted(ordered[start:place], key=lambda token: -token.base)
            start = place
            if len(group) > 1:
                yield _column(group)


def _column(tokens: Sequence[Token]) -> _Column:
    return _Column(
        tuple(tokens), (min(token.left for token in tokens), max(token.right for token in tokens))
    )


def _counts_lines(column: _Column, tokens: Sequence[Token]) -> bool:
    """Return whether the numbers count lines of prose beside them with no text between."""
    step = _step(column.tokens)
    if not step or len(column.tokens) < (4 if step == 1 else 2):
        return False
    top, low = column.tokens[0].top, column.tokens[-1].bottom
    others = [token for token in tokens if token not in column.tokens]
    across = [token for token in others if _crosses(token, column.band)]
    inside = [token for token in across if low < token.base < top]
    count = len(column.tokens)
    if len(inside) > _IN_ITS_WAY * count or len(across) > _ON_ITS_PAGE * count:
        return False
    beside = [token for token in others if low - 2 < token.base < top + 2]
    sides = [rows for side in (1, -1) if (rows := _rows(beside, column.band, side))]
    # Numbers between two columns have prose on both sides; a column of a table has other cells
    # beside it.
    return all(map(_are_prose, sides)) and any(
        _are_counted(rows, column.tokens, step) for rows in sides
    )


def _step(tokens: Sequence[Token]) -> int:
    """Return the step between nearly all successive numbers, or 0 if they do not increase steadily."""
    steps = [int(other.text) - int(one.text) for one, other in pairwise(tokens)]
    usual, often = Counter(steps).most_common(1)[0]
    falls = any(step <= 0 for step in steps) or any(
        one.base - other.base < 0.5 * (one.top - one.bottom) for one, other in pairwise(tokens)
    )
    return 0 if falls or often < 0.8 * len(steps) or usual > 10 else usual


def _crosses(token: Token, band: tuple[float, float]) -> bool:
    return token.left < band[1] + 0.5 and token.right > band[0] - 0.5


class _Row(NamedTuple):
    """The words of a line next to the numbers, and whether a gap wider than a space separates them."""

    base: float
    text: str
    apart: bool


def _rows(tokens: Sequence[Token], band: tuple[float, float], side: int) -> list[_Row]:
    """Return the lines right (1) or left (-1) of the numbers, up to the first wide gap between their words."""
    left, right = band
    here = [t for t in tokens if (t.left > right if side == 1 else t.right < left)]
    rows: list[list[Token]] = []
    for token in sorted(here, key=lambda token: -token.base):
        if not rows or rows[-1][0].base - token.base > 0.4 * (token.top - token.bottom):
            rows.append([])
        rows[-1].append(token)
    return [_row(sorted(row, key=lambda token: side * token.left), band, side) for row in rows]


def _row(tokens: Sequence[Token], band: tuple[float, float], side: int) -> _Row:
    """Return the words of a row from the numbers to the first wide gap."""
    near = [tokens[0]]
    for one, other in pairwise(tokens):
        gap = other.left - one.right if side == 1 else one.left - other.right
        if gap > 1.5 * (one.top - one.bottom):
            break
        near.append(other)
    first = near[0]
    space = first.left - band[1] if side == 1 else band[0] - first.right
    text = " ".join(token.text for token in near[::side])
    return _Row(first.base, text, space > 0.5 * (first.top - first.bottom))


def _are_prose(rows: Sequence[_Row]) -> bool:
    """Return whether the rows are lines of words whose sentences continue from one to the next."""
    if len(rows) < 4:
        return False
    full = [row for row in rows if row.apart and _LETTER_RUN.search(row.text)]
    goes_on = [
        other.text[0].islower()
        or (other.text[0].isalpha() and not other.text[0].isupper() and not _ENDS.search(one.text))
        for one, other in pairwise(rows)
    ]
    return len(full) >= 0.5 * len(rows) and sum(goes_on) >= 0.25 * len(rows)


_LETTER_RUN = re.compile(r"(?:[^\W\d_]\W{0,3}){12}")
_ENDS = re.compile(r"[.!?:;。！？]\W*$")


def _are_counted(rows: Sequence[_Row], numbers: Sequence[Token], step: int) -> bool:
    """Return whether there are as many lines as the numbers say."""
    wrong = 0
    for one, other in pairwise(numbers):
        between = sum(other.base + 1 < row.base <= one.base + 1 for row in rows)
        # A heading or a formula may have no number, and numbers on a grid of their own skip some.
        wrong += between > step or (step > 1 and between < step)
    return wrong <= 0.2 * len(numbers)


def _elsewhere(
    sheet: Sheet, bands: Sequence[tuple[float, float]], known: Sequence[_Column]
) -> Iterator[_Column]:
    """Return the numbers on another page that stand in the place of its line numbers."""
    tokens = [token for run in sheet.runs for token in run.tokens if token.turn == 0]
    for left, right in set(bands):
        if any(left < column.band[1] and column.band[0] < right for column in known):
            continue
        here = [token for token in tokens if _crosses(token, (left, right))]
        numbers = [
            token
            for token in here
            if _NUMBER.fullmatch(token.text)
            and (abs(token.left - left) < 3 or abs(token.right - right) < 3)
        ]
        ordered = sorted(numbers, key=lambda token: -token.base)
        if ordered and len(here) == len(numbers) and (len(ordered) == 1 or _step(ordered)):
            yield _column(ordered)


def _without(sheet: Sheet, columns: Sequence[_Column]) -> Sheet:
    left_out = {token for column in columns for token in column.tokens}
    runs = [
        run._replace(tokens=tuple(token for token in run.tokens if token not in left_out))
        for run in sheet.runs
    ]
    return sheet._replace(runs=tuple(run for run in runs if run.tokens))
