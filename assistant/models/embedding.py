"""Compute sentence vectors with a BERT-like model: one forward pass gives a passage's vector and its sentences'."""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from tokenizers import Encoding, Tokenizer

from assistant import models
from assistant.errors import Mendable
from assistant.models import bert
from assistant.models.packages import model_id
from assistant.text.prose import Span
from probes.files import foreign

# One forward pass has this many tokens: with more, the layers' states do not fit the processor's
# cache. In bfloat16 larger products pay.
_BATCH_TOKENS, _HALF_TOKENS = 512, 2048
# From so many tokens on, bfloat16 saves more processor time (some .2 ms a token) than importing torch
# takes (3 s).
_WORTH_TORCH = 50_000


@dataclass(frozen=True)
class PassageVectors:
    """Unit vectors of a passage and of each of its sentences, in order.

    A sentence's vector is the mean of its own token states *within the passage*, so that "it"
    keeps its meaning and no second pass is needed ("late chunking", arXiv:2409.04701).
    """

    passage: Float[np.ndarray, " dim"]
    sentences: Float[np.ndarray, "sentences dim"]


class Embedder:
    """A loaded model; texts are mean-pooled over their tokens and scaled to unit length.

    It runs on onnxruntime: the weights are mapped from their safetensors file, and no torch is imported. Many passages
    at a time are read in bfloat16 by torch on request, where the processor has instructions for it.

    Args:
        folder: Holds the model.
        window: The tokens that are read of one text, including special ones.
        threads: The CPU threads; 0 takes all.
        single: Whether everything is read in single precision, which gives the same bytes however
            many texts come together.
    """

    def __init__(self, folder: Path, window: int, threads: int = 0, *, single: bool = True) -> None:
        if not (folder / "model.safetensors").is_file():
            raise Mendable(
                f"No embedding model in {folder}; `inquire models install` brings the bundled one."
            )
        self.folder = folder
        self.id = model_id(folder)
        with _loading(folder):
            self.dim = int(json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"])
        self.window = window
        self._threads = threads or _cores()
        self._single = single
        self._sessions: dict[int, Any] = {}
        self._alone = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how a worker makes the embedder: not from what is loaded here."""
        return _loaded_once, (self.folder, self.window, self._threads)

    def passages(
        self, texts: Sequence[str], titles: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> Iterator[tuple[int, PassageVectors]]:
        """Yield the vectors of many passages, longest first, each with its index.

        Args:
            texts: The passages.
            titles: The text read before each passage, to say what it is about; may be empty.
            spans: For each passage, its sentences as spans of that passage.
        """
        encodings = self.tokenizer.encode_batch(
            [(title, text) if title else text for title, text in zip(titles, texts, strict=True)]
        )
        order = sorted(range(len(texts)), key=lambda i: -len(encodings[i].ids))
        halves = self._halves(sum(len(encoding.ids) for encoding in encodings))
        room, at = _HALF_TOKENS if halves else _BATCH_TOKENS, 0
        while at < len(order):
            # Passages of similar length share a batch, so that there is almost no padding.
            count = max(1, room // max(1, len(encodings[order[at]].ids)))
            batch = order[at : at + count]
            states = self._states([encodings[i].ids for i in batch], self._threads, halves)
            for row, i in enumerate(batch):
                yield i, _pool(states[row], encodings[i], bool(titles[i]), spans[i])
            at += count

    def question(self, text: str) -> Float[np.ndarray, " dim"]:
        """Return the unit vector of one short text."""
        ids = self.tokenizer.encode(text).ids
        # This uses one thread: the barrier between two costs more than it saves on a dozen tokens.
        states = self._states([ids], 1)
        return _unit(states[0, : len(ids)].mean(axis=0))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, without the two special tokens."""
        return TokenCounter(self.folder)(texts)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Return the model's own tokenizer, which cuts at the window and does not pad."""
        tokenizer = _tokenizer(self.folder)
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.window)
        return tokenizer

    def _states(
        self, ids: Sequence[Sequence[int]], threads: int, halves: Any = None
    ) -> Float[np.ndarray, "texts tokens dim"]:
        """Return the states of each text's tokens, by the network in bfloat16 if one is given."""
        longest = max(map(len, ids))
        tokens = np.zeros((len(ids), longest), np.int64)
        mask = tokens.copy()
        for row, sequence in enumerate(ids):
            tokens[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        session = None if halves else self._session(threads)
        with _loading(self.folder):
            states = (
                halves(tokens, mask)
                if session is None
                else session.run(
                    [bert.STATES], dict(zip(bert.INPUTS, (tokens, mask), strict=True))
                )[0]
            )
        if not np.isfinite(states).all():
            raise Mendable(
                f"The embedding model in {self.folder} gives values that are not finite; fetch its weights "
                "again, or name another with `inquire models embed`."
            )
        return np.asarray(states)

    def _halves(self, tokens: int) -> Any:
        """Return the network in bfloat16 if it pays for so many tokens on this processor, else None."""
        if self._single or tokens < _WORTH_TORCH or not _multiplies_bfloat16():
            return None

        with _loading(self.folder):
            return models.bert_bfloat16.Network(self.folder, self._threads)

    def _session(self, threads: int) -> Any:
        """Return the network, once for each number of threads; all share the mapped weights."""
        with self._alone:
            if threads not in self._sessions:
                with _loading(self.folder):
                    self._sessions[threads] = bert.session(self.folder, threads)
            return self._sessions[threads]


@cache
def _loaded_once(folder: Path, window: int, threads: int) -> Embedder:
    return Embedder(folder, window, threads)


class TokenCounter:
    """Counts the word pieces of many texts, without the two special tokens."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = _tokenizer(folder)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return one number for each text."""
        batch = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in batch]


def _cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _multiplies_bfloat16() -> bool:
    """Return whether the processor multiplies tiles of bfloat16; Linux says so, and others do not have it."""
    try:
        return " amx_bf16 " in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


def _tokenizer(folder: Path) -> Tokenizer:
    with _loading(folder):
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # A fault in its template appears only when it first cuts a text.
        tokenizer.encode("a title", "a text")
    return tokenizer


def _loading(folder: Path) -> AbstractContextManager[None]:
    """Say in one line why the files of a folder are not an embedding model."""
    return foreign.calls(
        lambda reason: Mendable(
            f"The embedding model in {folder} cannot be loaded ({reason}); name the folder of a BERT-like "
            "model, `minilm`, or a layer of a language model with `inquire models embed`."
        )
    )


def _pool(
    states: Float[np.ndarray, "tokens dim"], encoding: Encoding, titled: bool, spans: Sequence[Span]
) -> PassageVectors:
    """Return the mean over all tokens, and over the tokens that start inside each sentence."""
    offsets = np.array(encoding.offsets)
    own = np.array(encoding.sequence_ids) == (1 if titled else 0)
    live = states[: len(offsets)]
    rows = np.zeros((len(spans), states.shape[1]), dtype=np.float32)
    for row, span in enumerate(spans):
        inside = own & (offsets[:, 0] >= span.start) & (offsets[:, 0] < span.end)
        if inside.any():
            rows[row] = _unit(live[inside].mean(axis=0))
    return PassageVectors(_unit(live.mean(axis=0)), rows)


def _unit(vector: Float[np.ndarray, " dim"]) -> Float[np.ndarray, " dim"]:
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm > 0 else vector
