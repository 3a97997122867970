"""Retrieve with a chosen layer of a language model instead of the embedding model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from assistant.errors import Mendable, UsageError
from assistant.models.embedding import PassageVectors
from assistant.text.prose import Span
from probes.errors import ProbeError
from probes.errors import UsageError as ProbeUsageError
from probes.layers.encoder import LayerEncoder, states_at
from probes.models import laboratory, local_model, model_names
from probes.texts.prompts import OWN


@dataclass(frozen=True)
class LayerName:
    """A model and one of its layers, as the setting `embedder` names them: `smollm2@12`."""

    model: str
    layer: int

    @classmethod
    def parse(cls, setting: str) -> "LayerName | None":
        """Return the model and layer of a setting; None if it names no layer.

        Raises:
            UsageError: the text after the @ is not a whole number from 0.
        """
        model, at, layer = setting.rpartition("@")
        if not at or not model:
            return None
        if not layer.isdecimal():
            raise UsageError(f"{setting!r}: a layer is a whole number, as in {model}@12.")
        return cls(model, int(layer))

    @property
    def id(self) -> str:
        """Return the name under which the index and its vectors are filed, without loading the model."""
        bundled = model_names.BUNDLED.get(self.model)
        name = bundled.id if bundled else Path(self.model).expanduser().as_posix()
        return f"{name}@{self.layer}"


class LayerEmbedder:
    """Texts as unit vectors: the mean of a layer's token states without the first token.

    It has the same interface as `assistant.models.embedding.Embedder`. In a decoder the first
    token's state is often massive and the same in every text, and the others share a large common
    part; so the first token is left out, and the mean vector of a fixed set of texts is subtracted
    before a vector is scaled. Otherwise every cosine would be near 1, and everything would count as
    found. For ranking alone this costs early layers a little and helps late ones: nDCG@10 from the
    questions of the 62 bundled notes to their claims goes from .49 to .45 at layer 1 of SmolLM2,
    from .31 to .37 at layer 24 (`layer_task` scores vectors as they are).

    Raises:
        UsageError: the model has no such layer, or its name is unknown.
        Mendable: the model cannot be loaded.
    """

    def __init__(self, name: LayerName, cache: Path, window: int) -> None:
        self.id = name.id
        self.window = window
        self._made_of = (name, cache, window)
        try:
            model = laboratory.load(name.model, cache)
            self._encoder = LayerEncoder(
                model=model, layer=name.layer, pooling="rest", max_tokens=window
            )
        except ProbeUsageError as error:
            raise UsageError(str(error)) from error
        except ProbeError as error:
            raise Mendable(str(error)) from error

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how a worker makes the embedder: not from what is loaded here."""
        return _loaded_once, self._made_of

    @property
    def dim(self) -> int:
        """Return the dimensions of a vector."""
        return len(self._common)

    @property
    def tokenizer(self) -> Any:
        """Return the model's own tokenizer (of transformers)."""
        return self._model.tokenizer

    def passages(
        self, texts: Sequence[str], titles: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> Iterator[tuple[int, PassageVectors]]:
        """Yield the vectors of many passages, each with its index.

        Args:
            texts: The passages.
            titles: The text read before each passage; may be empty.
            spans: For each passage, its sentences as spans of that passage.
        """
        # The texts are read in batches, so that finished vectors can be stored before the rest is
        # done.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            heads = [f"{titles[i]}\n" if titles[i] else "" for i in batch]
            rows = self._read([head + texts[i] for head, i in zip(heads, batch, strict=True)])
            for row, (states, offsets) in rows.items():
                i = batch[row]
                yield i, self._pool(states, offsets - len(heads[row]), spans[i])

    def question(self, text: str) -> Float[np.ndarray, " dim"]:
        """Return the unit vector of one short text."""
        return self._unit(self._encoder.encode([text])[0])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text without special ones, as `TokenCounter` does for word pieces."""
        if not texts:
            return []
        encoded = self.tokenizer(list(texts), add_special_tokens=False)
        return [len(ids) for ids in encoded["input_ids"]]

    @property
    def _model(self) -> local_model.LocalModel:
        model = self._encoder.model
        assert isinstance(model, local_model.LocalModel)
        return model

    def _read(self, texts: Sequence[str]) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """Return each text's token states at the layer and the spans of its tokens in it."""
        encoded = self.tokenizer(
            list(texts), truncation=True, max_length=self.window, return_offsets_mapping=True
        )
        found: dict[int, tuple[np.ndarray, np.ndarray]] = {}

        def visit(text: int, states: np.ndarray) -> None:
            found[text] = states.copy(), np.array(encoded["offset_mapping"][text])

        states_at(self._model, encoded["input_ids"], self._encoder.layer, visit)
        return found

    def _pool(
        self, states: np.ndarray, offsets: np.ndarray, spans: Sequence[Span]
    ) -> PassageVectors:
        """Return the mean over all tokens, and over those that end inside each sentence."""
        ordinary = np.arange(len(states)) > 0
        special = offsets[:, 0] == offsets[:, 1]
        rows = np.zeros((len(spans), self.dim), dtype=np.float32)
        for row, span in enumerate(spans):
            # A byte-level token may contain the space before its word, so its last character
            # decides.
            ends = offsets[:, 1] - 1
            inside = ordinary & ~special & (ends >= span.start) & (ends < span.end)
            if inside.any():
                rows[row] = self._unit(states[inside].mean(axis=0))
        whole = states[ordinary] if len(states) > 1 else states
        return PassageVectors(self._unit(whole.mean(axis=0)), rows)

    def _unit(self, vector: np.ndarray) -> Float[np.ndarray, " dim"]:
        centred = vector - self._common
        norm = float(np.linalg.norm(centred))
        return np.asarray(centred / norm if norm > 0 else centred, dtype=np.float32)

    @cached_property
    def _common(self) -> Float[np.ndarray, " dim"]:
        """Return what all texts share at this layer, computed from texts that never change."""
        common: np.ndarray = self._encoder.encode(OWN).mean(axis=0)
        return common


@cache
def _loaded_once(name: LayerName, cache: Path, window: int) -> LayerEmbedder:
    return LayerEmbedder(name, cache, window)


_BATCH = 64
