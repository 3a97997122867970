"""Turn the markup of CSL-JSON into plain text: italics, superscripts and the tags of publishers."""

import html
import re


def plain(text: str) -> str:
    """Return a field without its markup: H<sub>2</sub>O is H₂O, `&amp;` is "&".

    Only the tags of CSL and of publishers' abstracts (JATS) are markup; "a <b and c>" is text.
    """
    if "<" not in text and "&" not in text:
        return text
    text = _RAISED.sub(_raised, text)
    text = _TAG.sub(lambda tag: " " if tag["name"].lower() in _BLOCKS else "", text)
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)


def rich(text: str) -> str:
    """Return plain text as a field: text that looks like markup is escaped."""
    text = _ENTITY.sub(lambda entity: "&amp;" + entity.group()[1:], text)
    return _TAG.sub(lambda tag: "&lt;" + tag.group()[1:], text)


_BLOCKS = ("p", "title", "sec", "list", "list-item", "div", "br")
_NAMES = "|".join(
    (
        *_BLOCKS,
        "i",
        "b",
        "em",
        "strong",
        "italic",
        "bold",
        "sub",
        "sup",
        "sc",
        "span",
        "inline-formula",
    )
)
_TAG = re.compile(rf"</?(?:jats:)?(?P<name>{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_RAISED = re.compile(r"<(?P<name>su[bp])>(?P<said>[^<>]{1,20})</(?P=name)>", re.IGNORECASE)

_WRITTEN = "0123456789+-−=()n"
_SUPER = str.maketrans(_WRITTEN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUB = str.maketrans(_WRITTEN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙ")


def raised(said: str, *, above: bool) -> str:
    """Return a superscript or subscript in raised or lowered characters, or unchanged if there are none."""
    if any(letter not in _WRITTEN for letter in said):
        return said
    return said.translate(_SUPER if above else _SUB)


def _raised(match: re.Match[str]) -> str:
    return raised(match["said"], above=match["name"].lower() == "sup")
