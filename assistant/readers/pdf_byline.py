"""Find the authors on the first page of a paper, between its title and its abstract."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_names import (
    cased,
    is_degree,
    is_name,
    is_place,
    is_tail,
    may_be_surname,
    tells_place,
)
from assistant.readers.pdf_order import Line

_NAME_GAP = 0.6
"""A share of a line's height: words of one name are about .3 apart, names without commas .8 and more."""
_SAME_HEIGHT = 0.08
"""The heights of lines with names of one byline differ by less than this share."""
_MOST_LINES = 40
"""This many lines after the title are examined: a byline with affiliations is rarely longer."""
_FULL = 0.7
"""A share of the widest line near the title: a byline breaks within a name only if it is wider."""
_SET_APART = 1.2
"""The next author is further below an address than the address below its name, by this factor."""
_LONGEST_RUN = 4
"""The number of lines of a byline that gives each name and its place one after the other."""

# Any sign other than a letter or the punctuation of names and lists refers to a note or a place.
_MARKS = re.compile(r"(?:[^\w\s.,;:&'’·•()@/-]|[\dα-ωΑ-Ω])+")
_RAISED = 0.85
"""A share of a line's height; a smaller piece of one to three small letters is such a mark too."""
_SAME_BASELINE = 0.3
"""The baselines of names side by side differ by less than this, in line heights."""
_BY = re.compile(r"^\s*(?:by|von|par|por)\s+", re.IGNORECASE)
_END = re.compile(
    r"^\W*(?:\d\.?\s+)?(?:abstract|summary|introduction|zusammenfassung|r[ée]sum[ée]n?|resumo|riassunto|keywords?|contents)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:\d{1,2},?\s+)?\d{4}",
    re.IGNORECASE,
)


def authors(lines: Sequence[Line], title: str) -> list[str]:
    """Return the names of the byline under the title, in print order; the list is empty if there is none.

    A byline is followed by an abstract, or by addresses or places of work, or its first name occurs
    again on the page; without any of these the words under a title may be anything.

    Args:
        lines: The lines of page 1 in reading order.
        title: The title as printed.
    """
    under = _under(lines, title)
    end = next((place for place, line in enumerate(under) if _END.match(line.text)), None)
    head = [_Row(line) for line in under[: _MOST_LINES if end is None else end]]
    signed = next(
        (n for n, row in enumerate(head) if _BY.match(row.line.text) and _reads_as_names(row, [])),
        None,
    )
    head = head[signed or 0 :]
    widest = max((line.right - line.left for line in under[:_MOST_LINES]), default=0.0)
    names = _in_a_run(head) or list(_a_line_each(head)) or list(_in_a_block(head, widest))
    if end is None and signed is None and not any(row.tells_place for row in head):
        # In scripts without case, any two words would qualify.
        again = sum(names[0] in line.text for line in lines) > 1 if names else False
        names = names if again and names[0] != names[0].lower() else []
    return list(dict.fromkeys(map(cased, names)))


@dataclass(frozen=True)
class _Row:
    """A line under the title, read as a list of names."""

    line: Line

    @cached_property
    def text(self) -> str:
        """Return the line with a comma for each mark and wide gap, without brackets after names."""
        tokens = self.line.tokens
        words = [_word(token, self.line) for token in tokens]
        text = words[0] if words else ""
        for (left, right), word in zip(pairwise(tokens), words[1:], strict=True):
            wide = right.left - left.right > _NAME_GAP * self.line.height
            text += f"{', ' if wide else '' if right.joined else ' '}{word}"
        text = _BRACKETED.sub(",", _BEHALF.sub("", _BY.sub("", text)))
        return re.sub(r"[()]+", " ", text)

    @cached_property
    def items(self) -> list[tuple[str, str]]:
        """Return the items between commas and conjunctions, each with the separator before it."""
        return list(_items(self.text))

    @cached_property
    def parts(self) -> list[str]:
        """Return the items that may be names, without degrees and mail addresses."""
        return [part for _, part in self.items if not is_degree(part) and "@" not in part]

    @property
    def mailed(self) -> bool:
        """Return whether a mail address stands beside a possible name."""
        return "@" in self.line.text and bool(self.parts)

    @property
    def listed(self) -> bool:
        """Return whether the line itself separates names by commas or conjunctions."""
        return _SEPARATED.search(self.line.text) is not None

    @property
    def goes_on(self) -> bool:
        """Return whether the line ends where another name must follow."""
        return re.search(r"(?:[,;&·•]|\b(?:and|und|et))\s*$", self.line.text) is not None

    @property
    def ends_marked(self) -> bool:
        """Return whether the mark of a place or a note follows the last name."""
        return self.text.rstrip().endswith(",") and not self.goes_on

    @property
    def opens_marked(self) -> bool:
        """Return whether a mark stands before the first word, as before a place of work or a note."""
        marked = self.text.lstrip().startswith(",") and self.line.text[:1] not in "*∗†‡§"
        return marked or self.line.noted

    @property
    def tells_place(self) -> bool:
        """Return whether the line contains a place of work or a mail address."""
        return "@" in self.line.text or tells_place(self.line.text)


def _in_a_block(head: Sequence[_Row], widest: float) -> Iterator[str]:
    """Return the names of a byline of names only, on lines of equal type height."""
    block: list[_Row] = []
    between: list[_Row] = []
    apart: set[int] = set()
    one_each = False
    for row in head:
        if not _reads_as_names(row, block):
            between += [row] if block else []
        elif not block or (_same_type(row, block[0]) and _resumes(row, block, between, one_each)):
            if between or (block and _stands_out(row, block[0])):
                apart.add(len(block))
            one_each = bool(between) and not all(_smaller(other, row) for other in between)
            block.append(row)
            between = []
    return _names(block, apart, widest)


def _same_type(row: _Row, other: _Row) -> bool:
    return abs(row.line.height - other.line.height) <= _SAME_HEIGHT * other.line.height


def _smaller(row: _Row, other: _Row) -> bool:
    return row.line.height < (1 - _SAME_HEIGHT) * other.line.height


def _resumes(row: _Row, block: Sequence[_Row], between: Sequence[_Row], one_each: bool) -> bool:
    """Return whether names continue after addresses, as in papers that set each author apart.

    Such names are bold or larger than the addresses, stand at the height of the first name, beside
    a mail address, or further below an address than the address is below its name.

    Args:
        row: A line that reads as names, in the type of the others.
        block: The lines with names before it.
        between: The lines after the last of these.
        one_each: Whether the last of these is a name over an address of the same type, as this may
            be.
    """
    if all(other.mailed for other in block) and not row.mailed:
        return False
    if _stands_out(row, block[0]) or not between:
        return not one_each or _stands_out(row, block[0])
    inside = block[-1].line.bottom - between[0].line.bottom
    gap = between[-1].line.bottom - row.line.bottom
    return gap > _SET_APART * inside > 0 or all(_smaller(other, row) for other in between)


def _stands_out(row: _Row, first: _Row) -> bool:
    """Return whether a line is set like the first names and unlike the addresses."""
    line, other = row.line, first.line
    apart = abs(line.bottom - other.bottom)
    beside = apart < _SAME_BASELINE * other.height and line.left > other.right
    return beside or (line.bold and other.bold) or (row.mailed and first.mailed)


def _in_a_run(head: Sequence[_Row]) -> list[str]:
    """Return the names of a byline in which each name is followed by its place."""
    start = next((n for n, row in enumerate(head) if row.parts and is_name(row.parts[0])), None)
    if start is None:
        return []
    first = head[start]
    run = [row for row in head[start : start + _LONGEST_RUN] if _same_type(row, first)]
    items = [item for item in _items(" ".join(row.text for row in run)) if not is_degree(item[1])]
    names: list[str] = []
    places = 0
    place = ""
    for number, (joint, item) in enumerate(items):
        following = items[number + 1 :]
        told = is_place(item) or (places and "," in joint and _could_be_place(item, following))
        if not place and names and told:
            place, places = item, places + 1
        elif not place and is_name(item):
            names.append(item)
        elif not place:
            return []
        elif is_name(item) and _begins_anew(joint, place) and _has_place(following):
            names.append(item)
            place = ""
        else:
            place = item
    return names if places > 1 else []


def _could_be_place(item: str, following: Sequence[tuple[str, str]]) -> bool:
    """Return whether place words that are also surnames mean a place here: no other place follows."""
    at_once = following and is_place(following[0][1])
    return may_be_surname(item) and not at_once


def _begins_anew(joint: str, place: str) -> bool:
    """Return whether the words joined to a place may be another name: `Department of A and B` is one place."""
    coordinate = re.search(r"\b(?:of|for|de|für)\b", place) and not re.search(r"(?i:univ)", place)
    return re.search(r"[;&]|\w", joint) is not None and ("," in joint or not coordinate)


def _has_place(items: Sequence[tuple[str, str]]) -> bool:
    """Return whether only names stand before the next place."""
    other = next((item for _, item in items if not is_name(item) or may_be_surname(item)), "")
    return tells_place(other)


def _a_line_each(head: Sequence[_Row]) -> Iterator[str]:
    """Yield the names of a byline that gives each name and its place on one line."""
    found = False
    for row in head:
        name, _, place = row.line.text.partition(",")
        name = " ".join(_plain(name).strip(" ,").split())
        at_once = is_place(next((item for _, item in _items(place)), ""))
        if not (is_name(name) and place and (found or at_once)) or _BEHALF.search(place):
            return
        found = True
        yield name


def _under(lines: Sequence[Line], title: str) -> list[Line]:
    """Return the lines after the last line of the title; if some were painted before it, the lines below it."""
    words = set(re.findall(r"\w+", title.lower()))
    ends = [
        place
        for place, line in enumerate(lines)
        if (own := re.findall(r"\w+", line.text.lower())) and words.issuperset(own)
    ]
    last = next((place for place in reversed(ends) if place - ends[0] < _MOST_LINES), None)
    if last is None:
        return []
    below = [line for line in lines if line.turn == 0 and line.top < lines[last].bottom]
    before = {id(line) for line in lines[:last]}
    if any(id(line) in before for line in below):
        return sorted(below, key=lambda line: (-round(line.bottom), line.left))
    return [line for line in lines[last + 1 :] if line.turn == 0]


def _reads_as_names(row: _Row, block: Sequence[_Row]) -> bool:
    """Return whether a line contains only names; a continuation line may begin with a surname."""
    parts = row.parts
    if not parts or row.opens_marked or _DATED.search(row.line.text):
        return False
    if block and _may_run_on(block[-1]) and is_tail(parts[0]):
        parts = parts[1:]
    if not all(is_name(part) for part in parts):
        return False
    if not block or len(row.parts) > 1 or _stands_out(row, block[0]):
        return True
    # One more group of words on a line of its own may be a place.
    return not tells_place(row.text)


def _may_run_on(row: _Row) -> bool:
    return row.listed and not row.goes_on and not row.ends_marked


def _names(block: Sequence[_Row], apart: Container[int], widest: float) -> Iterator[str]:
    """Yield the names of a byline; in a list with commas a name may continue on the next line.

    Args:
        block: Its lines.
        apart: The lines, counted from 0, that do not continue the line before.
        widest: The width of the widest line near the title.
    """
    parts: list[str] = []
    above: _Row | None = None
    for number, row in enumerate(block):
        found = list(row.parts)
        joined = above is not None and _may_run_on(above) and number not in apart
        if above is not None and joined and not _CONJUNCTION.match(row.line.text):
            if _runs_on(above, row, parts[-1], widest):
                parts[-1] = f"{parts[-1]} {found.pop(0)}"
            elif len(found) == 1:
                break  # The list had ended, so this line is a place.
        parts += found
        above = row
    yield from (part for part in parts if is_name(part))


def _runs_on(above: _Row, row: _Row, last: str, widest: float) -> bool:
    """Return whether the last name of a line continues on the next line because it had no room."""
    if not is_name(last):
        return True
    word = row.line.tokens[0]
    needed = above.line.right - above.line.left + word.right - word.left
    single = len(row.parts[0].split()) == 1 or not is_name(row.parts[0])
    return needed >= _FULL * widest and single and is_tail(row.parts[0])


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Yield the items between commas and conjunctions, each with the separator before it."""
    pieces = _JOINTS.split(text)
    for joint, piece in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        if clean := _LETTER_MARKS.sub("", " ".join(piece.split())).strip(" .:"):
            yield joint, clean


_BEHALF = re.compile(r"\b(?:on behalf of|for the)\b.*", re.IGNORECASE)
# A place or a remark in brackets ends a name; after a short name in brackets follows the surname.
_BRACKETED = re.compile(r"\([^()]*\)(?=\s*(?:[,;&·•]|and\b|$))")
_LETTER_MARKS = re.compile(r"(?:(?:^|\s)[a-z])+$")
_SEPARATED = re.compile(r"[,;&·•]|\b(?:and|und|et)\b", re.IGNORECASE)
_CONJUNCTION = re.compile(r"\s*(?:&|(?:and|und|et)\b)", re.IGNORECASE)
_JOINTS = re.compile(rf"(\s*(?:{_SEPARATED.pattern})(?:\s|{_SEPARATED.pattern})*)", re.IGNORECASE)


def _word(token: Token, line: Line) -> str:
    """Return the letters of a word; raised small letters are marks too."""
    small = token.top - token.bottom < _RAISED * line.height
    if small and re.fullmatch(r"[a-z]{1,3}", token.text.strip(",.")):
        return ","
    return _plain(token.text)


def _plain(word: str) -> str:
    """Return a word without the marks that refer to places of work; they end a name."""
    return word if "@" in word else _MARKS.sub(",", word)
