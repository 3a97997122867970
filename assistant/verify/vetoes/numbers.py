"""Numbers: each one stands in the evidence, is a fair rounding of one there, or follows by visible arithmetic."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from assistant.verify.figures import Figure, figures
from assistant.verify.wording import plain

# A number that is said to be rough is rounded at its last digit, by at most the first share of what it stands for
# ("about 30 %" for 26.67), or is off by at most the second ("nearly 14" for 13.33); "about 20" for 13.3 is neither.
ROUNDED_BY, ROUGHLY = 0.2, 0.06
# A proportion in words ("a third", "twice") is rough by itself, and as much.
IN_WORDS = 0.12
# "More than twice" may be said of up to so many times as much.
_BEYOND = 1.4
# Without such a word a number may only have lost decimals: "13" for 13.33.
_ROUNDED = 0.05
# Of more figures than these pairs explain nearly any number, so arithmetic explains none.
_VISIBLE = 24
# "220 tasks, 40 metrics and 10 families multiply to 88,000": of more numbers any product can be made.
_FACTORS = 6
_ABSOLUTE = re.compile(r"\b(?:absolute|points?)\b", re.IGNORECASE)
# Numbers to this one, spelt, count what the evidence may enumerate: "the two models" of "BERT and Pythia".
_ENUMERATED = 6


def veto(sentence: str, evidence: str) -> str:
    """Return which number the evidence does not bear, as one line for the reader; "" where it bears all.

    A number keeps its value and its unit. Allowed are rounding as far as the sentence says that it rounds, a share
    for its percentage, and what a difference, a ratio or a sum of two figures of the evidence gives.
    """
    there = figures(evidence)
    for said in figures(sentence):
        if not borne(said, there, evidence):
            return f"its evidence does not bear the number {said.shown}"
    return ""


def borne(said: Figure, there: Sequence[Figure], evidence: str) -> bool:
    """Return whether one number of a sentence is borne by the figures of its evidence, or needs no bearing."""
    if any(_stands_for(said, figure) for figure in there):
        return True
    if said.unit == "points" and _ABSOLUTE.search(evidence):
        # "An absolute gain of 2 %" is one of 2 points.
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
    """Yield the value of a figure in the unit of the one that is said; nothing where there is no way."""
    unit = said.unit
    if unit == figure.unit or (not unit and not said.part):
        yield figure.value
    elif not figure.unit and not figure.part:
        # "80.0" with its unit said elsewhere; the same number cannot be told to be another thing.
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
    """Return whether a number may be said for a value."""
    # Whether it is a fall or a rise is said in words.
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
    """Return whether the digits end a word of the evidence, as 2024 ends "AIME24", or stand in a version ("v1.1.2")."""
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
    """Return whether a sentence of the evidence lists about so many things, told by its commas."""
    commas = [part.count(",") + 1 for part in re.split(r"(?<=[^\W\d_]{2})[.;:]\s", evidence)]
    return number > _ENUMERATED and any(number in (count, count + 1) for count in commas)


def _computed(said: Figure, there: Sequence[Figure]) -> Iterator[float]:
    """Yield what one or two figures of the evidence give by arithmetic, in the unit that is said.

    A rest to a whole, a difference (of pages both ends count), a sum, a ratio, and a product.
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
