"""This veto refuses a sentence that exchanges two numbers of the evidence between the things they belong to."""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

from assistant.verify.content import stems
from assistant.verify.figures import Figure, figures
from assistant.verify.vetoes.names import names
from assistant.verify.wording import tokens

# This many content words after a number tell what it belongs to: "4-digit addition".
_REACH = 2
_SIDES = frozenset(("with", "without", "before", "after"))


def veto(sentence: str, evidence: str) -> str:
    """Return which numbers were exchanged, as one line for the reader, or "" if none certainly were.

    It is certain if two numbers occur once in both texts and each is followed by the words that
    follow the other in the evidence, or if two names and two numbers alternate in both texts and
    are paired differently.
    """
    said, there = _single(sentence), _single(evidence)
    shared = [value for value in said if value in there]
    for one, other in combinations(shared, 2):
        if any(
            _exchanged(
                *(
                    told(text, own[v])
                    for text, own in ((sentence, said), (evidence, there))
                    for v in (one, other)
                )
            )
            for told in (_behind, _side)
        ) or _paired_otherwise(sentence, evidence, said, there, one, other):
            return f"it exchanges {said[one].shown} and {said[other].shown}"
    return ""


def _single(text: str) -> Mapping[float, Figure]:
    """Return the numbers that occur once in a text, in order."""
    every = [figure for figure in figures(text) if not (figure.part or figure.named)]
    values = [figure.value for figure in every]
    return {figure.value: figure for figure in every if values.count(figure.value) == 1}


def _behind(text: str, figure: Figure) -> frozenset[str]:
    """Return the stems of the content words that follow a number, before the next number."""
    return frozenset(
        [stem for stem in stems(text)[figure.at + 1 : _end(text, figure)] if stem][:_REACH]
    )


def _side(text: str, figure: Figure) -> frozenset[str]:
    """Return the side that a number belongs to: "69.8 % with and 68.8 % without it"."""
    return frozenset(tokens(text)[figure.at + 1 : _end(text, figure)][:_REACH]) & _SIDES


def _end(text: str, figure: Figure) -> int:
    """Return where the words after a number end, which is at the next number."""
    return min((f.at for f in figures(text) if f.at > figure.at), default=len(tokens(text)))


def _exchanged(
    first: frozenset[str], second: frozenset[str], one: frozenset[str], other: frozenset[str]
) -> bool:
    """Return whether each of two numbers has words of the other's and none of its own that the other lacks."""
    return bool(
        first & (other - one)
        and second & (one - other)
        and not first & (one - other)
        and not second & (other - one)
    )


def _paired_otherwise(
    sentence: str, evidence: str, said: Mapping[float, Figure], there: Mapping[float, Figure],
    one: float, other: float,
) -> bool:  # fmt: skip
    shared = _named_once(sentence, evidence)
    for pair in combinations(shared, 2):
        here = _pairs(sentence, pair, (said[one], said[other]))
        quoted = _pairs(evidence, pair, (there[one], there[other]))
        if here and quoted and here.isdisjoint(quoted):
            return True
    return False


def _named_once(*texts: str) -> list[str]:
    """Return the names, in lower case, that occur once in each text; in one text a name may open a sentence."""
    every = dict.fromkeys(name.lower() for text in texts for name in names(text))
    return [name for name in every if all(tokens(text).count(name) == 1 for text in texts)]


def _pairs(
    text: str, two: Sequence[str], numbers: Sequence[Figure]
) -> frozenset[tuple[str, float]]:
    """Return which of two names has which of two numbers, if they alternate closely, else nothing."""
    words = tokens(text)
    marks = sorted([(words.index(name), name) for name in two] + [(f.at, f.value) for f in numbers])
    if marks[3][0] - marks[0][0] > _SPAN:
        return frozenset()
    kinds = [isinstance(mark, str) for _, mark in marks]
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(marks)]
    if kinds in ([True, False, True, False], [False, True, False, True]):
        order = ((0, 1), (2, 3))
    elif kinds == [True, True, False, False] and max(gaps[0], gaps[2]) <= _JOINED:
        order = ((0, 2), (1, 3))
    else:
        return frozenset()
    return frozenset(_ordered(marks[a][1], marks[b][1]) for a, b in order)


# Two names and two numbers must stand within this many words: one clause or two.
_SPAN = 30
# "BERT and Pythia score 5 and 7": the words from the one to the other.
_JOINED = 3


def _ordered(one: str | float, other: str | float) -> tuple[str, float]:
    return (one, float(other)) if isinstance(one, str) else (str(other), one)
