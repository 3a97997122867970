"""Normalises answers and decides whether two of them are mathematically the same.

The rule: what remains after normalisation is compared as text, then as exact numbers, then by
math-verify and sympy. Units, degree, currency and percent signs are dropped, so 50% is 50 and
not 1/2; decimals are exact, so 0.333 is not 1/3. A missing answer equals nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from probes.traces.aggregation import Answer
from probes.traces.symbolic import SymbolicComparer


def equal(first: Answer, second: Answer) -> bool:
    """Whether two answers are the same; symmetric, and reflexive on answers that are not missing.

    Bounded in time: a comparison that is not settled within seconds counts as different.
    """
    a, b = normalise(first), normalise(second)
    if a is None or b is None:
        return False
    return a == b or _same(*sorted((a, b)))


def representatives(answers: Sequence[Answer]) -> list[Answer]:
    """Each answer in the spelling of the first one it equals; missing ones stay `None`.

    What `aggregation` and `voting` count. Order is kept, so ties still go to the earliest.
    """
    spelling: dict[str, str] = {}
    result: list[Answer] = []
    for answer in answers:
        key = normalise(answer)
        if answer is None or key is None:
            result.append(None)
            continue
        if key not in spelling:
            known = (shown for other, shown in spelling.items() if _same(*sorted((key, other))))
            spelling[key] = next(known, answer)
        result.append(spelling[key])
    return result


def normalise(answer: Answer) -> str | None:
    """An answer's text without dress: delimiters, spacing commands, units, separators, case.

    `None` if nothing remains: such an answer is missing and never votes. A text too long to be an
    answer keeps its dress.
    """
    if answer is None:
        return None
    if len(answer) > _LONGEST_ANSWER:
        return " ".join(answer.split()) or None
    text = _plain_characters(answer)
    text = _without_wrapping(text)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    text = _UNIT.sub(r"\1", text.strip())
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    text = " ".join(text.split()).strip().rstrip(".,;").strip()
    if _CHOICE.fullmatch(text):
        text = text[1:-1].strip()
    if _WORDS.fullmatch(text):
        text = text.casefold()
    return text or None


def number(text: str) -> Fraction | None:
    r"""The exact value of a normalised number, `None` if it is not a plain one.

    The forms are `-17`, `.5`, `1e3`, `3/4`, `\frac{3}{4}`, `7 3/4` and `1\frac{1}{2}`.
    """
    if len(text) > _LONGEST_NUMBER:
        return None
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    found = _FRACTION.fullmatch(text)
    if found is None:
        return None
    sign, *parts = found.groups()
    whole, top, bottom = (int(a or b or 0) for a, b in zip(parts[:3], parts[3:], strict=True))
    if bottom == 0 or (whole and min(top, bottom) < 0):
        return None
    value = whole + Fraction(top, bottom)
    return -value if sign == "-" else value


def close() -> None:
    """Ends the worker process behind the comparisons; the next one starts another."""
    _COMPARER.close()


@lru_cache(maxsize=65536)
def _same(a: str, b: str) -> bool:
    """Whether two different normalised texts mean the same."""
    values = number(a), number(b)
    if None not in values:
        return values[0] == values[1]
    if any(_WORDS.fullmatch(text) and text not in _CONSTANTS for text in (a, b)):
        # To a parser a word is a product of letters, so "nose" would equal "ones".
        return False
    return _COMPARER.same(a, b)


def _plain_characters(text: str) -> str:
    """Compatibility forms unfolded, and every script's digits written 0-9."""
    folded = unicodedata.normalize("NFKC", text).translate(_CHARACTERS)
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(c, c)) for c in folded)


def _without_wrapping(text: str) -> str:
    """The inside of math delimiters, bold stars and boxes, however nested."""
    previous = None
    text = text.strip()
    while text != previous:
        previous = text
        text = text.rstrip(".,;").strip() if not text.endswith("\\,") else text
        for opening, closing in _WRAPPINGS:
            inner = text[len(opening) : len(text) - len(closing)]
            long_enough = len(text) > len(opening) + len(closing)
            if (
                long_enough
                and text.startswith(opening)
                and text.endswith(closing)
                and _balanced(inner)
            ):
                text = inner.strip()
    return text


def _balanced(text: str) -> bool:
    """Whether braces close in order and no dollar sign is left, so an outer pair is one pair."""
    depth = 0
    for mark in re.findall(r"\\[\\{}$]|[{}$]", text):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0 or mark == "$":
            return False
    return depth == 0


_COMPARER = SymbolicComparer()
_LONGEST_NUMBER = 200
_LONGEST_ANSWER = 2_000

_CHARACTERS = str.maketrans({"−": "-", "–": "-", "⁄": "/", "∞": "\\infty ", "π": "\\pi ", "’": "'"})
_WRAPPINGS = (
    ("$$", "$$"),
    ("$", "$"),
    ("\\(", "\\)"),
    ("\\[", "\\]"),
    ("**", "**"),
    ("\\boxed{", "}"),
    ("\\fbox{", "}"),
    ("\\text{", "}"),
    ("\\textbf{", "}"),
    ("\\mathbf{", "}"),
    ("\\mathrm{", "}"),
)

_UNIT_WORD = (
    r"(?:square|cubic|sq|degrees?|percent|dollars?|cents?|euros?|pounds?|mm|cm|dm|km|miles?"
    r"|(?:centi|milli|kilo)?met(?:er|re)s?|inch(?:es)?|feet|foot|ft|yards?|seconds?|secs?"
    r"|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|kg|mg|(?:kilo)?grams?"
    r"|lit(?:er|re)s?|ml|ounces?|oz|lbs?|units?|people|persons?|mph)"
)

_REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\d),?\s*\\[!,;]\s*(?=\d{3}(?!\d))", ""),
        (r"\\!", ""),
        (r"\\[,;: ]|~|\\q?quad\b", " "),
        (r"\\(?:left|right|displaystyle|big|Big)(?![A-Za-z])", ""),
        (r"\\[dt]frac(?![A-Za-z])", r"\\frac"),
        (r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}"),
        (r"(\\frac)\s*(\{[^{}]*\})\s*(\{[^{}]*\})", r"\1\2\3"),
        (r"\{,\}", ","),
        (r"\^\s*(?:\{\s*)?\\circ(?:\s*\})?|\\degree|°", ""),
        (r"\\?[%$€£]", ""),
        # A single letter set equal to the answer names the unknown.
        (r"^\s*[A-Za-z]\s*=(?=[^=]*$)", ""),
        (r"(?<![A-Za-z\\])pi(?![A-Za-z])", r"\\pi "),
        # Text behind a number is its unit.
        (r"(?<=[\d}])\s*\\(?:text|mathrm|textrm|mbox)\s*\{[^{}]*\}(?:\s*\^\s*\{?\d\}?)?", ""),
        (r"\\(?:text|textbf|textrm|mathrm|mathbf|mbox)\s*\{([^{}]*)\}", r"\1"),
    )
)

# One letter is taken for a unit only behind a space.
_UNIT = re.compile(
    rf"^([-+]?[\d.,]*\d(?:/\d+)?)(?:\s*{_UNIT_WORD}(?:\s+{_UNIT_WORD})*|\s+[mshg])(?:\s*\^\s*\{{?\d\}}?)?$",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_CHOICE = re.compile(r"\(\s*[A-Za-z]\s*\)")
_WORDS = re.compile(r"[^\W\d_]+(?:[\s'-]+[^\W\d_]+)*")
_CONSTANTS = frozenset({"e", "i", "pi", "infinity", "inf"} | set("abcdfghjklmnopqrstuvwxyz"))
_DECIMAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_FRACTION = re.compile(
    r"([-+]?)(?:(?:(\d+) ?)?\\frac\{(-?\d+)\}\{(-?\d+)\}|(?:(\d+) )?(\d+)/(\d+))"
)
