"""Read the numbers of a text: their value, unit, what they count, and how exact they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.question.terms import is_function
from assistant.text.prose import stem
from assistant.verify.wording import Tokens, is_number, plain, tokens


@dataclass(frozen=True)
class Figure:
    """A number in a text.

    `unit` is one of the units of measure below or "". `counts` is the stem of the word that follows
    ("layer" in "12 layers"). `loose` marks an approximate number, `spelt` one written in letters,
    `part` one expressed by a word of proportion ("a third", "twice"), `named` one in a name ("Llama
    3", "7B"). `at` is its place among the tokens.
    """

    value: float
    unit: str
    counts: str
    at: int
    bound: str = ""
    loose: bool = False
    spelt: bool = False
    part: bool = False
    shown: str = ""
    named: bool = False

    @property
    def step(self) -> float:
        """Return the value of the last digit that is not a closing zero: 1 for 13, 10 for 20, .01 for .53."""
        digits = f"{self.value:.10f}".rstrip("0").rstrip(".")
        if "." in digits:
            return float(10.0 ** -len(digits.partition(".")[2]))
        zeros = len(digits) - len(digits.rstrip("0")) if digits.strip("-0") else 0
        return float(10.0**zeros)


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the numbers of a text in order, including words of proportion."""
    words = tokens(text)
    line = plain(text)
    digits, named = _values(_DIGITS, line), _values(_NAMED, line)
    found: list[Figure] = []
    for at, token in enumerate(words):
        figure = _out_of(words, at, digits) or (
            _number(words, at, digits, named) if is_number(token) else _proportion(words, at)
        )
        if figure and not (at > 1 and _out_of(words, at - 2, digits)):
            found.append(figure)
    return tuple(found)


def _out_of(words: Tokens, at: int, digits: frozenset[float]) -> Figure | None:
    """Return the share in "nine in ten", if both numbers are written in letters."""
    pair = words[at : at + 3]
    if len(pair) < 3 or pair[1] != "in" or not (is_number(pair[0]) and is_number(pair[2])):
        return None
    one, whole = float(pair[0]), float(pair[2])
    if not 0 < one < whole <= _SPELT or {one, whole} & digits:
        return None
    loose, bound = _manner(words, at)
    return Figure(
        value=one / whole, unit="share", counts="", at=at, bound=bound, loose=loose, part=True,
        shown=" ".join(pair),
    )  # fmt: skip


def _number(
    words: Tokens, at: int, digits: frozenset[float], named: frozenset[float]
) -> Figure | None:
    if words[at + 1 : at + 2] and words[at + 1] in _FRACTIONS:
        return None  # the "two" of "two thirds" is counted with them
    token, value = words[at], float(words[at])
    if words[at + 1 : at + 4] == ("and", "a", "half"):
        value = (value + 0.5) * _SCALES.get("".join(_ahead(words, at + 4, 1)), 1.0)
    loose, bound = _manner(words, at)
    unit = _unit(words, at)
    return Figure(
        value=value, unit=unit, counts="" if unit else _counted(words, at + 1), at=at,
        bound=bound, loose=loose, spelt=value not in digits and abs(value) < _SPELT,
        shown=_shown(token, unit), named=value in named or abs(value) >= _SIZE,
    )  # fmt: skip


# Larger numbers are hardly written in letters, and "8B" is not a digit of 8,000,000,000.
_SPELT = 100
# From this size on a number is mostly the size in a model's name.
_SIZE = 1e6
# A small number after a capitalised word is part of a name ("Llama 3"), as is any number after the
# name of a part of a paper, and as is a year.
_NAMED = re.compile(
    r"\b[\w@-]*[A-Z][\w@]*[ @-](\d(?:\.\d)?(?![\w.]|\.\d))"
    r"|\b(?:Table|Figure|Section|Equation|Lemma|Theorem|Appendix|Page|Volume|Chapter)s? (\d+(?:\.\d+)?)"
    r"|(?<![\w.])((?:19|20)\d\d)(?![\w.]*\d)"
)
_DIGITS = re.compile(r"(?<![\w.])([-+]?\d+(?:\.\d+)?)")


def _values(pattern: re.Pattern[str], line: str) -> frozenset[float]:
    """Return the values of the numbers that a pattern matches."""
    return frozenset(
        float(part) for match in pattern.finditer(line) for part in match.groups() if part
    )


def _proportion(words: Tokens, at: int) -> Figure | None:
    """Return the figure of "twice", "half" or "two thirds", or None for any other word."""
    word = words[at]
    if word == "twice" and _ahead(words, at + 1, 1) not in (("as",), ("the",), ("that",), ("its",)):
        return None  # on two occasions
    if word == "half" and (words[max(0, at - 1) : at] or ("",))[0] in _POINTING:
        return None  # "that half" is a part mentioned before
    if word == "half" and words[max(0, at - 2) : at] == ("and", "a"):
        return None  # counted with the number before it: "one and a half million"
    if word in _RATIOS:
        value, unit = _RATIOS[word]
    elif word in _FRACTIONS and at and _divides(words, at):
        many = float(words[at - 1]) if is_number(words[at - 1]) else 1.0
        value, unit = many * _FRACTIONS[word], "share"
    else:
        return None
    if unit == "share" and "hour" in _ahead(words, at + 1):
        value, unit = 60 * value, "minutes"
    loose, bound = _manner(words, at - (word in _FRACTIONS))
    return Figure(
        value=value, unit=unit, counts="", at=at, bound=bound, loose=loose, part=True, shown=word
    )


_POINTING = frozenset("that this other each first second last latter former".split())


def _divides(words: Tokens, at: int) -> bool:
    """Return whether "third" means a division: in "two thirds" and "a third of it", not in "a third sense"."""
    following = _ahead(words, at + 1, 1)
    ends = not following or is_function(following[0])
    return is_number(words[at - 1]) or (words[at - 1] == "a" and ends)


# Words of proportion are closed classes of English, each with its number.
_RATIOS: dict[str, tuple[float, str]] = {
    **dict.fromkeys(("half", "halves"), (0.5, "share")),
    **dict.fromkeys(("halved", "halving", "halve"), (0.5, "share")),
    **dict.fromkeys(("twice", "double", "doubles", "doubled", "doubling", "twofold"), (2.0, "times")),
    **dict.fromkeys(("triple", "triples", "tripled", "tripling", "threefold", "thrice"), (3.0, "times")),
    **dict.fromkeys(("quadruple", "quadruples", "quadrupled", "fourfold"), (4.0, "times")),
    "tenfold": (10.0, "times"),
}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_FRACTIONS = {
    "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25, "fifth": 0.2, "fifths": 0.2,
    "sixth": 1 / 6, "sixths": 1 / 6, "eighth": 0.125, "eighths": 0.125, "tenth": 0.1, "tenths": 0.1,
}  # fmt: skip


def _manner(words: Tokens, at: int) -> tuple[bool, str]:
    """Return whether a number is called approximate, and whether it is called a minimum or a maximum."""
    before = words[max(0, at - 3) : at]
    pair = " ".join(before[-2:])
    bound = next((b for phrase, b in _BOUNDS.items() if pair.endswith(phrase)), "")
    after = words[at + 1 : at + 3]
    return bool(bound) or not _ROUGH.isdisjoint(before) or "so" in after[1:], bound


_ROUGH = frozenset(
    "about nearly close some slightly little just well say near order approximate almost quite between".split()
)
# These words limit a number, with the side: "least" from below, "most" from above.
_BOUNDS = {
    "at least": "least", "more than": "least", "over": "least", "above": "least", "beyond": "least",
    "exceeding": "least", "exceeds": "least", "minimum of": "least",
    "at most": "most", "up to": "most", "less than": "most", "fewer than": "most", "under": "most",
    "below": "most", "much as": "most", "many as": "most", "maximum of": "most", "within": "most",
}  # fmt: skip


def _unit(words: Tokens, at: int) -> str:
    """Return the unit of a number; in "5 to 30 %" both numbers have it."""
    after = _ahead(words, at + 1)
    if words[max(0, at - 1) : at] == ("$",):
        return UNITS["$"]
    if after[:2] == ("percentage", "points"):
        return "points"
    if after and after[0] in UNITS:
        return UNITS[after[0]]
    if len(after) == 3 and after[0] in ("to", "and", "or", "-") and is_number(after[1]):
        return UNITS.get(after[2], "")
    return ""


# Units of measure, each in one form; a number keeps its own unit.
UNITS = {
    word: row.split()[0]
    for row in (
        "% percent", "points point percentage", "times x fold", "bits bit", "nats nat", "seconds second sec",
        "milliseconds ms", "minutes minute", "hours hour", "days day", "weeks week", "months month", "years year",
        "gb gigabytes gigabyte gib", "mb megabytes megabyte", "kb kilobytes", "dollars $ dollar", "cents cent",
        "kilometers km kilometer", "meters meter", "centimeters cm", "millimeters mm", "miles mile", "feet foot",
        "kilograms kg", "grams gram", "pounds pound", "degrees degree",
    )
    for word in row.split()
}  # fmt: skip


def _counted(words: Tokens, at: int) -> str:
    """Return the stem of the noun that a number counts, taken as the next content word."""
    for word in _ahead(words, at):
        if is_number(word) or not word.isalpha():
            return ""
        if not is_function(word):
            return stem(word)
    return ""


def _ahead(words: Sequence[str], at: int, size: int = 3) -> tuple[str, ...]:
    return tuple(words[at : at + size])


def _shown(token: str, unit: str) -> str:
    """Return a number in the form a reader would write."""
    for zeros, scale in ((9, "B"), (6, "M")):
        if token.endswith("0" * zeros):
            token = token[:-zeros] + scale
            break
    return f"{token} {unit}".strip()
