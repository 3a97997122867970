"""Judge an answer: do its citations bear it, does every quote exist, which points does it make."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from jaxtyping import Float

from assistant.evaluation.figures import citation_precision, citation_recall
from assistant.library.store import Library
from assistant.question.terms import share, terms
from assistant.text.prose import REFUSAL, numbers
from assistant.types import Answer
from assistant.verify import Claim, Judges, decide

# (statement, what is cited for it) -> whether the one bears the other.
Judge = Callable[[str, str], bool]
Encode = Callable[[str], Float[np.ndarray, " dim"]]

# A point is made where one sentence has at least this share of its terms and this cosine with it. Of the
# pairs tried, the one that finds most points of the public lines while it finds fewer than 5 % of the
# points of another line (.73 and .68 of must-say and must-admit against .039 and .044).
COVERED, NEAR = 0.5, 0.4
# What must not be said is a near miss of what is true: half of its words in common prove nothing. Of the 14
# such points of the public lines .5 finds 6, by eye all false alarms, .6 to .75 one, .8 none; all find
# the 14 points themselves. Chosen on these lines; what is missed in other words is not measured.
WRONGLY = 0.8


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence of an answer and the words of each of its citations."""

    text: str
    quotes: tuple[str, ...] = ()


def gate(statement: str, cited: str, judge: Judges | None = None) -> bool:
    """Return whether the product's own gate would show a statement over what is cited for it."""
    return decide(Claim(statement, (cited,)), judge).supported


def citations(statements: Sequence[Statement], judge: Judge) -> tuple[float | None, float | None]:
    """ALCE's citation recall and precision of an answer under a judge; None where undefined.

    Citations read together are joined by a space, in their order; they bear what one of them bears.
    """

    @cache
    def supported(at: int, chosen: tuple[int, ...]) -> bool:
        said = statements[at]
        if len(chosen) > 1 and any(supported(at, (one,)) for one in chosen):
            return True
        return judge(said.text, " ".join(said.quotes[one] for one in chosen))

    def supports(at: int, chosen: Sequence[int]) -> bool:
        return supported(at, tuple(chosen))

    counts = [len(statement.quotes) for statement in statements]
    return citation_recall(counts, supports), citation_precision(counts, supports)


def statements(answer: Answer, *, linking: bool = False) -> list[Statement]:
    """Return the claim sentences of an answer; with `linking` also those that say something of the collection."""
    return [
        Statement(text=s.text, quotes=tuple(citation.quote for citation in s.citations))
        for s in answer.sentences
        if linking or s.role == "claim"
    ]


def existing(library: Library, answer: Answer) -> list[bool]:
    """For every citation of an answer, whether its quote is the stored text where it says."""
    texts = {source.key: source.text for source in library.get_all(sorted(_sources(answer)))}
    return [
        texts.get(citation.source, "")[citation.start : citation.end] == citation.quote
        for sentence in answer.sentences
        for citation in sentence.citations
    ]


def _sources(answer: Answer) -> set[str]:
    return {citation.source for sentence in answer.sentences for citation in sentence.citations}


def units(answer: Answer) -> list[str]:
    """Return the sentences in which an answer may make a point: its own, and its gap statements."""
    gaps = [f"{gap.aspect}: {gap.statement}" for gap in answer.gaps if gap.statement]
    return [sentence.text for sentence in answer.sentences] + gaps


class Points:
    """Which points in free words an answer makes. A proxy: words and vectors, no understanding.

    A sentence or gap statement of the answer makes a point where it holds at least COVERED of the
    point's terms (stems of its content words, numbers among them) and has a cosine of at least NEAR
    with it. It says a point that must not be said where it holds WRONGLY of its terms and all its
    figures at that cosine, and does not speak against it: no negation or warning that the point lacks.
    Points judged missing, and sentences judged wrong, are shown, so that a person can check.
    """

    def __init__(self, encode: Encode) -> None:
        self._encode = lru_cache(maxsize=20_000)(encode)

    def made(self, point: str, sentences: Sequence[str]) -> bool:
        """Return whether a sentence makes the point."""
        return any(self._makes(point, sentence) for sentence in sentences)

    def said(self, point: str, sentences: Sequence[str]) -> str:
        """Return the first sentence that says a point which must not be said; empty where none does."""
        bare = re.sub(r"^that\s+", "", point)
        claim = bare[:1].upper() + bare[1:]
        for sentence in sentences:
            against = bool(REFUSAL.search(sentence)) and not REFUSAL.search(claim)
            figures = numbers(claim) <= numbers(sentence)
            if figures and not against and self._makes(claim, sentence, WRONGLY):
                return sentence
        return ""

    def _makes(self, point: str, sentence: str, least: float = COVERED) -> bool:
        if share(terms(point), terms(sentence)) < least:
            return False
        return float(self._encode(point) @ self._encode(sentence)) >= NEAR
