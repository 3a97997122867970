"""Authors as the first page of a paper prints them, between its title and its abstract."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.readers.pdf_order import Line

_NAME_GAP = 0.6
"""Share of a line's height: words of one name stand about .3 apart, names without commas .8 and more."""
_SAME_HEIGHT = 0.08
"""Names of one byline differ less than this in the height of their lines, as a share."""
_MOST_LINES = 40
"""Lines after the title that are looked at: a byline with affiliations is rarely longer."""
_LONGEST_NAME = 5
"""Words."""

_MARKS = re.compile(r"[\d*∗†‡§¶‖♠♢♡♣◇♦♥⋆★☆✉⁰-⁹¹²³α-ωΑ-Ω]+")
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu|y)"
_WORD = r"(?:\w\.(?:-?\w\.)*|[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?)"
_NAME = re.compile(rf"{_WORD}(?:[ ](?:{_PARTICLE}|{_WORD}))*[ ]{_WORD}")
_END = re.compile(
    r"^\W*(?:\d\.?\s+)?(?:abstract|summary|introduction|zusammenfassung|keywords?|contents)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:universit\w*|institut\w*|department|dept|school|college|laborator\w*|labs?|research|cent(?:er|re)|"
    r"academy|faculty|hospital|inc|ltd|corp|corporation|company|technolog\w+|sciences?|group|team|foundation|"
    r"ai|google|microsoft|meta|facebook|amazon|apple|nvidia|ibm|deepmind|openai|anthropic|intel|adobe|"
    r"usa|uk|china|germany|france|canada|japan|india|israel|switzerland|netherlands|australia|singapore)\b",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"\b(?:your|the|and|of|for|at|with|from|proceedings|conference|journal|version|draft|"
    r"preprint|report|working|paper|page|figure|table|anonymous|author|authors?|submission|equal|"
    r"contribution|corresponding|january|february|march|july|september|october|"
    r"november|december)\b",
    re.IGNORECASE,
)


def authors(lines: Sequence[Line], title: str) -> list[str]:
    """The names that stand as a byline under the title, in print order; empty where there is none.

    A byline is followed by an abstract, or by addresses or places of work; without any of them
    the words under a title may be anything.

    Args:
        lines: the lines of page 1 in reading order.
        title: as it is printed.
    """
    under = _under(lines, title)
    end = next((place for place, line in enumerate(under) if _END.match(line.text)), None)
    head = under[: _MOST_LINES if end is None else end]
    told = [line for line in head if "@" in line.text or _PLACE.search(line.text)]
    if end is None and not told:
        return []
    first: Line | None = None
    block: list[Line] = []
    interrupted = False
    for line in head:
        if not _reads_as_names(line, block):
            interrupted = first is not None
            continue
        if first is None:
            first = line
        # After addresses only bold names go on, as in papers that set each author in a column.
        alike = abs(line.height - first.height) <= _SAME_HEIGHT * first.height
        if alike and (not interrupted or (line.bold and first.bold)):
            block.append(line)
    return list(dict.fromkeys(_names(block)))


def _under(lines: Sequence[Line], title: str) -> list[Line]:
    """The lines after the last line of the title."""
    words = set(re.findall(r"\w+", title.lower()))
    ends = [
        place
        for place, line in enumerate(lines[:_MOST_LINES])
        if (own := re.findall(r"\w+", line.text.lower())) and words.issuperset(own)
    ]
    return [line for line in lines[ends[-1] + 1 :] if line.turn == 0] if ends else []


def _reads_as_names(line: Line, before: Sequence[Line]) -> bool:
    """Whether a line holds names alone; one that goes on from the line above may begin with a surname."""
    if "@" in line.text or _PLACE.search(line.text):
        return False
    parts = list(_parts(line))
    if not parts:
        return False
    if before and "," in before[-1].text and not before[-1].text.rstrip().endswith(","):
        parts = parts[1:] or ["A Name"]
    return all(_is_name(part) for part in parts)


def _is_name(part: str) -> bool:
    return (
        _NAME.fullmatch(part) is not None
        and len(part.split()) <= _LONGEST_NAME
        and not _NOT_A_NAME.search(part)
        and not _PLACE.search(part)
    )


def _names(block: Sequence[Line]) -> Iterator[str]:
    """The names of a byline; in a list with commas a name may run over the end of a line."""
    listed = any("," in line.text for line in block)
    parts: list[str] = []
    open_ended = False
    for line in block:
        found = list(_parts(line))
        if open_ended and found:
            parts[-1] = f"{parts[-1]} {found.pop(0)}"
        parts += found
        open_ended = listed and bool(parts) and not re.search(r"(?:,|\band)\s*$", line.text)
    for part in parts:
        if _is_name(part):
            yield part


def _parts(line: Line) -> Iterator[str]:
    """What stands between commas, conjunctions, marks and wide gaps of a line."""
    words = [_plain(token.text) for token in line.tokens]
    text = words[0] if words else ""
    for (left, right), word in zip(pairwise(line.tokens), words[1:], strict=True):
        wide = right.left - left.right > _NAME_GAP * line.height
        text += f"{', ' if wide else '' if right.joined else ' '}{word}"
    text = re.sub(r"^\s*(?:by|von)\s+", "", text, flags=re.IGNORECASE)
    for part in re.split(r"\s*(?:,|;|&|·|•|\band\b|\bund\b)\s*", text):
        if clean := " ".join(part.split()).strip(" .:"):
            yield clean


def _plain(word: str) -> str:
    """A word without the marks that point to places of work; they end a name."""
    return re.sub(r"[()]+", " ", _MARKS.sub(",", word)) if word else ""
