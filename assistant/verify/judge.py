"""The judge is a small network that reads evidence and sentence and returns the probability of support."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Int

from assistant.models.weights import END, PAIR, START, Network, opened
from assistant.question.terms import share, terms
from assistant.text.prose import sentences
from assistant.verify.evidence import TOO_LONG, Claim, Opinion
from assistant.verify.signs import signs
from assistant.verify.stack import BAR, stacked

WEIGHTS = Path(__file__).parent / "judge.onnx"
# At most this many word pieces of a sentence are read, some 120 words; a longer sentence is not
# judged, because its end would not be read.
_SENTENCE = 160


class Judge:
    """The trained judge. Training data, figures and limits: training/judge.md."""

    name = "the judge"

    def __init__(self, path: Path = WEIGHTS, threads: int = 1) -> None:
        """Open the weights.

        Raises:
            Mendable: the file is missing or damaged.
        """
        self._network: Network = opened(
            path, PAIR, threads, "judge of sentences",
            "Until then only sentences in the words of their quotes pass the gate.",
        )  # fmt: skip
        # A draft is often judged again: with the same evidence, after a repair, for an echo.
        self._logit = lru_cache(maxsize=4096)(self._run)

    def __call__(self, claims: Sequence[Claim]) -> list[Opinion]:
        """Return for each claim the probability that its evidence supports its sentence.

        The pairs are run one by one: int8 activations are scaled over the whole batch, so in a
        batch the probability of a sentence would depend on the other sentences; a batch saves
        almost nothing on a processor.
        """
        return [self._judged(claim) for claim in claims]

    def logit(self, claim: Claim) -> float | None:
        """Return the network's logit for a claim before any sign is weighed, or None if the sentence is too long."""
        (pieces,) = self._network.pieces([claim.sentence])
        if len(pieces) > _SENTENCE:
            return None
        return self._logit(claim.presented(), claim.sentence)

    def _judged(self, claim: Claim) -> Opinion:
        logit = self.logit(claim)
        if logit is None:
            return Opinion(0.0, BAR, TOO_LONG)
        seen = signs(claim.sentence, claim.texts, (*claim.titles, *claim.names))
        return Opinion(stacked(logit, seen), BAR)

    def _run(self, evidence: str, sentence: str) -> float:
        (said,) = self._network.pieces([sentence])
        room = self._network.longest - len(said) - 3
        (quoted,) = self._network.pieces([evidence])
        if len(quoted) > room:
            (quoted,) = self._network.pieces([self._fitting(evidence, sentence, room)])
        logits = self._network.session.run(["logits"], _inputs(quoted[:room], said))[0]
        value = float(logits[0])
        return value if math.isfinite(value) else -100.0

    def _fitting(self, evidence: str, sentence: str, room: int) -> str:
        """Return the sentences of long evidence that share most with the sentence, in order, as many as fit."""
        parts = [span.of(evidence) for span in sentences(evidence)] or [evidence]
        sizes = [len(ids) for ids in self._network.pieces(parts)]
        wanted = terms(sentence)
        order = sorted(range(len(parts)), key=lambda at: (-share(wanted, terms(parts[at])), at))
        return " ".join(parts[at] for at in sorted(_filling(order, sizes, room)))


def _filling(order: Sequence[int], sizes: Sequence[int], room: int) -> Iterator[int]:
    """Yield the first sentences of an order until the room is full; the first is yielded even if it is too large."""
    left = room
    for at in order:
        if left == room or sizes[at] <= left:
            left -= sizes[at]
            yield at
        if left <= 0:
            return


def _inputs(evidence: list[int], sentence: list[int]) -> dict[str, Int[np.ndarray, "1 tokens"]]:
    first = [START, *evidence, END]
    tokens = [*first, *sentence, END]
    types = [0] * len(first) + [1] * (len(tokens) - len(first))
    return {
        "input_ids": np.array([tokens], np.int64),
        "attention_mask": np.ones((1, len(tokens)), np.int64),
        "token_type_ids": np.array([types], np.int64),
    }
