"""Decide how the words of two printed lines are joined: with a space, a hyphen, or nothing."""

import re
from collections.abc import Sequence

from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_order import Line


def joint(last: Token, following: Token, vocabulary: frozenset[str]) -> tuple[Token, str]:
    """Return the last word of a line as it is written, and the joint between it and the next line's first word.

    A hyphen at the line's end stays if the document writes the compound elsewhere or its two
    parts make one, and in an address; otherwise it only broke the word.
    """
    if not hyphenated(last):
        tight = _IDEOGRAPH.match(last.text[-1]) and _IDEOGRAPH.match(following.text[0])
        return last, "" if tight or _is_address(last.text, following.text) else " "
    head = last.text if last.broken else last.text[:-1]
    bare = last._replace(text=head)
    tail = following.text.rstrip(PUNCTUATION)
    if not tail or tail in ("and", "or", "to", "und", "oder", "bzw."):
        return last._replace(text=head + "-"), " "
    first = head.lstrip(PUNCTUATION).lower()
    if _ADDRESS.search(first):
        return bare, "-"
    if head[-1:].isalpha() and first + tail.lower() in vocabulary:
        return bare, ""
    if not tail[0].islower() or not head[-1:].isalpha():
        return bare, "-"
    return bare, "-" if _is_compound(first, tail, vocabulary) else ""


def _is_compound(first: str, tail: str, vocabulary: frozenset[str]) -> bool:
    """Return whether two parts that a hyphen joins at a line's end are a compound."""
    stem = first.rsplit("-", 1)[-1]
    if len(stem) == 1 or (stem in _COMPOUNDING and not _INFLECTION.match(tail)):
        return True
    if f"{first}-{tail}" in vocabulary or ("-" in first and stem in _LINKING):
        return True
    if stem + tail in vocabulary:
        return False
    if "-" in tail and tail.partition("-")[0] in _LINKING:
        return True
    if len(stem) > 2 and (tail in _COMPOUNDED or (stem.endswith("ly") and tail.endswith("ed"))):
        return True
    apart = "-" in first or (len(stem) > 2 and len(tail) > 3)
    return apart and stem in vocabulary and tail in vocabulary


def _is_address(last: str, following: str) -> bool:
    """Return whether a web address continues in the next line."""
    if not _ADDRESS.search(last) or last[-1] not in "/._=?&:#~" or _NEW_ADDRESS.match(following):
        return False
    return last.endswith("://") or _OF_ADDRESS.search(following) is not None


_ADDRESS = re.compile(
    r"https?:|www\.|\w\.(?:com|org|net|edu|gov|io|ai|de)/|^doi\.org", re.IGNORECASE
)
_NEW_ADDRESS = re.compile(r"\W*\d*(?:https?:|www\.)", re.IGNORECASE)
_OF_ADDRESS = re.compile(r"[^\W_][/_=]|^//|^[\w-]+\.(?:com|org|net|edu|gov|io|ai|de|html?|pdf)\b")
# After these first parts a hyphen at the line's end is nearly always the compound's own.
_COMPOUNDING = frozenset(
    re.findall(
        r"\w+",
        "high low large small long short well fine two three four self worst best cross state end "
        "few zero",
    )
)
# Before these second parts it is too; some words occur only inside a compound of three parts.
_COMPOUNDED = frozenset(
    """off based aware free level specific tuned trained driven engineered crafted designed annotated
    written labeled labelled generated grained sized scale quality world""".split()
)
_LINKING = frozenset("of the to in and by on at up a as for with".split())
_INFLECTION = re.compile(r"er|est|en|ly|ness|less|light|land|some|ment|ing|ed|s$|ish|age|fold|ward")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")


def vocabulary(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the words printed whole somewhere in the document, in lower case; compounds also as such."""
    words: set[str] = set()
    for lines in pages:
        after_break = False
        for line in lines:
            tokens = line.tokens[1:] if after_break else line.tokens
            after_break = bool(hyphenated(line.tokens[-1]))
            if after_break:
                tokens = tokens[:-1]
            words.update(token.text for token in tokens)
    bare = {word.strip(PUNCTUATION).lower() for word in words}
    return frozenset(bare | {part for word in bare if "-" in word for part in word.split("-")})


PUNCTUATION = "()[]{}.,;:!?\"'“”‘’«»„*†‡"


def hyphenated(token: Token) -> bool:
    """Return whether a word ends with a hyphen, printed or left out."""
    return token.broken or (
        len(token.text) > 1 and token.text[-1] in "-‐" and token.text[-2] != "-"
    )
