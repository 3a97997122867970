"""The characters and numerals in which answers are written, for reading and for comparing them.

Unicode forms that LaTeX spells otherwise are rewritten (`10²`, `10½`, `√3`, `101₂`): folding them to plain digits would
glue an exponent or a fraction to the number before it.
"""

import re
import unicodedata

_BASES = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "sixteen": 16, "binary": 2, "octal": 8, "decimal": 10, "hexadecimal": 16, "hex": 16,
}  # fmt: skip
_BASE_NAME = rf"(?:\d{{1,2}}|{'|'.join(sorted(_BASES, reverse=True))})"
_BASE_TEXT = rf"\s*\(?\s*{_BASE_NAME}\s*\)?\s*"
_BASE_COMMAND = rf"\\(?:text|mathrm|textrm)\s*\{{{_BASE_TEXT}\}}"
SUBSCRIPT = rf"_\s*(?:\{{(?:{_BASE_TEXT}|{_BASE_COMMAND})\}}|{_BASE_COMMAND}|\d(?!\d)|[₀-₉]+)"
"""A base below the line: `_2`, `_{two}`, `_{(8)}`."""
IN_BASE = rf"\s*\(?(?:(?:in\s+)?base[\s-]*{_BASE_NAME}|(?:in\s+)?(?:binary|octal|hexadecimal|hex))\)?(?![\w])"
"""A base in words behind a number: `base 2`, `in base two`, `(binary)`."""


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


def with_bases(text: str) -> str:
    """Return the text with every number of another base as `1A_{16}`: its base may be a word, its digits small."""
    return _BASED.sub(_in_base, text)


def _in_base(found: re.Match[str]) -> str:
    named = re.search(_BASE_NAME, found["base"], re.IGNORECASE)
    name = named[0].lower() if named else ""
    base = _BASES.get(name) or int(name)
    try:
        int(found["digits"], base)
    except ValueError:
        return found[0]
    return f"{found['digits'].upper()}_{{{base}}}"


def with_periods(text: str) -> str:
    r"""Return the text with recurring decimals as `0.1\overline{6}`: `0.1(6)`, `0.1\dot{6}`, `0,1(6)`."""
    text = _DOTTED.sub(lambda found: f"\\overline{{{''.join(re.findall(_DIGIT, found[0]))}}}", text)
    return _PERIOD.sub(
        lambda found: (
            f"{found['whole'] or '0'}.{found['start']}\\overline{{{found['period'] or found['bare']}}}"
        ),
        text,
    )


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
        "∈": "\\in ", "≈": "\\approx ", "٫": ".", "٬": ",",
    }
)  # fmt: skip
_SUPERSCRIPTS = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ]+")
_SUBSCRIPTS = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_VULGAR = re.compile("[¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")
_ROOT = re.compile(
    r"(?P<sign>[√∛∜])\s*(?:\((?P<group>[^()]*)\)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<command>\\[a-z]+)|(?P<letter>[A-Za-z]))"
)

_DIGIT = r"\d"
_BASED = re.compile(
    rf"(?<![\w.,])(?P<open>\()?(?P<digits>[0-9A-F]+)(?(open)\))(?P<base>{SUBSCRIPT}|{IN_BASE}\s*$)",
    re.IGNORECASE,
)
# One dot or bar over each digit of the period, or dots over its first and its last.
_OVER = r"(?:\\dot\s*(?:\{\d\}|\d)|\d\u0307)"
_DOTTED = re.compile(rf"{_OVER}(?:\d*{_OVER})?|(?:\d\u0305)+")
_PERIOD = re.compile(
    r"(?<![\w.,])(?P<whole>\d*)(?:\.|,(?=\d*(?:\(\d+\)|\\(?:overline|bar)\s*\{?\d+\}?)$))(?P<start>\d*)"
    r"(?:\((?P<period>\d+)\)|\\(?:overline|bar)\s*\{?\s*(?P<bare>\d+)\s*\}?)(?!\d)"
)
RECURRING = rf"\d+[.,]\d*(?:\(\d+\)|\\(?:overline|bar)\s*(?:\{{\d+\}}|\d)|{_DOTTED.pattern})"
"""A recurring decimal, its period in brackets, below a bar or between dots."""
# Points group only where there are two of them, because one is a decimal point.
_GROUPED = (
    r"\d{1,3}(?:(?:,\\!|,|\{,\}|\\[,!;]|['’_])\d{3})+(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?![\d.,]*\d)"
)
_SPACED = r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d/])"
_PART = _VULGAR.pattern
_FRAC = r"\\[dt]?frac(?:\{\d+\}\{\d+\}|\d\d)"


def _numeral(whole: str) -> str:
    return (
        rf"(?:{RECURRING}|(?<![A-Za-z])(?:\d[0-9A-Fa-f]*|[A-F][0-9A-F]+){SUBSCRIPT}"
        rf"|{_FRAC}|\d{{1,9}}[ ]?{_FRAC}|\d{{1,9}}[ ]?{_PART}|{_PART}"
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
