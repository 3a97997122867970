"""Normalise answers and decide whether two of them are mathematically the same.

The rule: the text that remains after normalisation is compared as text, then as exact numbers, times,
ranges and lists of these, then by math-verify and sympy. Two units that differ make two answers
differ unless one converts into the other; an answer without a unit takes the other's. Percent is a
unit, so 50% is 50 and not 1/2; decimals are exact, so 0.333 is not 1/3. `3,5` written without a
space is the list and, with a decimal comma, 3.5; in `1,234` the comma groups thousands. A missing answer equals
nothing.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from probes.traces import arithmetic
from probes.traces.aggregation import Answer
from probes.traces.notation import plain_characters, with_bases, with_periods
from probes.traces.quantities import Unit, clock, contradicts, label, split_unit
from probes.traces.spans import result_of
from probes.traces.symbolic import SymbolicComparer


def equal(first: Answer, second: Answer) -> bool:
    """Return whether two answers are the same; symmetric, and reflexive on answers that are not missing.

    The time is bounded: a comparison that is not settled within a second counts as different.
    """
    a, b = _read(first), _read(second)
    if a is None or b is None:
        return False
    return _same(*sorted((a, b), key=_Reading.sort_key))


def representatives(answers: Sequence[Answer]) -> list[Answer]:
    """Return each answer in the spelling of the first one it equals; missing ones stay `None`.

    `aggregation` and `voting` count these spellings. The order is kept, so ties still go to the earliest answer.
    """
    spelling: dict[_Reading, str] = {}
    result: list[Answer] = []
    for answer in answers:
        read = _read(answer)
        if answer is None or read is None:
            result.append(None)
            continue
        if read not in spelling:
            known = (
                shown
                for other, shown in spelling.items()
                if _same(*sorted((read, other), key=_Reading.sort_key))
            )
            spelling[read] = next(known, answer)
        result.append(spelling[read])
    return result


def normalise(answer: Answer) -> str | None:
    """Return an answer's text without delimiters, spacing commands, units, separators and case.

    `None` if nothing remains: such an answer is missing and never votes. A text too long to be an answer stays as it
    is.
    """
    read = _read(answer)
    return None if read is None else read.text


def number(text: str) -> Fraction | None:
    r"""Return the exact value of a normalised number, `None` if it is not a plain one.

    The forms are `-17`, `.5`, `1e3`, `3/4`, `\frac{3}{4}`, `7 3/4`, `1\frac{1}{2}`, recurring
    decimals, numbers of another base and arithmetic on them, as long as it stays of bounded size.
    """
    return arithmetic.value(text)


def close() -> None:
    """End the worker process that compares; the next comparison starts another."""
    _COMPARER.close()


@dataclass(frozen=True)
class _Reading:
    """An answer without delimiters and the like, and its value."""

    text: str
    unit: Unit | None = None
    label: str = ""
    """The words behind a number that are no known unit."""

    def sort_key(self) -> tuple[str, str, str, Fraction]:
        unit = self.unit or Unit("")
        return self.text, self.label, unit.dimension, unit.factor


@lru_cache(maxsize=65536)
def _read(answer: Answer) -> _Reading | None:
    if answer is None:
        return None
    if len(answer) > _LONGEST_ANSWER:
        kept = " ".join(answer.split())
        return _Reading(kept) if kept else None
    text = _without_wrapping(plain_characters(answer))
    for pattern, replacement in _DRESS:
        text = pattern.sub(replacement, text)
    text = result_of(with_periods(text.strip()))
    text = with_bases(_NAMED.sub("", text))
    value, unit = split_unit(_tidy(text))
    named = "" if unit else label(value)
    for pattern, replacement in _REWRITES:
        value = pattern.sub(replacement, value)
    value = _tidy(_without_wrapping(value))
    if _GROUPED.fullmatch(value):
        points = r"." if value.count(".") > 1 else ""
        value = re.sub(rf"[, '_{points}]", "", value)
    elif _CONTINENTAL.fullmatch(value):
        value = re.sub(r"[. ]", "", value).replace(",", ".")
    if _CHOICE.fullmatch(value):
        value = value[1:-1].strip()
    if _WORDS.fullmatch(value):
        value = value.casefold()
    return _Reading(value, unit, named) if value else None


@lru_cache(maxsize=65536)
def _same(a: _Reading, b: _Reading) -> bool:
    """Return whether two readings mean the same."""
    if a.unit is not None and b.unit is not None and a.unit != b.unit:
        return _same_quantity(a, a.unit, b, b.unit)
    if a.label and b.label and a.label != b.label:
        return False
    for unit, named in ((a.unit, b.label), (b.unit, a.label)):
        if unit is not None and named and contradicts(unit, named):
            return False
    return a.text == b.text or _same_value(a.text, b.text)


def _same_quantity(a: _Reading, unit: Unit, b: _Reading, other: Unit) -> bool:
    """Return whether one unit converts into the other and the amounts then agree."""
    if unit.dimension != other.dimension:
        return False
    amounts = arithmetic.value(a.text), arithmetic.value(b.text)
    if amounts[0] is None or amounts[1] is None:
        return False
    return amounts[0] * unit.factor == amounts[1] * other.factor


def _same_value(a: str, b: str) -> bool:
    times = clock(a), clock(b)
    if times != (None, None):
        # Beside a time of day, a bare number is an hour.
        times = times[0] or clock(f"{a}:00"), times[1] or clock(f"{b}:00")
    if times[0] is not None and times[1] is not None:
        return _same_time(times[0], times[1])
    if any(_WORDS.fullmatch(text) and text not in _CONSTANTS for text in (a, b)):
        # A parser takes a word for a product of letters, so "nose" would equal "ones".
        return False
    known = _exact(a), _exact(b)
    if known[0] is not None and known[1] is not None:
        return known[0] == known[1] or known in ((known[0], _pointed(a)), (_pointed(b), known[1]))
    if any(_OPAQUE.search(text) for text in (a, b)):
        return _SPACED.sub(r"\1", a) == _SPACED.sub(r"\1", b)
    return _COMPARER.same(a, b)


_Exact: TypeAlias = Fraction | tuple[Hashable, ...]


def _pointed(text: str) -> _Exact | None:
    """Return the value of what is written with decimal commas; `3,5` is also the list of 3 and 5."""
    pointed = _DECIMAL_COMMA.sub(r"\1.\2", text)
    return None if pointed == text or _BRACKET.search(text) else _exact(pointed)


def _same_time(first: tuple[int, bool], second: tuple[int, bool]) -> bool:
    """Return whether two times of day are the same; one that does not name its half of the day may mean either."""
    both_certain = first[1] and second[1]
    return (first[0] - second[0]) % (86_400 if both_certain else 43_200) == 0


def _exact(text: str) -> _Exact | None:
    """Return a number, or a range or list of numbers and words, in a form that can be compared; else `None`.

    `5-10` is a range, because nobody would leave that subtraction uncomputed. `5 or 6`, `6, 5` and
    `{5, 6}` are one set; the order counts in brackets, and where an ellipsis shortens a list (`1, 2, ..., 10`).
    """
    if found := _RANGE.fullmatch(text):
        low, high = arithmetic.value(found["low"]), arithmetic.value(found["high"])
        if low is not None and high is not None and (low < high or found["word"] == "to"):
            return "range", low, high
    value = arithmetic.value(text)
    return _list(text) if value is None else value


def _list(text: str) -> _Exact | None:
    opened = _BRACKETED.fullmatch(text)
    kind = (opened[1][-1] + opened[3][-1]) if opened else "{}"
    inner = opened[2] if opened else text
    if _BRACKET.search(_LATEX_ARGUMENTS.sub("", inner)):
        return None
    items = [_item(item) for item in _COMMA.split(inner) if item.strip()]
    if not items or None in items or (len(items) == 1 and not opened):
        return None
    ordered = kind != "{}" or "..." in items
    return (kind, *items) if ordered else (kind, frozenset(items))


def _item(text: str) -> Fraction | str | None:
    text = _NAMED.sub("", text).strip()
    if text == "..." or (_WORDS.fullmatch(text) and text not in _CONSTANTS):
        return text
    return arithmetic.value(text)


def _tidy(text: str) -> str:
    """Reduce white space to single spaces, and drop punctuation at the end."""
    text = " ".join(text.split())
    if text.endswith("...") and not re.fullmatch(r"[-+]?\d+\.\.\.", text):
        return text
    return text.rstrip(".,;").strip()


def _without_wrapping(text: str) -> str:
    """Return the inside of math delimiters, bold stars and boxes, however nested."""
    previous = None
    text = text.strip()
    while text != previous:
        previous = text
        text = _tidy(text) if not text.endswith("\\,") else text
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
    """Return whether braces close in order and no dollar sign is left, so an outer pair is one pair."""
    depth = 0
    for mark in re.findall(r"\\[\\{}$]|[{}$]", text):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0 or mark == "$":
            return False
    return depth == 0


_COMPARER = SymbolicComparer()
_LONGEST_ANSWER = 2_000

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


def _compiled(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


_DRESS = _compiled(
    # This is a line break, unless it is a command whose backslash was doubled on the way.
    (r"\\\\(?![A-Za-z])", " "),
    (r"(?<=\d),?\s*\\[!,;]\s*(?=\d{3}(?!\d))", ""),
    (r"\\!", ""),
    (r"\\[,;: ]|~|\\q?quad\b", " "),
    (r"\\(?:left|right|displaystyle|big|Big)(?![A-Za-z])", ""),
    (r"\\[dt]frac(?![A-Za-z])", r"\\frac"),
    (r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}"),
    (r"(\\frac)\s*(\{[^{}]*\})\s*(\{[^{}]*\})", r"\1\2\3"),
    (r"\{,\}", ","),
    (r"==", "="),
    # An angle in degrees, inside a function, is its part of a circle; elsewhere degrees are a unit.
    (
        r"\\?(sin|cos|tan|cot|sec|csc)\s*[({]?\s*(\d+(?:\.\d+)?)\s*(?:\^\s*\{?\s*\\circ\s*\}?|°|\\degree)\s*[)}]?",
        r"\\\1(\\frac{\2\\pi}{180})",
    ),
    (r"(?<![A-Za-z\\])C\(\s*(\d+)\s*,\s*(\d+)\s*\)", r"\\binom{\1}{\2}"),
    # A congruence gives its remainder; `8 mod 5` is computed.
    (r"(?<=\d)\s*(?:\\pmod\s*\{?\d+\}?|\(\s*\\?b?mod\s*\{?\d+\}?\s*\))\s*$", ""),
    (r"^\s*either\s+", ""),
    (r"^\s*between\s+(.*\S)\s+and\s+", r"\1 to "),
    (r"\\(?:[lcd]dots|dots)(?![A-Za-z])", "..."),
    (r",?\s*\\text\s*\{\s*,?\s*(or|and)\s*\}\s*", r" \1 "),
    # These are two letters of an hour.
    (r"\\(?:text|mathrm|textrm)\s*\{\s*([ap]\.?m\.?)\s*\}", r" \1"),
)
# A single letter set equal to the answer names the unknown.
_NAMED = re.compile(r"^\s*[A-Za-z]\s*=(?=[^=]*$)")
_REWRITES = _compiled(
    (r"\\?[%$€£]", ""),
    (r"\^\s*(?:\{\s*)?\\circ(?:\s*\})?|\\degree|°", ""),
    (r"(?<![A-Za-z\\])pi(?![A-Za-z])", r"\\pi "),
    (r"(?<![A-Za-z\\])sqrt\s*\(([^()]*)\)", r"\\sqrt{\1}"),
    # Nobody who writes 2^10 means 2^1 0, and nobody means an unknown by the x of 5 x 10^3.
    (r"\^\s*(-?\d{2,}|-\d)(?![\d.])", r"^{\1}"),
    (r"\*\*\s*(-?\d+)", r"^{\1}"),
    (r"(?<=[\d )])(?<!\b0)x(?=\s*\d)", r"\\times "),
    # Text after a number is its label.
    (r"(?<=[\d}])\s*\\(?:text|mathrm|textrm|mbox)\s*\{[^{}]*\}(?:\s*\^\s*\{?\d\}?)?", ""),
    (r"\\(?:text|textbf|textrm|mathrm|mathbf|mbox)\s*\{([^{}]*)\}", r"\1"),
    (r"(?<=\d)\s+(?:units?|people|persons?)$", ""),
    (r"\s*,\s*(?:and|or)\s+", ", "),
)

_GROUPED = re.compile(
    r"[-+]?(?!0,)\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+|(?:['_]\d{3})+)(?:\.\d+)?|[-+]?\d{1,3}(?:\.\d{3}){2,}"
    r"|[-+]?\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?"
)
"""Groups of three set apart by one sign, points among them where there are two; lakhs and crores have groups of two."""
# The number has groups set apart by points or spaces, then a decimal comma.
_CONTINENTAL = re.compile(r"[-+]?\d{1,3}(?:(?:\.\d{3})+|(?: \d{3})+),\d+")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d.,]*\d)")
_CHOICE = re.compile(r"\(\s*[A-Za-z]\s*\)")
_WORDS = re.compile(r"[^\W\d_]+(?:[\s'-]+[^\W\d_]+)*")
_CONSTANTS = frozenset({"e", "i", "pi", "infinity", "inf"} | set("abcdfghjklmnopqrstuvwxyz"))
_NUMERIC = r"[-+]?[\d.,]*\d(?:/\d+| \d+/\d+)?"
_RANGE = re.compile(rf"(?:from\s+)?(?P<low>{_NUMERIC})\s*(?P<word>to|-)\s*(?P<high>{_NUMERIC})")
_BRACKETED = re.compile(r"(\\?\{|[(\[])(.*?)(\\?\}|[)\]])", re.DOTALL)
_BRACKET = re.compile(r"[()\[\]{}]")
_COMMA = re.compile(r",|\b(?:or|and)\b")
_LATEX_ARGUMENTS = re.compile(r"\\[a-z]+(?:\{[^{}]*\}){1,2}|[\^_]\{[^{}]*\}")
_SPACED = re.compile(r"\s*([^\w\s])\s*")
# The parser drops these without a word: an ellipsis, a base, the name of a large number.
_OPAQUE = re.compile(
    r"\.\.\.|\d_|\.\d*(?:\(\d|\\overline)|\b(?:thousand|[mb]illion|trillion|dozen|hundred)s?\b|\bto\b"
)
