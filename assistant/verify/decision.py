"""Decide on a sentence: by the evidence's own words, by the vetoes, and by the judge."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Support
from assistant.verify.evidence import TOO_LONG, Claim, Judges
from assistant.verify.quoting import derives_from, says_exactly
from assistant.verify.vetoes import vetoed


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The decision of the gate on one sentence.

    `probability`, from 0 to 1, is how likely the evidence supports it: 1 for its own words, 0 if a
    veto speaks or nobody could judge. `reason` is one line, empty if the sentence is supported.
    `rests_on` is the place of the quote that alone says it in its own words, or None if all are
    needed. `unjudged` marks a sentence that only a missing judge could have passed.
    """

    probability: float
    support: Support | None = None
    reason: str = ""
    rests_on: int | None = None
    unjudged: bool = False

    @property
    def supported(self) -> bool:
        """Return whether the sentence may be shown with its evidence."""
        return self.support is not None


LONGEST = 4_000
"""The most characters of a sentence in other words than its evidence.

Real sentences are shorter, and comparing names and words takes time with the square of their
number.
"""
_UNJUDGED = "it is worded more freely than can be checked without the judge"


def decide(claim: Claim, judge: Judges | None = None) -> Ruling:
    """Return the ruling on one sentence; see `decide_all`."""
    return decide_all([claim], judge)[0]


def decide_all(claims: Sequence[Claim], judge: Judges | None = None) -> list[Ruling]:
    """Return the ruling on each sentence, with the cheapest checks first.

    A sentence in the words of one quote, or of a clause of it that can stand alone, is exact; one
    that follows by steps that keep the meaning (`derivation`) is a paraphrase. Any other must pass
    all `vetoes`, and then the judge decides. Without a judge it is refused.

    Raises:
        Mendable: the judge cannot judge.
    """
    found = [_ruled(claim) for claim in claims]
    open_ = [at for at, ruling in enumerate(found) if ruling is None]
    opinions = judge([claims[at] for at in open_]) if judge and open_ else [None] * len(open_)
    for at, opinion in zip(open_, opinions, strict=True):
        if opinion is None:
            found[at] = Ruling(probability=0.0, reason=_UNJUDGED, unjudged=True)
        elif opinion.supports:
            found[at] = Ruling(probability=opinion.probability, support="paraphrase")
        else:
            reason = (
                opinion.reason
                or f"{judge.name if judge else ''} finds it only {opinion.probability:.0%} likely to follow"
            )
            found[at] = Ruling(probability=opinion.probability, reason=reason)
    return [ruling for ruling in found if ruling is not None]


def _ruled(claim: Claim) -> Ruling | None:
    """Return the ruling by rules alone, or None if they leave the sentence to the judge."""
    if not claim.sentence.strip() or not any(text.strip() for text in claim.texts):
        return Ruling(probability=0.0, reason="there is no sentence, or no evidence for it")
    for says in (says_exactly, derives_from):
        if says is derives_from and len(claim.sentence) > LONGEST:
            return Ruling(probability=0.0, reason=TOO_LONG)
        for at, text in enumerate(claim.texts):
            if says(claim.sentence, text):
                exact = says is says_exactly
                return Ruling(
                    probability=1.0, support="exact" if exact else "paraphrase", rests_on=at
                )
    reason = vetoed(claim)
    return Ruling(probability=0.0, reason=reason) if reason else None
