"""The characters and numerals in which answers are written, for reading and for comparing them.

Unicode forms that LaTeX spells otherwise are rewritten (`10²`, `10½`, `√3`, `101₂`): folding them to plain digits would
glue an exponent or a fraction to the number before it.
"""

import re
import unicodedata


def plain_characters(text: str) -> str:
    """Return the text with LaTeX spellings for superscripts, fractions, roots; digits written 0-9."""
    text = _SUPERSCRIPTS.sub(lambda found: f"^{{{_folded(found[0])}}}", text)
    text = _SUBSCRIPTS.sub(lambda found: f"_{{{_folded(found[0])}}}", text)
    text = _VULGAR.sub(lambda found: f" {_folded(found[0])} ", text)
    folded = unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)
    folded = _ROOT.sub(_root, folded)
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(c, c)) for c in folded)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("⁄", "/").replace("−", "-")


def _root(found: re.Match[str]) -> str:
    r"""Return `√3` as `\sqrt{3}`; of a group in brackets the brackets go."""
    inside = found["group"] or found["number"] or found["command"] or found["letter"]
    degree = {"∛": "[3]", "∜": "[4]"}.get(found["sign"], "")
    return f"\\sqrt{degree}{{{inside}}}"


_CHARACTERS = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "⁄": "/", "∕": "/", "∞": "\\infty ", "π": "\\pi ", "’": "'",
        "×": "\\times ", "·": "\\cdot ", "⋅": "\\cdot ", "÷": "/", "…": "...", "≤": "\\le ",
        "≥": "\\ge ", "≠": "\\ne ", "±": "\\pm ", "∪": "\\cup ", "∩": "\\cap ", "∅": "\\emptyset ",
        "∈": "\\in ", "≈": "\\approx ",
    }
)  # fmt: skip
_SUPERSCRIPTS = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ]+")
_SUBSCRIPTS = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_VULGAR = re.compile("[¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")
_ROOT = re.compile(
    r"(?P<sign>[√∛∜])\s*(?:\((?P<group>[^()]*)\)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<command>\\[a-z]+)|(?P<letter>[A-Za-z]))"
)

# Points group only where there are two of them, because one is a decimal point.
_GROUPED = (
    r"\d{1,3}(?:(?:,\\!|,|\{,\}|\\[,!;]|['’_])\d{3})+(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?![\d.,]*\d)"
)
_SPACED = r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d/])"
_PART = _VULGAR.pattern
_FRAC = r"\\[dt]?frac(?:\{\d+\}\{\d+\}|\d\d)"


def _numeral(whole: str) -> str:
    return (
        rf"(?:{_FRAC}|\d{{1,9}}[ ]?{_FRAC}|\d{{1,9}}[ ]?{_PART}|{_PART}"
        # A fraction after a whole part makes a mixed number.
        r"|\d{1,9}[ ]\d{1,9}[/⁄∕]\d{1,9}(?![\d/]|\.\d)"
        rf"|(?:{whole})(?:\.\d+(?:\.\.\.|…)?)?(?:[eE][-+]?\d+(?!\w))?(?:[/⁄∕]\d+(?!\d|\.\d))?"
        r"|(?<!\d)\.\d+)"
    )


NUMERAL = _numeral(rf"{_GROUPED}|\d+")
"""A number without its sign: grouped, decimal, with an exponent, a fraction or mixed."""
SPACED_NUMERAL = _numeral(rf"{_GROUPED}|{_SPACED}|\d+")
"""The same, groups of three digits set apart by spaces too, as the SI writes them."""

_HALF = r"\s?[aApP](?:\.[mM]\.|[mM]\b)"
CLOCK = (
    rf"(?<![\d:.])(?:(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])(?:{_HALF})?"
    rf"|(?:0?[1-9]|1[0-2])(?:\.[0-5]\d)?{_HALF})"
)
"""A time of day, such as `10:30`, `9:05 p.m.`, `9.05 pm` or `7 pm`."""

CURRENCY = r"(?:\\?[$€£¥₹][ ]?)"
