"""Authors as the first page of a paper prints them, between its title and its abstract."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_order import Line

_NAME_GAP = 0.6
"""Share of a line's height: words of one name stand about .3 apart, names without commas .8 and more."""
_SAME_HEIGHT = 0.08
"""Names of one byline differ less than this in the height of their lines, as a share."""
_MOST_LINES = 40
"""Lines after the title that are looked at: a byline with affiliations is rarely longer."""
_LONGEST_NAME = 5
"""Words."""

# Whatever is neither a letter nor punctuation of names and lists points to a note or a place.
_MARKS = re.compile(r"(?:[^\w\s.,;:&'’·•()@/-]|[\dα-ωΑ-Ω])+")
_RAISED = 0.85
"""Share of a line's height below which a piece of one to three small letters is such a mark too."""
_SAME_BASELINE = 0.3
"""Names side by side differ less than this in the height of their baselines, in line heights."""
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu|y)"
_WORD = r"(?:\w\.(?:-?\w\.)*|[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?)"
_NAME = re.compile(rf"{_WORD}(?:[ ](?:{_PARTICLE}|{_WORD}))*[ ]{_WORD}")
# What stands behind a name: degrees, as in medicine, and grades of a society of engineers.
_TITLE = re.compile(
    r"(?:[BMD]\.?(?:A|S|Sc|Ed|Eng|Phil|Tech|BA|PH|PA|PP|VM|DS|BBS|BChir|D|Litt)\.?|(?:Ph|Dr|Sc|Ed|Psy|Pharm)\.?\s?D\.?"
    r"|DrPH|J\.?D\.?|LL\.?[BMD]\.?|RN|FRCP|FRCS|FACP|Jr\.?|Sr\.?|I{2,3}|IV|IEEE|ACM"
    r"|(?:(?:senior|student|life|associate|graduate)\s)*(?:member|fellow))",
    re.IGNORECASE,
)
_BY = re.compile(r"^\s*(?:by|von|par|por)\s+", re.IGNORECASE)
_TAIL = re.compile(rf"(?:{_PARTICLE}[ ])*{_WORD}(?:[ ]{_WORD})?")
_END = re.compile(
    r"^\W*(?:\d\.?\s+)?(?:abstract|summary|introduction|zusammenfassung|r[ée]sum[ée]n?|resumo|riassunto|keywords?|contents)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:universi\w*|institut\w*|department|dept|school|college|laborator\w*|labs?|research|cent(?:er|re)|"
    r"academy|faculty|hospital|clinic|museum|bank|ministry|agency|council|observatory|polytechni\w*|inc|ltd|corp|corporation|company|technolog\w+|sciences?|group|team|foundation|"
    r"ai|google|microsoft|meta|facebook|amazon|apple|nvidia|ibm|deepmind|openai|anthropic|intel|adobe|"
    r"usa|uk|china|germany|france|canada|japan|india|israel|switzerland|netherlands|australia|singapore)\b",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"\b(?:your|the|and|of|for|at|with|from|proceedings|conference|journal|version|draft|"
    r"preprint|report|working|paper|page|figure|table|anonymous|author|authors?|submission|equal|"
    r"contribution|corresponding|correspondence|contact|highlights|article|january|february|march|july|september|october|"
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
    signed = next(
        (n for n, line in enumerate(head) if _BY.match(line.text) and _reads_as_names(line, [])),
        None,
    )
    if signed is not None:
        head = head[signed:]
    elif end is None and not any(_tells_place(line) for line in head):
        return []
    placed = list(_with_their_places(head))
    if placed:
        return list(dict.fromkeys(map(_cased, placed)))
    first: Line | None = None
    block: list[Line] = []
    interrupted = False
    for line in head:
        if not _reads_as_names(line, block):
            interrupted = first is not None
            continue
        if first is None:
            first = line
        alike = abs(line.height - first.height) <= _SAME_HEIGHT * first.height
        if alike and (not interrupted or _in_another_column(line, first)):
            block.append(line)
    return list(dict.fromkeys(map(_cased, _names(block))))


def _tells_place(line: Line) -> bool:
    return "@" in line.text or _PLACE.search(line.text) is not None


def _in_another_column(line: Line, first: Line) -> bool:
    """Whether a line after addresses goes on with names, as in papers that set each author in a column.

    Such names are bold, or stand on the height of the first one.
    """
    apart = abs(line.bottom - first.bottom)
    beside = apart < _SAME_BASELINE * first.height and line.left > first.right
    return beside or (line.bold and first.bold)


def _with_their_places(head: Sequence[Line]) -> Iterator[str]:
    """The names of a byline that gives each name and its place on one line."""
    found = False
    for line in head:
        name, _, place = line.text.partition(",")
        name = " ".join(_plain(name).strip(" ,").split())
        at_once = _PLACE.search(place.strip(" ,").partition(",")[0])
        if not (_is_name(name) and place and (found or at_once)) or _BEHALF.search(place):
            return
        found = True
        yield name


def _cased(name: str) -> str:
    """A name set in capitals as it is written elsewhere: `JANE VAN DEN BERG` as Jane van den Berg."""
    if not name.isupper() or not re.search(r"[^\W\d_]{3}", name):
        return name
    words = [
        word.lower() if re.fullmatch(_PARTICLE, word.lower()) else _WORD_PART.sub(_capital, word)
        for word in name.split()
    ]
    return " ".join(words)


def _capital(found: re.Match[str]) -> str:
    return found[0].capitalize()


_WORD_PART = re.compile(r"[^\W\d_]+")


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
    if "@" in line.text or _PLACE.search(_BEHALF.sub("", line.text)):
        return False
    parts = list(_parts(line))
    if not parts:
        return False
    if before and "," in before[-1].text and not before[-1].text.rstrip().endswith(","):
        tail = _TAIL.fullmatch(parts[0]) and not _NOT_A_NAME.search(parts[0])
        parts = parts[1:] if tail else parts
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
    words = [_word(token, line) for token in line.tokens]
    text = words[0] if words else ""
    for (left, right), word in zip(pairwise(line.tokens), words[1:], strict=True):
        wide = right.left - left.right > _NAME_GAP * line.height
        text += f"{', ' if wide else '' if right.joined else ' '}{word}"
    for part in _JOINTS.split(_BEHALF.sub("", _BY.sub("", text))):
        clean = _LETTER_MARKS.sub("", " ".join(part.split())).strip(" .:")
        if clean and not _TITLE.fullmatch(clean):
            yield clean


_BEHALF = re.compile(r"\b(?:on behalf of|for the)\b.*", re.IGNORECASE)
_LETTER_MARKS = re.compile(r"(?:(?:^|\s)[a-z])+$")
_JOINTS = re.compile(r"\s*(?:,|;|&|·|•|\b(?:and|und|et)\b)\s*", re.IGNORECASE)


def _word(token: Token, line: Line) -> str:
    """The letters of a word; raised small letters are a mark like others."""
    small = token.top - token.bottom < _RAISED * line.height
    if small and re.fullmatch(r"[a-z]{1,3}", token.text.strip(",.")):
        return ","
    return _plain(token.text)


def _plain(word: str) -> str:
    """A word without the marks that point to places of work; they end a name."""
    return re.sub(r"[()]+", " ", _MARKS.sub(",", word)) if word else ""
