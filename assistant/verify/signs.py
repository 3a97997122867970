"""Compute the signs beside the judge: properties of a sentence and its evidence that need no understanding."""

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from assistant.question.terms import meets
from assistant.verify.content import counted, stems
from assistant.verify.figures import figures
from assistant.verify.opposites import OPPOSITES
from assistant.verify.vetoes.names import unnamed
from assistant.verify.vetoes.negation import NEGATIONS, denials
from assistant.verify.vetoes.numbers import borne
from assistant.verify.wording import tokens

NAMES = (
    "words not in the evidence", "numbers not in the evidence", "names not in the evidence", "odd denials",
    "denials added", "reservations lost", "wholes added", "causes added", "opposites", "both deny",
    "only the evidence denies", "a second hand lost", "a remark lost",
)  # fmt: skip
"""The signs in order."""

# Closed classes: words of reservation, of the whole, and of cause.
HEDGES = frozenset(
    """may might could can would should perhaps possibly probably likely unlikely suggest suggests suggested seem seems
    appear appears indicate indicates about nearly often sometimes usually generally mostly partly largely mainly
    reported reports claim claims secondary believe conjecture infer""".split()
)
WHOLES = frozenset("all every each always any entire whole both never none no everywhere".split())
SECOND_HAND = re.compile(r"\b(?:second(?:ary|[ -]?hand)|elsewhere|reportedly)\b", re.IGNORECASE)
REMARK = re.compile(r"\b(?:remarks?|notes?|calculations?|reading|comments?)\b", re.IGNORECASE)
CAUSES = frozenset(
    "because cause causes caused therefore thus hence since due so why thanks reason makes made".split()
)


def signs(
    sentence: str, texts: Sequence[str], titles: Sequence[str]
) -> Float[np.ndarray, " signs"]:
    """Return the signs of a sentence beside its evidence, each from about -2 to 2.

    Args:
        sentence: The sentence.
        texts: The quotes of its evidence.
        titles: The titles of their sources; names and words may come from them.
    """
    evidence = "\n".join(texts)
    every = "\n".join((*texts, *titles))
    said, there = tokens(sentence), tokens(evidence)
    words = [stem for stem in stems(sentence) if stem]
    known = frozenset(filter(None, stems(every)))
    new = [word for word in words if not meets(word, known)]
    quoted = figures(every)
    numbers = sum(not borne(f, quoted, every) for f in figures(sentence))
    denied = denials(sentence) - denials(evidence)

    def more(kind: frozenset[str]) -> float:
        return float(counted(said, kind) - counted(there, kind))

    def plus(value: float) -> float:
        return min(max(value, 0.0), 2.0)

    return np.array(
        (
            len(new) / max(1, len(words)), min(numbers, 2), min(len(unnamed(sentence, every)), 2), denied % 2,
            plus(denied), plus(-more(HEDGES)), plus(more(WHOLES)), plus(more(CAUSES)), _opposites(said, there),
            _denies(said) * _denies(there), (1 - _denies(said)) * _denies(there),
            _lost(SECOND_HAND, sentence, evidence), _lost(REMARK, sentence, evidence),
        )
    )  # fmt: skip


def _opposites(said: Sequence[str], there: Sequence[str]) -> float:
    """Return how many new words of a sentence are opposites of words of the evidence."""
    known = frozenset(there)
    new = set(said) - known
    return min(sum(not known.isdisjoint(OPPOSITES.get(word, ())) for word in new), 2)


def _denies(words: Sequence[str]) -> float:
    return float(not NEGATIONS.isdisjoint(words))


def _lost(mark: re.Pattern[str], sentence: str, evidence: str) -> float:
    """Return 1 if the evidence attributes a statement and the sentence does not, else 0."""
    return float(bool(mark.search(evidence)) and not mark.search(sentence))
