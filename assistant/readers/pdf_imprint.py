"""Find year and venue on the first page of a paper: in its imprint, its citation, its head."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_LONGEST = 400
"""A longer line, in characters, is a paragraph of the paper."""
_CITATION = 4
"""A citation has this many lines under the words that announce it."""
_LONGEST_NAME = 14
"""The name of a journal has at most this many words."""


def year(lines: Sequence[str]) -> int | None:
    """Return the year in which a paper appeared, as one of these lines gives it.

    A citation of the paper comes before a date of publication, a copyright, a conference and a
    line that is only a date.
    """
    printed = [line for line in lines if line.strip() and len(line) < _LONGEST]
    for imprint in _imprints(printed):
        if imprint.year is not None:
            return imprint.year
    for form in (_PUBLISHED, _COPYRIGHT, _PROCEEDINGS, _MEETING, _DATE_ALONE):
        for line in printed:
            found = form.search(line)
            if found and (dates := _YEARS.findall(found[0])) and _is_titled(found["name"] or "A"):
                return int(dates[-1])
    return None


def venue(lines: Sequence[str]) -> str:
    """Return where a paper appeared, as one of these lines names it, or "" if none does."""
    printed = [line for line in lines if line.strip() and len(line) < _LONGEST]
    for line in printed:
        if (found := _PROCEEDINGS.search(line)) and _is_titled(found["name"]):
            return (found["lead"] + found["name"]).strip(" ,")
    for imprint in _imprints(printed):
        if imprint.venue:
            return imprint.venue
    for line in printed:
        if (found := _MEETING.search(line)) and _is_titled(found["name"]):
            return found["name"]
    for line in printed:
        if found := _SERIES.match(line):
            return found["preprint"] or found["series"]
    return ""


@dataclass(frozen=True)
class _Imprint:
    """The journal and the year of a paper, as far as they are printed."""

    venue: str
    year: int | None


def _imprints(lines: Sequence[str]) -> Iterator[_Imprint]:
    """Yield the citations of the paper itself, which open their line or follow an announcing word.

    A reference to another work begins with its authors, or stands inside a sentence.
    """
    for number, line in enumerate(lines):
        text = _ET_AL.sub("", _FOLIO.sub("", line.strip(" |")))
        if found := _cited(line, lines[number + 1 : number + 1 + _CITATION]) or _imprint(text):
            yield found
    # The name of a journal has a line of its own, above the volume or the year.
    for above, line in pairwise(lines):
        name = above.partition("©")[0].strip()
        is_name = _is_titled(name) and _name_end(name) == len(name)
        if is_name and (found := _imprint(f"{name} {line}", in_volume=True)):
            yield found


def _cited(line: str, following: Sequence[str]) -> _Imprint | None:
    """Return the text after words such as `cite this article as`, or under them."""
    cue = _CITE.search(line)
    if cue is None:
        return None
    told = line[cue.end() :] or " ".join(following)
    when = _YEARS.search(told)
    year = int(when[0]) if when else None
    for start in (0, *(found.end() for found in _SENTENCE_END.finditer(told))):
        if found := _imprint(told[start:], told=True):
            return _Imprint(found.venue, year)
    return _Imprint("", year)


def _imprint(text: str, *, told: bool = False, in_volume: bool = False) -> _Imprint | None:
    """Return the journal at the beginning of a text and its volume, pages and year, or these without a journal.

    Args:
        text: A line, from where the name may begin.
        told: Whether the line is said to be a citation, so that a volume and a page are enough.
        in_volume: Whether a volume or an issue is required, so that a date and numbers are not
            enough.
    """
    end = _name_end(text)
    name = text[:end].strip(" ,.:;|—–-")
    nameless = not name and _VOLUME.match(text)
    if not (name or nameless) or _NO_JOURNAL.match(name) or (told and _TITLE_END.match(name)):
        return None
    kinds: list[str] = []
    dates: list[int] = []
    position = end
    while found := _NUMBER.match(text, position):
        kind = found.lastgroup or ""
        kinds.append(kind)
        if kind == "year":
            dates.append(int(found["year"]))
        position = found.end()
    if _GOES_ON.match(text, position):
        return None
    numbers = sum(_WEIGHTS.get(kind, 0) for kind in kinds)
    set_off = "word" in kinds or re.search(r"[(:;,]", text[end:position])
    volume = told or {"word", "issue", "day"} & set(kinds)
    enough = numbers >= 2 if dates or told else numbers >= 3
    if not (enough and set_off and (volume or (dates and not in_volume))):
        return None
    return _Imprint(name, dates[0] if dates else None)


def _name_end(text: str) -> int:
    """Return the end of the words that may name a journal: capitals, and small words between them."""
    end = 0
    for count, found in enumerate(re.finditer(r"\S+", text)):
        word = found[0]
        if count >= _LONGEST_NAME or _NUMBERS_OPEN.match(word):
            break
        # A dash may end the name: `Journal of Whales—Volume 12`.
        if dash := re.search(r"[—–](?=\w)", word):
            return found.start() + dash.start()
        bare = word.rstrip(",;:|")
        if _CAPITALISED.fullmatch(bare):
            end = found.end()
        elif not count or not _SMALL.fullmatch(word):
            break
        if word[-1] in ",;|":
            break
    return end


def _is_titled(text: str) -> bool:
    """Return whether a text is a name: all its words have capitals except the small ones between them."""
    words = [word.strip(",:;()") for word in text.split()]
    large = [word for word in words if not _SMALL.fullmatch(word)]
    return bool(large) and all(not w or _CAPITALISED.fullmatch(w) or w[0].isdigit() for w in large)


_YEAR = r"(?<!\d)(?:19[5-9]|20[0-4])\d(?!\d)"
_YEARS = re.compile(_YEAR)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter)\b\.?"
)
_DAYS = r"\d{1,2}(?:st|nd|rd|th)?(?!\d)"
_DATE = (
    rf"(?i:(?:{_DAYS}[ ])?{_MONTH}(?:[ ]{_DAYS})?(?:[ ]?[–-][ ]?(?:{_MONTH}[ ])?{_DAYS})?,?[ ]{_YEAR}"
    rf"|{_YEAR}[ ]{_MONTH}(?:[ ]{_DAYS})?|{_YEAR}-\d\d-\d\d|\d\d?/\d\d?/{_YEAR})"
)
_CAPITALISED = re.compile(r"[a-z]?[A-Z][\w’'&./-]*")
_SMALL = re.compile(r"of|the|and|for|in|on|at|de|der|des|du|la|für|et|und|to|&")
_WORDS = r"(?i:vol(?:ume)?|nos?|nr|number|issue|iss|art(?:icle)?|pp?|pages?)\b\.?"
_VOLUME = re.compile(r"\W*vol(?:ume|\.)", re.IGNORECASE)
_NUMBERS_OPEN = re.compile(rf"\(?\d|{_WORDS}|(?i:{_MONTH})")
_NUMBER = re.compile(
    r"(?:[\s,;:|()•·—–-]|\.(?!\d))*(?:"
    rf"(?P<day>\d\d?(?P<cut>[-/.])\d\d?(?P=cut)(?={_YEAR})"
    rf"|(?i:(?:\d\d?(?:[ ]?[–-][ ]?\d\d?)?[ ])?{_MONTH}(?:[ ,]+\d\d?(?!\d))?))"
    r"|(?P<range>[A-Za-z]{0,2}\d+[-–][A-Za-z]{0,2}\d+)"
    r"|(?P<issue>\d+[ ]?\(\d{1,3}(?:[-–]\d+)?\))"
    rf"|(?P<year>{_YEAR})"
    rf"|(?P<word>{_WORDS}(?:\s*[IVXLC]+\b)?(?=\d?))"
    r"|(?P<number>[A-Za-z]{0,4}\d+(?:pp)?))(?:(?<=[.a-z])(?=\d)|(?!\w))"
)
_WEIGHTS = {"range": 2, "issue": 2, "number": 1, "word": 1}
"""The weight of a token as evidence of a volume and a page."""
# A sentence continues in small letters; an imprint continues with an address or not at all.
_GOES_ON = re.compile(r"[\s,;.()]*(?!doi|https?\b|www|issn|e-?issn)[a-z]")
_FOLIO = re.compile(r"^\d+\s*\|\s*")
_ET_AL = re.compile(r"^(?:[^\W\d_]+[ ]){1,3}et al\.,?[ ]")
# These texts stand before numbers and name no journal: captions, dates, addresses, words of prose.
_NO_JOURNAL = re.compile(
    r"(?:fig(?:ure)?s?|tables?|sections?|chapters?|appendix|eqs?|equations?|theorem|lemma|version|grants?"
    r"|awards?|iss[nb]|e-?issn|tel|phone|fax|received|revised|accepted|published|available|submitted"
    rf"|copyright|printed|{_MONTH})\b|(?:in|since|from|by|between|until|for|at|on|the|we|it|an?|as)$",
    re.IGNORECASE,
)
_CITE = re.compile(
    r"\b(?:citation|cite (?:this|as)|to cite|reference format)\b[^:\n]{0,40}:\s*", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.?!]\s+(?=\S)")
# A long word with a full stop after a word without one ends a title, `Quiet Heads. Sensors`; but
# not after an abbreviation, `J. Whale Chem. Soc`.
_TITLE_END = re.compile(r"(?!\S+\.\s).*?(?<=[^.\s]\s)[^\s.]{4,}[.?!]\s")
_PROCEEDINGS = re.compile(
    r"(?:^|[.;>)]\s+)(?:In\s+)?(?P<lead>(?:Findings|Transactions)\s+of\s+|Proceedings\s+of\s+"
    r"|(?:Published|Under\s+review)\s+as\s+a\s+conference\s+paper\s+at\s+"
    r"|(?:Published|Presented|Accepted)\s+(?:at|to)\s+)"
    r"(?P<name>[^\n]{4,160}?)(?:,\s+(?:pages|pp\.|[^,]{0,20}\d+,\s+(?:19|20)\d\d).*|\s\d+[-–]\d+.*|,?\s+(?i:vol(?:ume|\.)).*|\.\s.*|\.?$)"
)
_MEETING = re.compile(
    r"^\W*(?P<name>[A-Z\d][^\n,.]{0,120}?\b(?:Conference|Workshop|Symposium|Meeting|Congress)\b"
    rf"[^\n.]{{0,120}}?\([^()\n]*{_YEAR}\))"
)
_PUBLISHED = re.compile(
    r"(?:^|[;/(|.>]\s?)\W?(?i:first[ ]|e-?)?(?i:published|publication|available|posted|issued|this version posted"
    rf"|advance access publication)(?i:[ ](?:online|electronically|date|on))*:?[ ]{_DATE}(?P<name>)"
)
# The sign, a holder in capitals and the year; `copyright law of 1998` is prose.
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|\b[cC]opyright\b|\bCOPYRIGHT\b)"
    r"(?:[\s,.]*(?:[A-Z©(][\w’'&()-]*|of|the|and|for|by|authors?|author\(s\)|holders?|held|&)(?=[\s,.])){0,12}?"
    rf"[\s,.]*{_YEAR}(?P<name>)"
)
_DATE_ALONE = re.compile(rf"(?:^|\.[ ])(?:[A-Z][\w’ ]{{0,30}}[:,]?[ ])?{_DATE}\W*$(?P<name>)")
_SERIES = re.compile(
    r"(?P<preprint>\w+Rxiv)\b|(?P<series>(?:[a-z]?[A-Z][\w’'-]*\.?[ ]){1,6}(?:Working|Discussion)[ ]Papers?"
    r"(?:[ ]Series)?|(?:[A-Z]+[ ]){1,6}(?:WORKING|DISCUSSION)[ ]PAPERS?(?:[ ]SERIES)?)"
)
