"""This veto refuses a number that is not in the evidence, by fair rounding or by visible arithmetic."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from assistant.verify.figures import Figure, figures
from assistant.verify.wording import plain

# A number called rough may be rounded at its last digit, by at most the first share of its value
# ("about 30 %" for 26.67), or be off by at most the second ("nearly 14" for 13.33); "about 20" for
# 13.3 is neither.
ROUNDED_BY, ROUGHLY = 0.2, 0.06
# A proportion in words ("a third", "twice") is rough in itself, by this share.
IN_WORDS = 0.12
# "More than twice" may stand for up to this many times as much.
_BEYOND = 1.4
# Without such a word a number may only have lost decimals: "13" for 13.33.
_ROUNDED = 0.05
# Pairs of more figures than this explain nearly any number, so arithmetic explains none.
_VISIBLE = 24
# "220 tasks, 40 metrics and 10 families multiply to 88,000": of more numbers any product can be
# made.
_FACTORS = 6
_ABSOLUTE = re.compile(r"\b(?:absolute|points?)\b", re.IGNORECASE)
# Numbers up to this one, in letters, may count what the evidence lists: "the two models" of "BERT
# and Pythia".
_ENUMERATED = 6


def veto(sentence: str, evidence: str) -> str:
    """Return a number that the evidence does not support, as one line for the reader, or "" if it supports all.

    A number keeps its value and its unit. Rounding is allowed as far as the sentence says that it
    rounds, and so are a share for its percentage, and the difference, ratio or sum of two figures
    of the evidence.
    """
    there = figures(evidence)
    for said in figures(sentence):
        if not borne(said, there, evidence):
            return f"its evidence does not support the number {said.shown}"
    return ""


def borne(said: Figure, there: Sequence[Figure], evidence: str) -> bool:
    """Return whether the figures of the evidence support a number of a sentence, or it needs no support."""
    if any(_stands_for(said, figure) for figure in there):
        return True
    if said.unit == "points" and _ABSOLUTE.search(evidence):
        # "An absolute gain of 2 %" is a gain of 2 points.
        return borne(replace(said, unit="%"), there, "")
    if said.spelt and not said.unit and said.value <= _ENUMERATED:
        return not _counted_otherwise(said, there)
    if _listed(said.value, evidence):
        return True
    if _inside_a_name(said.value, evidence):
        return True
    return any(_near(said, value) for value in _computed(said, there))


def _stands_for(said: Figure, figure: Figure) -> bool:
    return any(_near(said, value) for value in _in_unit(figure, said))


def _in_unit(figure: Figure, said: Figure) -> Iterator[float]:
    """Yield the value of a figure in the unit of the stated one; yield nothing if it cannot be converted."""
    unit = said.unit
    if unit == figure.unit or (not unit and not said.part):
        yield figure.value
    elif not figure.unit and not figure.part:
        # "80.0" may have its unit elsewhere; the same number cannot be shown to be another thing.
        if unit not in ("share", "times"):
            yield figure.value
        if unit in ("share", "%") and 0 <= figure.value <= 1:
            yield figure.value * (1 if unit == "share" else 100)
        if unit == "times" and not said.part:
            yield figure.value
    elif {unit, figure.unit} == {"share", "%"}:
        yield figure.value * 100 if unit == "%" else figure.value / 100
    elif {unit, figure.unit} == {"times", "share"} and figure.value:
        yield 1 / figure.value
    elif {unit, figure.unit} == {"times", "%"} and said.part:
        yield 1 + figure.value / 100


def _near(said: Figure, value: float) -> bool:
    """Return whether a number may stand for a value."""
    # Words say whether it is a fall or a rise.
    value, number = abs(value), abs(said.value)
    if number == value:
        return True
    off = abs(number - value)
    if said.bound == "least" and number <= value < _BEYOND * number:
        return True
    if said.bound == "most" and value <= number < _BEYOND * value:
        return True
    if said.part:
        return off <= IN_WORDS * value
    if said.loose:
        rounded = off <= said.step / 2 + 1e-9 and off <= ROUNDED_BY * value
        return rounded or off <= ROUGHLY * value
    return off <= said.step / 2 + 1e-9 and off <= _ROUNDED * value and not value.is_integer()


def _counted_otherwise(said: Figure, there: Iterable[Figure]) -> bool:
    """Return whether the evidence counts the same thing, and never by this number."""
    counts = [f.value for f in there if f.counts and f.counts == said.counts and not f.unit]
    return bool(said.counts) and bool(counts) and said.value > 1


def _inside_a_name(value: float, evidence: str) -> bool:
    """Return whether the digits end a word of the evidence ("AIME24" for 2024) or are in a version ("v1.1.2")."""
    digits = f"{abs(value):g}"
    if "." in digits:
        number = re.escape(digits)
        return bool(re.search(rf"(?:[^\W\d_]|\d\.){number}|{number}\.\d", evidence))
    ends = (digits, digits[-2:]) if len(digits) == 4 else (digits,)
    words = plain(evidence).replace("-", " ").split()
    return any(
        word.rstrip(".,;:!?)'\"").endswith(end) and not word[0].isdigit()
        for word in words
        for end in ends
    )


def _listed(number: float, evidence: str) -> bool:
    """Return whether a sentence of the evidence lists about this many things, by its commas."""
    commas = [part.count(",") + 1 for part in re.split(r"(?<=[^\W\d_]{2})[.;:]\s", evidence)]
    return number > _ENUMERATED and any(number in (count, count + 1) for count in commas)


def _computed(said: Figure, there: Sequence[Figure]) -> Iterator[float]:
    """Yield the results of arithmetic with one or two figures of the evidence, in the stated unit.

    These are the rest to a whole, a difference (of pages both ends count), a sum, a ratio, and a
    product.
    """
    plainly = [f for f in there if not f.part]
    if len(plainly) > _VISIBLE:
        return
    for figure in plainly:
        yield from _rest(said, figure)
    for one, other in permutations(plainly, 2):
        if one.unit == other.unit:
            yield from _of_two(said, one, other)
        elif said.unit == one.unit and not other.unit and other.value:
            yield one.value / other.value  # 35 minutes for 3 rows
            yield one.value * other.value
    bare = [figure.value for figure in plainly if not figure.unit]
    if not said.unit and len(bare) <= _FACTORS:
        yield from (one * other * third for one, other, third in combinations(bare, 3))


def _rest(said: Figure, figure: Figure) -> Iterator[float]:
    if said.unit == "share" or said.unit == "%":
        whole = 1.0 if said.unit == "share" else 100.0
        if figure.unit == "%":
            yield whole * (1 - figure.value / 100)
        elif not figure.unit and 0 < figure.value < 1:
            yield whole * (1 - figure.value)


def _of_two(said: Figure, one: Figure, other: Figure) -> Iterator[float]:
    unit = "points" if one.unit == "%" and said.unit == "points" else one.unit
    if said.unit in (unit, "") or (said.unit in ("points", "%") and not one.unit):
        yield one.value - other.value
        yield one.value + other.value
    if not said.unit and not one.unit:
        yield one.value - other.value + 1
        yield one.value * other.value
    if other.value and said.unit in ("times", "share", "%", ""):
        ratio = one.value / other.value
        yield from (
            (100 * ratio, 100 * (ratio - 1), 100 * (1 - ratio)) if said.unit == "%" else (ratio,)
        )
        if said.unit == "share":
            yield 1 - ratio
