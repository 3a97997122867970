"""One vector per text from a chosen layer of a model, or from all layers in one pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from probes.types import LanguageModel, ProbeError, Progress, UsageError

Pooling: TypeAlias = Literal["mean", "last", "first", "rest"]
"""`mean` of all tokens, `last` token, `first` token, `rest`: mean of all but the first token."""
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
MAX_TOKENS = 256
_BATCH_TOKENS = 2048

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class LayerEncoder:
    """Texts as pooled states of one layer.

    `layer` 0 is the embeddings and `model.layers - 1` the last block after the final norm; a
    negative one counts from the end. Blocks above the layer are not run.

    Raises:
        UsageError: the model has no such layer, or there is no such pooling.
    """

    model: LanguageModel
    layer: int
    pooling: Pooling = "mean"
    max_tokens: int = MAX_TOKENS

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer", checked_layer(self.model, self.layer))
        if self.pooling not in POOLINGS:
            raise UsageError(f"no pooling {self.pooling!r}; there are: {', '.join(POOLINGS)}")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, `[texts, dim]`, not scaled to unit length.

        Raises:
            ProbeError: a text without tokens.
        """
        rows: dict[int, Vectors] = {}
        prompts = tokens(self.model, texts, self.max_tokens)

        def visit(text: int, states: Vectors) -> None:
            rows[text] = pooled(states, self.pooling)

        states_at(self.model, prompts, self.layer, visit)
        return np.stack([rows[text] for text in range(len(texts))]) if rows else _nothing()


def checked_layer(model: LanguageModel, layer: int) -> int:
    """The layer counted from 0.

    Raises:
        UsageError: the model has no such layer.
    """
    if not -model.layers <= layer < model.layers:
        raise UsageError(
            f"{model.record.id} has no layer {layer}; its layers are 0 (embeddings) to {model.layers - 1}"
        )
    return layer % model.layers
