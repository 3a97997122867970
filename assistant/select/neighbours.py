"""Find the judged questions nearest to a question, and the grades that their sentences have."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt8

from assistant.select.quotes import Quote

GRADES = ("helps", "brief", "answers", "misleads", "reserves")
"""The grades of a sentence for a question, in the order of their bits; `reserves` marks an important caveat."""

SIGNS = (
    *(f"{grade} near" for grade in GRADES), *(f"{grade}, nearest" for grade in GRADES),
    *(f"{grade}, share" for grade in GRADES), "helps, nearest, below the best",
    "answers, nearest, below the best", "helps, share, below the best", "answers, share, below the best",
    "reserves, share, below the best",
)  # fmt: skip
"""The signs of a sentence from the neighbours of a question, in the order of `Neighbours.signs`."""

NEIGHBOURS = 40
"""A new question learns from this many judged questions; 20 do nearly as well."""
# How fast the weight of a neighbour falls with its distance, and the nearness at which the weight
# is one.
_SHARPNESS, _ONE = 8.0, 0.8
# The value of reading a sentence, by its grades.
_WORTH = np.array([0.2, 0.5, 1.0, 0.0, 0.0])
# The trust in the judged questions, from the familiarity of a question: a logistic model of whether
# it is about the bundled list, fitted by training/trust.py. At even odds (a nearness of .61) .89 of
# new questions on the list count, .003 of those on biology and .22 of those on papers of language
# technology that are not on it.
_SLOPE, _EVEN = 17.6, 0.614
# A judged question with less nearness is not a neighbour and changes nothing.
_FAR = 0.45
# A neighbour begins to count at this nearness.
_LEAST = 0.4


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The judged questions nearest to a question, nearest first.

    `grades` are the bits of a sentence for each neighbour (a bit's place is that of its name in
    GRADES), by source and words of the sentence. `familiar` is the nearness of the nearest judged
    question for the embedding model (the cosine, and shared words); the map separates questions on
    the list and says nothing about others. `plain` is the same for each neighbour, and `assessed`
    for the nearest question with a known `coverage`; a reader's own question has none. `judged` are
    the sources that came with judgements: their sentences without a grade are known not to help,
    while nothing is known of those of a reader's own sources.
    """

    nearness: Float[np.ndarray, " neighbours"]
    plain: Float[np.ndarray, " neighbours"]
    familiar: float
    assessed: float
    coverage: Sequence[str]
    grades: Mapping[str, Mapping[str, UInt8[np.ndarray, " neighbours"]]]
    judged: Collection[str]
    heard: Mapping[str, Mapping[str, tuple[float, bool]]] = field(default_factory=dict)
    """The nearness of the nearest question for each marked sentence, and whether it was marked as misleading."""

    @property
    def trust(self) -> float:
        """Return the weight of the judged questions, from 0 to 1, by the familiarity of the question."""
        return _trust(self.familiar)

    def trust_in_coverage(self, quotes: Sequence[Quote]) -> float:
        """Return the weight of the judged questions for the coverage, from 0 to 1.

        What was missing in a list says nothing about other sources, so the weight is the share of
        judged sources in the answer.
        """
        answers = np.array([quote.answers for quote in quotes])
        theirs = np.array([quote.source in self.judged for quote in quotes])
        return _trust(self.assessed) * float(answers @ theirs / max(answers.sum(), 1e-9))

    def trusts(self, quotes: Sequence[Quote]) -> Float[np.ndarray, " quotes"]:
        """Return the weight for each quote; for a source that only the reader marked, that of the nearest mark."""
        found = np.full(len(quotes), self.trust)
        for at, quote in enumerate(quotes):
            if quote.source not in self.judged:
                marked = self.plain[self._of(quote) > 0]
                found[at] = _trust(marked.max(initial=0.0))
        return found

    def left(self, quotes: Sequence[Quote]) -> Float[np.ndarray, " quotes"]:
        """Return the share of its probabilities that each quote keeps after the reader's marks as misleading.

        A sentence that others judged tempting is close to the topic, and the weights use that; but
        a reader who rejects a sentence wants it gone. One mark has this effect even among
        neighbours that say nothing.
        """
        found = np.ones(len(quotes))
        for at, quote in enumerate(quotes):
            words = quote.plain()
            said = self.heard.get(quote.source, {}).items()
            near, refused = max(
                (word for sentence, word in said if same(sentence, words)), default=(0.0, False)
            )
            if refused:
                found[at] = 1.0 - 1.0 / (1.0 + NEIGHBOURS * np.exp(_SHARPNESS * (_FAR - near)))
        return found

    def share(self, coverage: str) -> float:
        """Return the share of the neighbours that had this coverage, weighted by nearness."""
        if not any(self.coverage):
            return 0.0
        known = np.array([bool(each) for each in self.coverage])
        same = np.array([each == coverage for each in self.coverage])
        return float(self._weight @ same / (self._weight @ known + self._unknown))

    @property
    def _weight(self) -> Float[np.ndarray, " neighbours"]:
        """Return the weight of each neighbour in a share; the nearest weighs one."""
        weight: np.ndarray = np.exp(_SHARPNESS * (self.nearness - self.nearness[0]))
        return weight

    @property
    def _unknown(self) -> float:
        """Return the weight of missing neighbours, which count as far ones, so that one mark is not everything."""
        lacking = max(NEIGHBOURS - len(self.nearness), 0)
        return float(lacking * np.exp(_SHARPNESS * (_FAR - self.nearness[0])))

    def signs(self, quotes: Sequence[Quote]) -> Float[np.ndarray, "quotes signs"]:
        """Return the signs of each quote from the neighbours: how much of each grade it has among them.

        Each grade gives a sum that falls with distance, the nearest neighbour with it, and the
        share of neighbours with it; a further sign is the distance to the best quote.
        """
        if not len(self.nearness):
            return np.zeros((len(quotes), len(SIGNS)))
        bits = np.array([self._of(quote) for quote in quotes], np.uint8).reshape(len(quotes), -1)
        has = (bits[:, :, None] >> np.arange(len(GRADES))) & 1
        weight = np.exp(_SHARPNESS * (self.nearness - _ONE))
        near = np.log1p(np.einsum("qng,n->qg", has, weight))
        most = np.maximum((has * self.nearness[None, :, None]).max(axis=1) - _LEAST, 0.0)
        share = np.einsum("qng,n->qg", has, self._weight / (self._weight.sum() + self._unknown))
        behind = [part - part.max(axis=0) for part in (most[:, _MOST], share[:, _SHARE])]
        return np.hstack([near, most, share, *behind])

    def leading(self, count: int) -> list[tuple[str, str]]:
        """Return source and words of the sentences that help the neighbours most, the best first."""
        weight = np.exp(_SHARPNESS * (self.nearness - _ONE))
        worth = {
            (key, sentence): float(
                ((bits[:, None] >> np.arange(len(GRADES))) & 1) @ _WORTH @ weight
            )
            for key, of in self.grades.items()
            for sentence, bits in of.items()
        }
        ranked = sorted(worth, key=lambda place: (-worth[place], place))
        return [place for place in ranked[:count] if worth[place] > 0]

    def _of(self, quote: Quote) -> UInt8[np.ndarray, " neighbours"]:
        """Return the bits that the sentences of a quote have for each neighbour."""
        found = np.zeros(len(self.nearness), np.uint8)
        words = quote.plain()
        for sentence, bits in self.grades.get(quote.source, {}).items():
            if same(sentence, words):
                found |= bits
        return found


# A sentence is compared with the best in these grades: by the nearest neighbour, and by the share
# of neighbours.
_MOST, _SHARE = [0, 2], [0, 2, 4]

NOBODY = Neighbours(
    nearness=np.zeros(0), plain=np.zeros(0), familiar=0.0, assessed=0.0, coverage=(), grades={}, judged=frozenset()
)  # fmt: skip
"""The value if nothing was judged."""


def _trust(nearness: float) -> float:
    if nearness < _FAR:
        return 0.0
    return float(1.0 / (1.0 + np.exp(-_SLOPE * (nearness - _EVEN))))


def same(sentence: str, words: str) -> bool:
    """Return whether a sentence is a quote or a part of one; both are on one line."""
    return sentence in words or words in sentence
