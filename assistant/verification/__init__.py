"""The gate every sentence passes before it is shown: its quote exists, and it says no more."""

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from assistant.types import Support
from assistant.verification.calibration import COVERED, ENTAILED
from assistant.verification.derivation import derivable
from assistant.verification.facts import facts
from assistant.verification.readings import is_whole, readings
from assistant.verification.rules import PLACES, WORDS, broken, covered
from assistant.verification.wording import plain


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the gate says of one sentence: shown with this support, or refused for this reason."""

    support: Support | None
    reason: str = ""

    @property
    def passes(self) -> bool:
        """Whether the sentence may be shown as a claim."""
        return self.support is not None


class Entailment(Protocol):
    """A model of natural-language inference."""

    def __call__(self, premise: str, hypothesis: str) -> float:
        """The probability, from 0 to 1, that the premise entails the hypothesis."""


def verify(
    sentence: str, quote: str, stored: str, start: int, end: int, entails: Entailment | None = None
) -> Ruling:
    """Judge a claim sentence against the quote it cites, cheapest question first.

    A sentence in the quote's own words, or those of a clause that stands without the rest, is
    exact. Any other must keep every rule of `rules`, and then either follow by steps that keep
    the meaning (see `derivation`) or, where an entailment model is configured, show enough of the
    quote's words and be entailed. Without a model, free wording is refused: of a word that no
    rule knows, a rule cannot tell whether it changes the sense.

    Args:
        sentence: The sentence as it would be shown.
        quote: The words it cites.
        stored: The whole stored text of the cited source.
        start: Where the quote is said to begin in `stored`.
        end: Where it is said to end.
        entails: The reader's entailment model, if there is one.
    """
    if stored[start:end] != quote or not plain(quote):
        return _refused("its quote does not stand in the source")
    if not is_whole(quote, stored, start, end):
        return _refused("its quote is cut out of a sentence that says something else")
    if any(_same_words(sentence, reading) for reading in readings(quote)):
        return Ruling(support="exact")
    reading = _closest(sentence, quote)
    said, quoted = facts(sentence), facts(reading)
    if reason := broken(WORDS, said, quoted):
        return _refused(reason)
    if derivable(sentence, reading):
        return Ruling(support="paraphrase")
    if reason := broken(PLACES, said, quoted):
        return _refused(reason)
    if entails is None:
        return _refused("it is worded more freely than can be checked against its quote")
    share = covered(said, quoted)
    if share < COVERED:
        return _refused(f"only {share:.0%} of its words stand in its quote")
    if (probability := entails(reading, sentence)) < ENTAILED:
        return _refused(f"the entailment model finds it only {probability:.0%} likely to follow")
    return Ruling(support="paraphrase")


def _refused(reason: str) -> Ruling:
    return Ruling(support=None, reason=reason)


def _same_words(sentence: str, reading: str) -> bool:
    """Whether both are the same letters, the capital at the front and the stop at the end apart."""
    one, other = (plain(text).rstrip(".") for text in (sentence, reading))
    return one[1:] == other[1:] and one[:1].lower() == other[:1].lower()


def _closest(sentence: str, quote: str) -> str:
    """The reading of a quote that has the fewest words apart from the sentence."""
    said = facts(sentence).counts

    def apart(reading: str) -> int:
        there: Counter[str] = facts(reading).counts
        return (said - there).total() + (there - said).total()

    return min(readings(quote), key=apart)
