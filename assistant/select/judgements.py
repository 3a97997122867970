"""Questions whose sentences were judged: a new question learns from those that are near it."""

import copy
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from assistant.errors import Mendable
from assistant.select.quotes import Quote

NAME = "judgements.npz"
"""The file of a corpus that holds them."""

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

# Judged questions that a new one learns from; 20 do nearly as well.
_NEIGHBOURS = 40
# What shared words count beside the cosine of two questions; with .3 a little worse, with 1 as good.
_WORDS = 0.6
# How fast a neighbour counts less as it is farther away, and the nearness at which it counts one.
_SHARPNESS, _ONE = 8.0, 0.8
# What a sentence is worth to be read, by its grades.
_WORTH = np.array([0.2, 0.5, 1.0, 0.0, 0.0])
# How familiar a question has to be for the judged ones to count at all, and to count wholly. Beside those of the
# bundled list nine in ten questions on biology reach .47 at most, nineteen in twenty new ones on the list .64 at least.
_FAR, _CLOSE = 0.45, 0.65
# Nearness at which a neighbour begins to say something.
_LEAST = 0.4


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The judged questions nearest to a question, nearest first.

    `grades` are of each neighbour the bits that a sentence has (the place of a bit is that of its name in GRADES), by
    source and words of the sentence. `familiar` is how near any judged question is as the embedder sees it (the cosine,
    and what shared words count): the map that tells questions on the list apart says nothing about others.
    """

    nearness: Float[np.ndarray, " neighbours"]
    familiar: float
    coverage: Sequence[str]
    grades: Mapping[str, Mapping[str, UInt8[np.ndarray, " neighbours"]]]
    judged: Collection[str]

    @property
    def trust(self) -> float:
        """How much they count, from 0 to 1: as much as the question is familiar."""
        return min(max((self.familiar - _FAR) / (_CLOSE - _FAR), 0.0), 1.0)

    def share(self, coverage: str) -> float:
        """Return the share of the neighbours that had this coverage, the nearest counting most."""
        if not len(self.nearness):
            return 0.0
        weight = np.exp(_SHARPNESS * (self.nearness - self.nearness[0]))
        same = np.array([each == coverage for each in self.coverage])
        return float(weight @ same / weight.sum())

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
        share = np.einsum("qng,n->qg", has, weight / weight.sum())
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
            if sentence in words or words in sentence:
                found |= bits
        return found


# The grades in which a sentence is compared with the best: by the nearest that says so, and by the share that does.
_MOST, _SHARE = [0, 2], [0, 2, 4]

NOBODY = Neighbours(nearness=np.zeros(0), familiar=0.0, coverage=(), grades={}, judged=frozenset())
"""What is known where nothing was judged."""


class Judgements:
    """Judged questions with their vectors, their words, and the grades of sentences."""

    def __init__(self, path: Path) -> None:
        """Read them from a file that `training/judgements.py` wrote.

        Raises:
            Mendable: the file is damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as held:
                facts = json.loads(held["facts"].tobytes())
                self._vectors = held["vectors"].astype(np.float32) / _SCALE
                self._map = held["map"].astype(np.float32)
                self._offsets, self._sentence, self._bits = (
                    held[name] for name in ("offsets", "sentence", "bits")
                )
            self.embedder = str(facts["embedder"])
            self.questions: list[str] = facts["questions"]
            self._coverage: list[str] = facts["coverage"]
            self.sentences: list[tuple[str, str]] = [
                (key, text) for key, text in facts["sentences"]
            ]
            whole = len(self.questions) == len(self._vectors) == len(self._offsets) - 1
            whole = whole and self._map.shape == (self._vectors.shape[1],) * 2
            if not whole or self._sentence.max(initial=0) >= len(self.sentences):
                raise ValueError("its parts do not fit together")
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise Mendable(
                f"The judged questions in {path} cannot be used ({error}); bring the file back. Until then "
                "sentences are chosen without them."
            ) from error

    def without(self, questions: Collection[str]) -> "Judgements":
        """Return the same without these questions, as if nobody had asked them."""
        other = copy.copy(self)
        other._left_out = np.array([text in questions for text in self.questions])
        return other

    _left_out: Bool[np.ndarray, " questions"] | None = None

    def near(self, question: str, vector: Float[np.ndarray, " dim"]) -> Neighbours:
        """Return the judged questions that are nearest to a question.

        Args:
            question: In words.
            vector: Its unit vector, as the embedder of the judged questions makes it.
        """
        shared = _WORDS * self._shared(question)
        if self._left_out is not None:
            shared[self._left_out] = -2.0
        nearness = self._mapped @ mapped(vector[None, :], self._map)[0] + shared
        count = min(_NEIGHBOURS, len(nearness))
        order = np.argsort(-nearness, kind="stable")[:count]
        grades: dict[str, dict[str, UInt8[np.ndarray, " neighbours"]]] = {}
        for place, at in enumerate(order):
            for row in range(self._offsets[at], self._offsets[at + 1]):
                key, text = self.sentences[self._sentence[row]]
                of = grades.setdefault(key, {})
                of.setdefault(text, np.zeros(count, np.uint8))[place] = self._bits[row]
        return Neighbours(
            nearness=nearness[order], familiar=float((self._vectors @ vector + shared).max(initial=0.0)),
            coverage=[self._coverage[at] for at in order], grades=grades, judged=self._judged,
        )  # fmt: skip

    @cached_property
    def _mapped(self) -> Float[np.ndarray, "questions dim"]:
        return mapped(self._vectors, self._map)

    @cached_property
    def _judged(self) -> frozenset[str]:
        """The sources of which a sentence was judged."""
        return frozenset(key for key, _ in self.sentences)

    @cached_property
    def _words(
        self,
    ) -> tuple[dict[str, Int[np.ndarray, " questions"]], dict[str, float], np.ndarray]:
        """The questions that hold each word, how rare it is, and of each question the sum of that."""
        held: dict[str, list[int]] = {}
        for at, question in enumerate(self.questions):
            for word in _words(question):
                held.setdefault(word, []).append(at)
        rarity = {word: _rarity(len(self.questions), len(places)) for word, places in held.items()}
        total = np.zeros(len(self.questions))
        for word, places in held.items():
            total[places] += rarity[word]
        return {word: np.array(places) for word, places in held.items()}, rarity, total

    def _shared(self, question: str) -> Float[np.ndarray, " questions"]:
        """Return the rare words that a question shares with each judged one, as a share of those of both."""
        held, rarity, total = self._words
        asked = sorted(_words(question))
        both = np.zeros(len(self.questions))
        for word in asked:
            if word in held:
                both[held[word]] += rarity[word]
        own = sum(rarity.get(word, _rarity(len(self.questions), 0)) for word in asked)
        return both / np.maximum(total + own - both, 1e-9)


# Vectors are kept as whole numbers of this many to one.
_SCALE = 127.0


def mapped(
    vectors: Float[np.ndarray, "rows dim"], by: Float[np.ndarray, "dim dim"]
) -> Float[np.ndarray, "rows dim"]:
    """Return unit vectors turned so that questions which the same sentences answer lie near one another."""
    turned: np.ndarray = vectors @ by
    return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True))


def whole(vectors: Float[np.ndarray, "rows dim"]) -> Int[np.ndarray, "rows dim"]:
    """Return unit vectors as they are kept: in a quarter of the room, at cosines that are right to a hundredth."""
    return np.round(vectors * _SCALE).astype(np.int8)


def _words(text: str) -> set[str]:
    """Return the words of a question, "who" and "why" among them: they say what kind of answer is asked for."""
    return set(re.findall(r"[^\W_]+", text.lower()))


def _rarity(total: int, count: int) -> float:
    return float(np.log((total + 1) / (count + 1)))
