"""Year and venue as the first page of a paper prints them: in its imprint, its citation, its head."""

import re
from collections.abc import Iterable
from itertools import pairwise

_LONGEST = 400
"""Characters of a line: what is longer is a paragraph of the paper."""

_YEAR = r"(?P<year>(?:19[5-9]|20[0-4])\d)"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?"
# Words that begin with a capital, and the small ones between them.
_WORD = r"[a-z]?[A-Z][\w’'-]*\.?"
_JOURNAL = rf"(?P<venue>{_WORD}(?:[ ](?:(?:of|the|and|for|in|on|de|der|für|&)[ ])*{_WORD}){{0,9}})"
_PAGES = r"[A-Za-z]{0,2}\d+"
_CITATIONS = [
    re.compile(pattern)
    for pattern in (
        # Whale Biology (2020) 38:1203; J. Whales 2019, 109(4): 1245; Whales. 2020;323(5):432
        rf"{_JOURNAL}[,.]?[ ]?\|?[ ]?\(?{_YEAR}\)?[;,:]?[ ]?\d+[ ]?(?:\(\d+\))?[ ]?[:,][ ]?{_PAGES}",
        # Journal of Whales 112 (2021) 103; Whales 112(3) (2021) 103
        rf"{_JOURNAL},?[ ]\d+[ ]?(?:\(\d+\)[ ]?)?\({_YEAR}\)[,:]?[ ]{_PAGES}",
        # Whale Rev. Lett. 90, 123456 (2003)
        rf"{_JOURNAL},?[ ]\d+[ ]?(?:\(\d+\))?[,:][ ]?{_PAGES}(?:[-–]\d+)?[ ]\({_YEAR}\)",
        # Whale 184, 1–15, March 4, 2021
        rf"{_JOURNAL},?[ ]\d+[ ]?(?:\(\d+\))?[,:][ ]?{_PAGES}[-–]\d+,[ ](?i:{_MONTH})[ ](?:\d+,[ ])?{_YEAR}",
        # IEEE TRANSACTIONS ON WHALES, VOL. 12, NO. 3, MARCH 2018
        rf"(?i:{_JOURNAL.replace('[A-Z]', '[A-Za-z]')},[ ]vol(?:ume|\.)?[ ]?\d+[^\n]{{0,40}}?{_YEAR})",
    )
]
_ET_AL = re.compile(r"^(?:[^\W\d_]+[ ]){1,3}et al\.,?[ ]")
_VOLUME = re.compile(r"\W*vol(?:ume|\.)", re.IGNORECASE)
_MASTHEAD = rf"(?:The[ ]|THE[ ])?{_WORD}(?:[ ](?:(?:of|the|and|for|in|on|&)[ ])*{_WORD}){{0,9}}"
"""The name of a journal alone on its line, above the number of the volume."""
_CITE = re.compile(
    rf"\b(?:citation|cite (?:this|as)|to cite)\b.*?\({_YEAR}[a-z]?\).*?[.?!][ ]"
    rf"{_JOURNAL}[,.]?[ ]\d+[ ]?(?:\(\d+\))?[ ]?[:,][ ]?{_PAGES}",
    re.IGNORECASE,
)
_SERIES = re.compile(
    rf"(?P<preprint>\w+Rxiv)\b|(?P<series>(?:{_WORD}[ ]){{1,6}}(?:Working|Discussion)[ ]Papers?"
    r"(?:[ ]Series)?|(?:[A-Z]+[ ]){1,6}(?:WORKING|DISCUSSION)[ ]PAPERS?(?:[ ]SERIES)?)"
)
_PROCEEDINGS = re.compile(
    r"((?:Proceedings of|Findings of|Transactions of|Published as a conference paper at|"
    r"Published at|Presented at|Accepted (?:at|to)|Under review as a conference paper at)"
    r"[^\n]{4,160}?)(?:, pages|, pp\.|\d+[-–]\d+|\.\s|\.$|$)"
)
_PUBLISHED = re.compile(rf"\bpublished\b(?:[ ]\w+)?:?[^;/()\n]{{0,30}}?{_YEAR}", re.IGNORECASE)
_DATED = re.compile(
    r"proceedings|conference|copyright|©|\(c\)|published|journal|volume|vol\.|workshop|press|"
    rf"(?:{_MONTH})[\s\d,–-]{{1,12}}(?:19|20)\d\d",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")


def year(lines: Iterable[str]) -> int | None:
    """The year that the first of these lines to have one gives for the paper's appearance."""
    printed = [line for line in lines if len(line) < _LONGEST]
    for line in printed:
        if found := _cited(line) or _PUBLISHED.search(line):
            return int(found["year"])
    for line in printed:
        if _DATED.search(line) and (found := _ANY_YEAR.search(line)):
            return int(found["year"])
    return None


def venue(lines: Iterable[str]) -> str:
    """Where a paper appeared, as one of these lines names it; empty where none does."""
    printed = [line for line in lines if len(line) < _LONGEST]
    for line in printed:
        if found := _PROCEEDINGS.search(line):
            return found[1].strip(" ,")
    for line in printed:
        if found := _cited(line):
            return found["venue"].strip(" .,")
    for above, line in pairwise(printed):
        if _VOLUME.match(line) and re.fullmatch(_MASTHEAD, above.strip()):
            return above.strip()
    for line in printed:
        if found := _SERIES.match(line):
            return found["preprint"] or found["series"]
    return ""


def _cited(line: str) -> re.Match[str] | None:
    """A citation of the paper itself: it opens its line, or a word says that it is one.

    A reference to another work begins with its authors, or stands inside a sentence.
    """
    line = _ET_AL.sub("", line.strip(" |"))
    found = (pattern.match(line) for pattern in _CITATIONS)
    return next((match for match in found if match), None) or _CITE.search(line)
