"""The selector is a small network that reads question and passage together and scores every sentence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from jaxtyping import Float, Int

from assistant.models.weights import END, PAIR, START, opened

WEIGHTS = Path(__file__).parent / "selector.onnx"
# One run of the network has this many word pieces: with more, its layers' states do not fit the
# processor's cache.
_TOKENS_AT_ONCE = 1_024
# This many word pieces of a question and of a heading are kept, as in training
# (training/selector.py).
_QUESTION, _HEADING = 64, 32


@dataclass(frozen=True)
class Reading:
    """A passage as the selector reads it: its heading, and its sentences in order."""

    heading: str
    sentences: tuple[str, ...]


class Scores(Protocol):
    """The type of the selector's function."""

    def __call__(
        self, question: str, readings: Sequence[Reading]
    ) -> list[Float[np.ndarray, "sentences 3"]]:
        """Return for each passage the probabilities that a sentence helps, belongs in a brief, and answers."""


class Selector:
    """The trained selector. Training data, figures and limits: training/selector.md."""

    def __init__(self, path: Path = WEIGHTS, threads: int = 1) -> None:
        """Open the weights.

        Raises:
            Mendable: the file is missing or damaged.
        """
        self._network = opened(
            path, (*PAIR, "pool"), threads, "sentence selector",
            "Until then sentences are chosen by cosine and shared words.",
        )  # fmt: skip

    def __call__(
        self, question: str, readings: Sequence[Reading]
    ) -> list[Float[np.ndarray, "sentences 3"]]:
        """Return for each passage the probabilities that a sentence helps, belongs in a brief, and answers.

        A sentence that does not fit the window of the network scores 0 on all three.
        """
        asked = self._network.pieces([question])[0][:_QUESTION]
        pairs = [self._pair(asked, reading) for reading in readings]
        found = [np.zeros((len(r.sentences), 3), np.float32) for r in readings]
        order = sorted(range(len(pairs)), key=lambda at: -len(pairs[at][0]))
        while order:
            count = max(1, _TOKENS_AT_ONCE // len(pairs[order[0]][0]))
            batch, order = order[:count], order[count:]
            most = max(1, *(len(readings[at].sentences) for at in batch))
            logits = self._network.session.run(
                ["logits"], _inputs([pairs[at] for at in batch], most)
            )[0]
            for row, at in enumerate(batch):
                read = np.unique([owner for owner in pairs[at][2] if owner >= 0]).astype(int)
                found[at][read] = 1.0 / (1.0 + np.exp(-logits[row, read].astype(np.float64)))
        return found

    def knows(self, word: str) -> bool:
        """Return whether a lower-case word is one token, as common words are."""
        return self._network.tokenizer.token_to_id(word) is not None

    def _pair(self, asked: Sequence[int], reading: Reading) -> tuple[list[int], int, list[int]]:
        """Return word pieces, how many of them are the question's, and each one's sentence (-1 for none)."""
        heading, *sentences = self._network.pieces([reading.heading, *reading.sentences])
        tokens = [START, *asked, END]
        first = len(tokens)
        tokens += [*heading[:_HEADING], END]
        owners = [-1] * len(tokens)
        for at, pieces in enumerate(sentences):
            kept = pieces[: self._network.longest - 1 - len(tokens)]
            tokens += kept
            owners += [at] * len(kept)
        return [*tokens, END], first, [*owners, -1]


def logit(probability: float) -> float:
    """Return a quarter of the logit of a probability, -1.7 to 1.7, so that it has the size of the other signs."""
    kept = min(max(float(probability), 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept)) / 4


def _inputs(
    pairs: Sequence[tuple[list[int], int, list[int]]], most: int
) -> dict[str, Int[np.ndarray, "pairs tokens"] | Float[np.ndarray, "pairs sentences tokens"]]:
    longest = max(len(tokens) for tokens, _, _ in pairs)
    ids = np.zeros((len(pairs), longest), np.int64)
    mask, types = ids.copy(), ids.copy()
    pool = np.zeros((len(pairs), most, longest), np.float32)
    for row, (tokens, first, owners) in enumerate(pairs):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
        types[row, first : len(tokens)] = 1
        places = np.array(owners)
        inside = places >= 0
        pool[row, places[inside], np.flatnonzero(inside)] = 1.0
    pool /= np.maximum(pool.sum(axis=2, keepdims=True), 1.0)
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "pool": pool}
