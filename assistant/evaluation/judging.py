"""Judge an answer: do its citations support it, does every quote exist, which points does it make?"""

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
from assistant.verify.decision import decide
from assistant.verify.evidence import Claim, Judges

# (statement, cited text) -> whether the cited text supports the statement.
Judge = Callable[[str, str], bool]
Encode = Callable[[str], Float[np.ndarray, " dim"]]

# A sentence makes a point if it has at least this share of its terms and this cosine with it. Among
# the pairs tried, this one finds most points of the public lines while finding fewer than 5 % of
# the points of another line (.73 and .68 of must-say and must-admit against .039 and .044).
COVERED, NEAR = 0.5, 0.4
# A point that must not be said is close to the truth, so half of its words in common prove nothing.
# Of the 14 such points of the public lines, .5 finds 6 (by eye all false alarms), .6 to .75 one, .8
# none; all values find the 14 points themselves. The value was chosen on these lines; misses in
# other words are not measured.
WRONGLY = 0.8


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence of an answer with the words of each of its citations."""

    text: str
    quotes: tuple[str, ...] = ()


def gate(statement: str, cited: str, judge: Judges | None = None) -> bool:
    """Return whether the gate of the program would show a statement with these citations."""
    return decide(Claim(statement, (cited,)), judge).supported


def citations(statements: Sequence[Statement], judge: Judge) -> tuple[float | None, float | None]:
    """Return ALCE's citation recall and precision of an answer under a judge; None if undefined.

    Citations read together are joined by a space, in order; together they support what one of them
    supports.
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
    """Return the claims of an answer; with `linking`, also the sentences about the library itself."""
    return [
        Statement(text=s.text, quotes=tuple(citation.quote for citation in s.citations))
        for s in answer.sentences
        if linking or s.role == "claim"
    ]


def existing(library: Library, answer: Answer) -> list[bool]:
    """Return for every citation of an answer whether its quote is the stored text at its place."""
    texts = {source.key: source.text for source in library.get_all(sorted(_sources(answer)))}
    return [
        texts.get(citation.source, "")[citation.start : citation.end] == citation.quote
        for sentence in answer.sentences
        for citation in sentence.citations
    ]


def _sources(answer: Answer) -> set[str]:
    return {citation.source for sentence in answer.sentences for citation in sentence.citations}


def units(answer: Answer) -> list[str]:
    """Return the sentences in which an answer may make a point: its own and its gaps."""
    gaps = [f"{gap.aspect}: {gap.statement}" for gap in answer.gaps if gap.statement]
    return [sentence.text for sentence in answer.sentences] + gaps


class Points:
    """Find which points in free words an answer makes, by words and vectors; this is only a proxy.

    A sentence or gap of the answer makes a point if it contains at least COVERED of the point's
    terms (stems of its content words and numbers) and has a cosine of at least NEAR with it. It
    says a forbidden point if it contains WRONGLY of the terms and all figures at that cosine, and
    does not speak against it with a negation or warning that the point lacks. Missing points and
    wrong sentences are shown, so that a person can check.
    """

    def __init__(self, encode: Encode) -> None:
        self._encode = lru_cache(maxsize=20_000)(encode)

    def made(self, point: str, sentences: Sequence[str]) -> bool:
        """Return whether a sentence makes the point."""
        return any(self._makes(point, sentence) for sentence in sentences)

    def said(self, point: str, sentences: Sequence[str]) -> str:
        """Return the first sentence that says a point which must not be said, or ""."""
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
