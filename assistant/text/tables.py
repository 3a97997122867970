"""Find the tables in the text of a paper: each row with the header and the caption that say what it holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table: its span in the text, its label, how many values follow it, and the line of its group."""

    start: int
    end: int
    label: str
    values: int
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under one header. `header` are its printed lines; `caption` is empty if none stands beside it."""

    header: tuple[str, ...]
    caption: str
    rows: tuple[Row, ...]


@lru_cache(maxsize=64)
def tables(text: str) -> tuple[Table, ...]:
    """Return the tables of a text whose rows are paragraphs of their own, in order.

    A row is a label and then values: numbers, with or without unit, dashes, ticks. At least two
    rows make a table; the short unfinished lines before them are its header. A table without a
    header is left out, because nobody could say what its values mean.
    """
    return tuple(_tables(text, [m.span() for m in _PARAGRAPH.finditer(text)]))


_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?![^\S\n]*\n))*")
# A row that wraps or is longer is prose with many numbers.
_LONGEST_ROW = 240
# A header has at most this many lines and a line at most this many characters.
_HEADER_LINES, _LONGEST_HEADER = 5, 160
_ROWS = 2
_VALUE = re.compile(
    r"[-–—−+±~<>≤≥≈(\[$€£*†‡]*\d[\d.,:/×x^]*(?:[eE][-+−]?\d+)?(?:[-–±/]\d[\d.,]*)*[%KMBGTkx°‰]{0,2}[)\]*†‡§]*|[-–—−✓✗✔✘•±*†‡]+"
)
_CAPTION = re.compile(
    r"(?:Table|Tab\.|Tabelle|Tableau|Tabla)\s*[A-Z]?\d+[a-z]?(?:\.\d+)*\s*[:.|–—]"
)
# A line with so many words in small letters is a sentence if it ends with a stop, as "Rec. Prec."
# does too; with so many more it is one without its end.
_SENTENCE, _UNENDED = 3, 10
# The label of a lone value has at most so many words; a longer line is a sentence cut short.
_LONGEST_LABEL = 9
# A year in brackets belongs to a name.
_YEAR = re.compile(r"\((?:19|20)\d\d[a-z]?\)")
# "Table 3" alone mentions a table, and so with the like.
_MENTION = re.compile(r"(?:Table|Figure|Section|Page|Equation|Appendix|Chapter)s?")
# A numbered heading and an address head no table.
_OTHER = re.compile(r"^(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.? [A-Z]\w{2}|//|www\.")
_ENDED = re.compile(r"[.!?:;]$")
# Values of another row; a year in brackets and a number in a name are none.
_PLAIN = re.compile(r"(?:^|(?<=\s))\d+(?:\.\d+)?%?(?=\s|$)")
# "Precision = 1" is a formula.
_DEFINES = re.compile(r"[=<>:,(]$")


def _tables(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Table]:
    at = 0
    while at < len(spans):
        rows, last = _run(text, spans, at)
        if len(rows) < _ROWS:
            at += 1
            continue
        header = _header(text, spans, at)
        if header:
            caption = _caption(text, spans, at - len(header), last)
            yield Table(header=header, caption=caption, rows=tuple(rows))
        at = last + 1


def _run(text: str, spans: Sequence[tuple[int, int]], at: int) -> tuple[list[Row], int]:
    """Return the rows from a paragraph on and the place of the last one; a lone line between two names a group."""
    rows: list[Row] = []
    last, group = at, ""
    for place in range(at, len(spans)):
        row = _row(text, spans[place])
        if row is not None:
            rows.append(replace(row, group=group))
            last = place
        elif rows and last == place - 1 and (line := _head_line(text, spans[place])):
            group = "" if _PLAIN.search(line) else line
        else:
            break
    return rows, last


def _row(text: str, span: tuple[int, int]) -> Row | None:
    """Return the row that a paragraph is, or None."""
    if span[1] - span[0] > _LONGEST_ROW:
        return None
    tokens = text[slice(*span)].split()
    values = 0
    while values < len(tokens) and _VALUE.fullmatch(tokens[-1 - values]):
        values += 1
    label = " ".join(tokens[: len(tokens) - values])
    if not values or not any(c.isalpha() for c in label) or _DEFINES.search(label):
        return None
    if len(_PLAIN.findall(label)) > 1:
        return None  # two rows that the reader of the file did not part
    if values == 1 and (
        len(tokens) > _LONGEST_LABEL or _MENTION.fullmatch(label) or _YEAR.fullmatch(tokens[-1])
    ):
        return None
    return Row(start=span[0], end=span[1], label=label, values=values)


def _header(text: str, spans: Sequence[tuple[int, int]], first: int) -> tuple[str, ...]:
    lines: list[str] = []
    for span in reversed(spans[max(0, first - _HEADER_LINES) : first]):
        line = _head_line(text, span)
        if not line or _row(text, span):
            break
        lines.insert(0, line)
    return tuple(lines)


def _head_line(text: str, span: tuple[int, int]) -> str:
    """Return the line of a header or of a group of rows that a paragraph is, or ""."""
    if span[1] - span[0] > _LONGEST_HEADER:
        return ""
    line = " ".join(text[slice(*span)].split())
    small = sum(word.islower() for word in line.split())
    prose = small >= (_SENTENCE if _ENDED.search(line) else _UNENDED)
    return "" if prose or _CAPTION.match(line) or _OTHER.search(line) else line


def _caption(text: str, spans: Sequence[tuple[int, int]], first: int, last: int) -> str:
    for place in (last + 1, first - 1, last + 2):
        if 0 <= place < len(spans):
            words = " ".join(text[slice(*spans[place])].split())
            if _CAPTION.match(words) and _row(text, spans[place]) is None:
                return words
    return ""
