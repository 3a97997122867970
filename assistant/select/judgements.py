"""Judged questions have graded sentences; a new question learns from the judged questions near it."""

import copy
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from assistant.errors import Mendable
from assistant.select.neighbours import GRADES, NEIGHBOURS, Neighbours, same

NAME = "judgements.npz"
"""The name of the file in a corpus."""

Holding = Mapping[str, Int[np.ndarray, " questions"]]
"""The places of the questions that contain a word."""


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A question of the reader, its unit vector, and the reader's marks on sentences.

    `said` are the bits of a sentence by source and words; a sentence marked as misleading has no
    bits.
    """

    question: str
    vector: Float[np.ndarray, " dim"]
    said: Mapping[tuple[str, str], int]


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
                places, ends = held["places"].astype(int), held["ends"]
            self.embedder = str(facts["embedder"])
            self.questions: list[str] = facts["questions"]
            self._coverage: list[str] = facts["coverage"]
            self.sentences: list[tuple[str, str]] = [
                (key, text) for key, text in facts["sentences"]
            ]
            # These were computed when the file was written, because splitting thousands of
            # questions takes longer than an answer.
            self._held: Holding = dict(
                zip(facts["vocabulary"], np.split(places, ends[:-1]), strict=True)
            )
            whole = len(self.questions) == len(self._vectors) == len(self._offsets) - 1
            whole = whole and self._map.shape == (self._vectors.shape[1],) * 2
            if (
                not whole
                or self._sentence.max(initial=0) >= len(self.sentences)
                or places.max(initial=0) >= len(self.questions)
            ):
                raise ValueError("its parts do not fit together")
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise Mendable(
                f"The judged questions in {path} cannot be used ({error}); bring the file back. Until then "
                "sentences are chosen without them."
            ) from error

    @classmethod
    def none(cls, embedder: str, dim: int) -> "Judgements":
        """Return judgements without questions, for a reader's own: vectors of this embedding model, and no map."""
        made = cls.__new__(cls)
        made.embedder, made._map = embedder, np.eye(dim, dtype=np.float32)
        made._vectors = np.zeros((0, dim), np.float32)
        made._offsets, made._sentence, made._bits = (
            np.zeros(1, np.int32),
            np.zeros(0, int),
            np.zeros(0, np.uint8),
        )
        made.questions, made._coverage, made.sentences, made._held = [], [], [], {}
        return made

    def with_marks(self, marked: Sequence[Marked]) -> "Judgements":
        """Return them with a reader's own questions; if both judge a sentence, the reader's mark wins."""
        other = copy.copy(self)
        places = dict(self._places)
        own: dict[int, dict[tuple[str, str], int]] = {}
        fresh: list[Marked] = []
        for each in marked:
            words = _plain(each.question)
            if words not in places:
                places[words] = [len(self.questions) + len(fresh)]
                fresh.append(each)
            for at in places[words]:
                own.setdefault(at, {}).update(each.said)
        other._own = own
        other.questions = [*self.questions, *(each.question for each in fresh)]
        # Nothing is read again for the thousands of unchanged questions, so a mark takes effect in
        # the next answer.
        other.__dict__.pop("_places", None)
        other.__dict__.pop("_known", None)
        other.__dict__["_words"] = _weighed(
            held_words(other.questions, len(self.questions), self._words[0]), len(other.questions)
        )
        # A few marks tell nothing about the coverage of a question.
        other._coverage = [*self._coverage, *("" for _ in fresh)]
        if fresh:
            vectors = np.array([each.vector for each in fresh], np.float32)
            other._vectors = np.vstack([self._vectors, vectors])
            other.__dict__["_mapped"] = np.vstack([self._mapped, mapped(vectors, self._map)])
        other._offsets = np.append(self._offsets, [self._offsets[-1]] * len(fresh)).astype(int)
        if self._left_out is not None:
            other._left_out = np.append(self._left_out, [False] * len(fresh))
        told = sorted(
            (each.question, *place, bits) for each in marked for place, bits in each.said.items()
        )
        other.marks = hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""
        return other

    marks: str = ""
    """A value that identifies the reader's marks; it is empty if there are none."""
    _own: Mapping[int, Mapping[tuple[str, str], int]] = MappingProxyType({})

    def without(self, questions: Collection[str]) -> "Judgements":
        """Return them without these questions, as if nobody had asked them."""
        other = copy.copy(self)
        other._left_out = np.array([text in questions for text in self.questions])
        return other

    _left_out: Bool[np.ndarray, " questions"] | None = None

    def near(self, question: str, vector: Float[np.ndarray, " dim"]) -> Neighbours:
        """Return the judged questions that are nearest to a question.

        Args:
            question: The question in words.
            vector: Its unit vector, made by the embedding model of the judged questions.
        """
        shared = _WORDS * self._shared(question)
        if self._left_out is not None:
            shared[self._left_out] = -2.0
        nearness = self._mapped @ mapped(vector[None, :], self._map)[0] + shared
        count = min(NEIGHBOURS, len(nearness))
        order = np.argsort(-nearness, kind="stable")[:count]
        grades: dict[str, dict[str, UInt8[np.ndarray, " neighbours"]]] = {}
        for place, at in enumerate(order):
            for key, text, bits in self._of(int(at)):
                of = grades.setdefault(key, {})
                of.setdefault(text, np.zeros(count, np.uint8))[place] = bits
        plain = self._vectors @ vector + shared
        heard: dict[str, dict[str, tuple[float, bool]]] = {}
        for at in order:
            for (key, text), bits in self._own.get(int(at), {}).items():
                of_source, word = heard.setdefault(key, {}), (float(plain[at]), not bits)
                of_source[text] = max(of_source.get(text, word), word)
        return Neighbours(
            nearness=nearness[order], plain=plain[order], familiar=float(plain.max(initial=0.0)),
            assessed=float(plain[self._known].max(initial=0.0)),
            coverage=[self._coverage[at] for at in order], grades=grades, judged=self._judged, heard=heard,
        )  # fmt: skip

    def answered_by(self, key: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the judged questions that sentences of a source answer, with these sentences.

        Questions that only this source answers come first.
        """
        answers = (self._bits >> GRADES.index("answers")) & 1 == 1
        own = np.array([source == key for source, _ in self.sentences], bool)
        asked = np.repeat(np.arange(len(self._offsets) - 1), np.diff(self._offsets))
        mine = answers & own[self._sentence] if len(own) else answers
        found: dict[int, list[str]] = {}
        for row in np.flatnonzero(mine):
            found.setdefault(int(asked[row]), []).append(self.sentences[self._sentence[row]][1])
        others = np.bincount(asked[answers & ~mine], minlength=len(self.questions))
        order = sorted(found, key=lambda at: (int(others[at]), at))
        return [(self.questions[at], tuple(found[at])) for at in order]

    def _of(self, at: int) -> Iterator[tuple[str, str, int]]:
        """Yield source, words and bits of the sentences of a question: first as marked, then as judged."""
        own = self._own.get(at, {})
        yield from ((key, text, bits) for (key, text), bits in own.items())
        for row in range(self._offsets[at], self._offsets[at + 1]):
            key, text = self.sentences[self._sentence[row]]
            if not any(key == source and same(text, words) for source, words in own):
                yield key, text, self._bits[row]

    @cached_property
    def _mapped(self) -> Float[np.ndarray, "questions dim"]:
        return mapped(self._vectors, self._map)

    @cached_property
    def _known(self) -> Bool[np.ndarray, " questions"]:
        """Return the questions whose coverage is known."""
        return np.array([bool(each) for each in self._coverage], bool)

    @cached_property
    def _judged(self) -> frozenset[str]:
        """Return the sources with a judged sentence."""
        return frozenset(key for key, _ in self.sentences)

    @cached_property
    def _words(
        self,
    ) -> tuple[Holding, dict[str, float], Float[np.ndarray, " questions"]]:
        """Return the questions that contain each word, the word's rarity, and each question's sum of rarities."""
        return _weighed(self._held, len(self.questions))

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Return the places of each question by its words in order."""
        found: dict[str, list[int]] = {}
        for at, question in enumerate(self.questions):
            found.setdefault(_plain(question), []).append(at)
        return found

    def _shared(self, question: str) -> Float[np.ndarray, " questions"]:
        """Return the rare words that a question shares with each judged one, as a share of those of both."""
        held, rarity, total = self._words
        asked = sorted(_words(question))
        both = np.zeros(len(self.questions))
        for word in asked:
            if word in held:
                both[held[word]] += rarity[word]
        own = sum(rarity.get(word, _rarity(len(self.questions), 0)) for word in asked)
        either = total + own - both
        # With one known question none of its words is rare, so only a question with the same words
        # counts as the same.
        return np.where(either > _NOTHING, both / np.maximum(either, _NOTHING), 1.0)


def read(path: Path) -> Judgements:
    """Return the judgements in a file; all libraries of a process share those of one file.

    Raises:
        Mendable: the file is damaged.
    """
    return _read(path.absolute(), path.stat().st_mtime_ns if path.exists() else 0)


# The bundled corpus, and another one.
@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Judgements:
    return Judgements(path)


# A sum of weights below this is zero but for rounding.
_NOTHING = 1e-9
# The weight of shared words beside the cosine of two questions; .3 is a little worse, 1 equally
# good.
_WORDS = 0.6
# Vectors are stored as whole numbers, with this value for one.
_SCALE = 127.0


def _plain(question: str) -> str:
    """Return the words of a question in order; two versions of one question have them in common."""
    return " ".join(re.findall(r"[^\W_]+", question.lower()))


def mapped(
    vectors: Float[np.ndarray, "rows dim"], by: Float[np.ndarray, "dim dim"]
) -> Float[np.ndarray, "rows dim"]:
    """Return unit vectors turned so that questions with the same answering sentences are near one another."""
    turned: np.ndarray = vectors @ by
    return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True))


def whole(vectors: Float[np.ndarray, "rows dim"]) -> Int[np.ndarray, "rows dim"]:
    """Return unit vectors in their stored form: a quarter of the size, with cosines right to a hundredth."""
    return np.round(vectors * _SCALE).astype(np.int8)


def _words(text: str) -> set[str]:
    """Return the words of a question including "who" and "why", which tell the kind of answer."""
    return set(re.findall(r"[^\W_]+", text.lower()))


def held_words(
    questions: Sequence[str], first: int = 0, before: Holding = MappingProxyType({})
) -> Holding:
    """Return the questions that contain each word; those from `first` on are added to the known ones."""
    found: dict[str, list[int]] = {}
    for at, question in enumerate(questions[first:], first):
        for word in sorted(_words(question)):
            found.setdefault(word, []).append(at)
    none = np.zeros(0, int)
    added = {word: np.append(before.get(word, none), places) for word, places in found.items()}
    return {**before, **added}


def _weighed(
    held: Holding, count: int
) -> tuple[Holding, dict[str, float], Float[np.ndarray, " questions"]]:
    """Return the questions with the rarity of each word, and each question's sum of rarities."""
    rarity = {word: _rarity(count, len(places)) for word, places in held.items()}
    total = np.zeros(count)
    for word, places in held.items():
        total[places] += rarity[word]
    return held, rarity, total


def _rarity(total: int, count: int) -> float:
    return float(np.log((total + 1) / (count + 1)))
