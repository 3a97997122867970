"""Tell names of people from degrees, places of work and titles of documents, by their form."""

import re

_LONGEST_NAME = 5
"""The most words of a name."""


def is_name(part: str) -> bool:
    """Return whether words between two commas are the name of a person."""
    words = part.split()
    return (
        _NAME.fullmatch(part) is not None
        and len(words) <= _LONGEST_NAME
        and names_no_document(part)
        and not _PLACE.search(part)
        and not all(_EITHER.fullmatch(word) for word in words)
    )


def is_tail(part: str) -> bool:
    """Return whether words may be the end of a name that begins on the line above."""
    return _TAIL.fullmatch(part) is not None and names_no_document(part)


def is_degree(part: str) -> bool:
    """Return whether words after a name are degrees, as in medicine, or grades of a society."""
    return _DEGREE.fullmatch(part) is not None


def names_no_document(part: str) -> bool:
    """Return whether words are not part of a head or a note, such as `Working Paper`."""
    return _NOT_A_NAME.search(part) is None


def is_place(text: str) -> bool:
    """Return whether a text names a place of work and cannot be a name."""
    return tells_place(text) and not is_name(text)


def tells_place(text: str) -> bool:
    """Return whether a text contains a word for a place of work, even if the word is also a surname."""
    return _PLACE.search(text) is not None or may_be_surname(text)


def may_be_surname(text: str) -> bool:
    """Return whether a text contains a word that is both a place word and a surname."""
    return _EITHER.search(text) is not None


def cased(name: str) -> str:
    """Return a name set in capitals as it is written elsewhere: `JANE VAN DEN BERG` as Jane van den Berg."""
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


_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu|y)"
_WORD = r"(?:\w\.(?:-?\w\.)*|[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?)"
_NAME = re.compile(rf"{_WORD}(?:[ ](?:{_PARTICLE}|{_WORD}))*[ ]{_WORD}")
_DEGREE = re.compile(
    r"(?:[BMD]\.?(?:A|S|Sc|Ed|Eng|Phil|Tech|BA|PH|PA|PP|VM|DS|BBS|BChir|D|Litt)\.?|(?:Ph|Dr|Sc|Ed|Psy|Pharm)\.?\s?D\.?"
    r"|(?:[A-Z][a-z]?\.)+[A-Z][a-z]?|DrPH|J\.?D\.?|LL\.?[BMD]\.?|RN|FRCP|FRCS|FACP|Jr\.?|Sr\.?|I{2,3}|IV|IEEE|ACM"
    r"|(?:(?:senior|student|life|associate|graduate)\s)*(?:member|fellow))",
    re.IGNORECASE,
)
_TAIL = re.compile(rf"(?:{_PARTICLE}[ ])*{_WORD}(?:[ ]{_WORD})?")
# These tables are written by hand, a test a row, because nothing else told names from places as
# well: a logistic fit on the letters of names and of towns took many names of Chinese, Korean and
# Vietnamese authors for towns, and a second author may stand in the type and place of an address.
PLACES = (
    r"universi\w*", r"institut\w*", "department", "dept", r"laborator\w*", "research", "cent(?:er|re)", "academy",
    "faculty", "ministry", "agency", "council", "observatory", r"polytechni\w*", "inc", "ltd", "corp", "corporation",
    "company", r"technolog\w+", "sciences", "group", "team", "foundation", "society", "association", "bureau", "google",
    "microsoft", "facebook", "amazon", "nvidia", "ibm", "deepmind", "openai", "anthropic", "adobe",
)  # fmt: skip
"""Words for places of work that are hardly anyone's surname."""
PLACES_OR_SURNAMES = (
    "labs?", "college", "school", "hospital", "clinic", "museum", "bank", "church", "ai", "meta", "apple", "intel",
)  # fmt: skip
"""These place words are surnames too; on a line of their own below the names they mean a place."""
NO_NAMES = (
    "your", "the", "and", "of", "for", "at", "with", "from", "proceedings", "conference", "preprint", "anonymous",
    "authors?", "submission", "contributions?", "corresponding", "correspondence", "highlights", "article",
)  # fmt: skip
"""Words of heads and notes, which no name contains."""
STATES = (
    "working", "discussion", "white", "technical", "research", "policy", "conference", "position", "short", "full",
    "first", "this", "current", "latest", "final", "preliminary", "revised", "internal", "annual", "draft",
)  # fmt: skip
"""Words that with a kind of document make a head, such as `Working Paper`; some are surnames."""
DOCUMENTS = ("paper", "report", "version", "draft", "note", "memo")
_PLACE = re.compile(rf"\b(?:{'|'.join(PLACES)})\b", re.IGNORECASE)
_EITHER = re.compile(rf"\b(?:{'|'.join(PLACES_OR_SURNAMES)})\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    rf"\b(?:{'|'.join(NO_NAMES)})\b|(?:{'|'.join(STATES)})\s+(?:{'|'.join(DOCUMENTS)})s?$|\bjournal$",
    re.IGNORECASE,
)
