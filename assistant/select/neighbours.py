"""The judged questions that are nearest to one: how near they are, and what the sentences of a quote were for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt8

from assistant.select.quotes import Quote

GRADES = ("helps", "brief", "answers", "misleads", "reserves")
"""What a sentence may be for a question, in the order of the bits of a grade; `reserves` is the caveat not to be
missed."""

SIGNS = (
    *(f"{grade} near" for grade in GRADES), *(f"{grade}, nearest" for grade in GRADES),
    *(f"{grade}, share" for grade in GRADES), "helps, nearest, below the best",
    "answers, nearest, below the best", "helps, share, below the best", "answers, share, below the best",
    "reserves, share, below the best",
)  # fmt: skip
"""What the neighbours of a question say of a sentence, in the order of `Neighbours.signs`."""

NEIGHBOURS = 40
"""Judged questions that a new one learns from; 20 do nearly as well."""
# How fast a neighbour counts less as it is farther away, and the nearness at which it counts one.
_SHARPNESS, _ONE = 8.0, 0.8
# What a sentence is worth to be read, by its grades.
_WORTH = np.array([0.2, 0.5, 1.0, 0.0, 0.0])
# How far the judged questions are trusted, by how familiar a question is: a logistic model of whether it is one on the
# bundled list, fitted by training/trust.py. At even odds (a nearness of .61) .89 of new questions on the list count,
# .003 of those on biology and .22 of those on papers of language technology that are not on it.
_SLOPE, _EVEN = 17.6, 0.614
# Nearness below which a question is no neighbour, and nothing is changed.
_FAR = 0.45
# Nearness at which a neighbour begins to say something.
_LEAST = 0.4


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The judged questions nearest to a question, nearest first.

    `grades` are of each neighbour the bits that a sentence has (the place of a bit is that of its name in GRADES), by
    source and words of the sentence. `familiar` is how near any judged question is as the embedder sees it (the cosine,
    and what shared words count): the map that tells questions on the list apart says nothing about others. `plain` is
    the same of each neighbour, and `assessed` of the nearest question whose `coverage` is known: that of a reader's own
    is empty. `judged` are the sources that came with judgements: their sentences without a grade are known not to help,
    and of those of a reader's own sources nothing is known.
    """

    nearness: Float[np.ndarray, " neighbours"]
    plain: Float[np.ndarray, " neighbours"]
    familiar: float
    assessed: float
    coverage: Sequence[str]
    grades: Mapping[str, Mapping[str, UInt8[np.ndarray, " neighbours"]]]
    judged: Collection[str]
    heard: Mapping[str, Mapping[str, tuple[float, bool]]] = field(default_factory=dict)
    """Of sentences that the reader marked, how near the nearest question is and whether he refused them for it."""

    @property
    def trust(self) -> float:
        """Return how much they count, from 0 to 1: as much as the question is familiar."""
        return _trust(self.familiar)

    def trust_in_coverage(self, quotes: Sequence[Quote]) -> float:
        """Return how much they count, from 0 to 1, for how far the collection carries the question.

        What a list lacked says nothing of other sources: they count as far as what answers is of the judged ones.
        """
        answers = np.array([quote.answers for quote in quotes])
        theirs = np.array([quote.source in self.judged for quote in quotes])
        return _trust(self.assessed) * float(answers @ theirs / max(answers.sum(), 1e-9))

    def trusts(self, quotes: Sequence[Quote]) -> Float[np.ndarray, " quotes"]:
        """Return how much they count for each quote: of a source that only the reader marked, as the nearest mark."""
        found = np.full(len(quotes), self.trust)
        for at, quote in enumerate(quotes):
            if quote.source not in self.judged:
                marked = self.plain[self._of(quote) > 0]
                found[at] = _trust(marked.max(initial=0.0))
        return found

    def left(self, quotes: Sequence[Quote]) -> Float[np.ndarray, " quotes"]:
        """Return the share of its probabilities that is left to each quote after what the reader refused.

        What others judged tempting is near to the matter, and weights learn that; a reader who refuses a sentence
        wants it gone. It goes as far as one mark among neighbours that say nothing carries.
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
        """Return the share of the neighbours that had this coverage, the nearest counting most."""
        if not any(self.coverage):
            return 0.0
        known = np.array([bool(each) for each in self.coverage])
        same = np.array([each == coverage for each in self.coverage])
        return float(self._weight @ same / (self._weight @ known + self._unknown))

    @property
    def _weight(self) -> Float[np.ndarray, " neighbours"]:
        """Return what each counts in a share, the nearest one."""
        weight: np.ndarray = np.exp(_SHARPNESS * (self.nearness - self.nearness[0]))
        return weight

    @property
    def _unknown(self) -> float:
        """What those count that are lacking where few are known, as far ones that say nothing: one mark is not all."""
        lacking = max(NEIGHBOURS - len(self.nearness), 0)
        return float(lacking * np.exp(_SHARPNESS * (_FAR - self.nearness[0])))

    def signs(self, quotes: Sequence[Quote]) -> Float[np.ndarray, "quotes signs"]:
        """Return what the neighbours say of each quote: how much of each grade it has among them.

        Once as a sum that falls with their distance, once as the nearest that says so, once as the share of them
        that does; and how far it stands behind the best quote in that.
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
        """Return source and words of the sentences that do most for the neighbours, most first."""
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


# The grades in which a sentence is compared with the best: by the nearest that says so, and by the share that does.
_MOST, _SHARE = [0, 2], [0, 2, 4]

NOBODY = Neighbours(
    nearness=np.zeros(0), plain=np.zeros(0), familiar=0.0, assessed=0.0, coverage=(), grades={}, judged=frozenset()
)  # fmt: skip
"""What is known where nothing was judged."""


def _trust(nearness: float) -> float:
    if nearness < _FAR:
        return 0.0
    return float(1.0 / (1.0 + np.exp(-_SLOPE * (nearness - _EVEN))))


def same(sentence: str, words: str) -> bool:
    """Return whether a sentence is a quote or a part of one; both stand on one line."""
    return sentence in words or words in sentence
