"""Compute one vector per text from a chosen layer of a model, or from all layers in one pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from jaxtyping import Float32

from probes.types import LanguageModel, LayerVisitor, ProbeError, Progress, UsageError

Pooling: TypeAlias = Literal["mean", "last", "first", "rest"]
"""`mean` of all tokens, `last` token, `first` token, `rest`: mean of all but the first token."""
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
MAX_TOKENS = 256
_BATCH_TOKENS = 2048

States: TypeAlias = Float32[np.ndarray, "tokens dim"]
StateVisitor: TypeAlias = Callable[[int, States], None]
"""It is called with (text index, states)."""


@dataclass(frozen=True, kw_only=True)
class LayerEncoder:
    """An encoder that gives a text the pooled states of one layer.

    `layer` 0 is the embeddings and `model.layers - 1` the last block after the final norm; a negative number counts
    from the end. Blocks above the layer are not run.

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

    def encode(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """Return the vectors of texts, not scaled to unit length.

        Raises:
            ProbeError: a text has no tokens.
        """
        rows: dict[int, Float32[np.ndarray, " dim"]] = {}
        prompts = tokens(self.model, texts, self.max_tokens)

        def visit(text: int, states: States) -> None:
            rows[text] = pool(states, self.pooling)

        states_at(self.model, prompts, self.layer, visit)
        return (
            np.stack([rows[text] for text in range(len(texts))])
            if rows
            else np.zeros((0, 0), np.float32)
        )


def checked_layer(model: LanguageModel, layer: int) -> int:
    """Return the layer counted from 0.

    Raises:
        UsageError: the model has no such layer.
    """
    if not -model.layers <= layer < model.layers:
        raise UsageError(
            f"{model.record.id} has no layer {layer}; its layers are 0 (embeddings) to {model.layers - 1}"
        )
    return layer % model.layers


def tokens(model: LanguageModel, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
    """Return token ids of each text.

    Raises:
        ProbeError: a text has no tokens; the message names it.
    """
    encoded = model.encode(texts, max_tokens=max_tokens)
    empty = next((index for index, ids in enumerate(encoded) if not ids), None)
    if empty is not None:
        raise ProbeError(
            f"text {empty} ({texts[empty][:40]!r}) has no tokens; leave empty texts out"
        )
    return encoded


def pool(states: States, pooling: Pooling) -> Float32[np.ndarray, " dim"]:
    """Pool a text's token states into one vector.

    `rest` of a text of one token is that token.
    """
    if pooling == "first":
        return np.array(states[0])
    if pooling == "last":
        return np.array(states[-1])
    if pooling == "rest" and len(states) > 1:
        states = states[1:]
    return np.asarray(states.mean(axis=0, dtype=np.float64), dtype=np.float32)


def pool_layers(
    model: LanguageModel,
    texts: Sequence[str],
    poolings: Sequence[Pooling] = ("mean",),
    *,
    max_tokens: int = MAX_TOKENS,
    also: LayerVisitor | None = None,
    progress: Progress = lambda _share, _message: None,
) -> Mapping[Pooling, Float32[np.ndarray, "layers texts dim"]]:
    """Return the vectors of all texts at all layers from one forward pass.

    Memory holds poolings x layers x texts x dim float32 values. `also` gets the same states.

    Raises:
        ProbeError: a text has no tokens.
    """
    prompts = tokens(model, texts, max_tokens)
    found: dict[Pooling, Float32[np.ndarray, "layers texts dim"]] = {}
    done = 0

    def visit(text: int, layer: int, states: States) -> None:
        nonlocal done
        for pooling in poolings:
            if pooling not in found:
                shape = (model.layers, len(texts), states.shape[1])
                found[pooling] = np.zeros(shape, dtype=np.float32)
            found[pooling][layer, text] = pool(states, pooling)
        if also is not None:
            also(text, layer, states)
        if layer == model.layers - 1:
            done += 1
            progress(done / len(texts), "reading the texts")

    model.hidden_states(prompts, visit, batch_tokens=_BATCH_TOKENS)
    return found


class _Reached(Exception):
    """This exception ends a batch once the wanted layer has been shown; the blocks above it need not run."""


def states_at(
    model: LanguageModel,
    prompts: Sequence[Sequence[int]],
    layer: int,
    visit: StateVisitor,
    *,
    batch_tokens: int = _BATCH_TOKENS,
) -> None:
    """Show `visit(prompt, states)` the token states of one layer, running no block above it.

    The states are valid only during the call.
    """
    for batch in _batches(prompts, batch_tokens):
        left = len(batch)

        def show(prompt: int, at: int, states: States, batch: list[int] = batch) -> None:
            nonlocal left
            if at != layer:
                return
            visit(batch[prompt], states)
            left -= 1
            if left == 0:
                raise _Reached

        try:
            # Each call runs one batch, because an exception from `show` ends the call.
            own = [prompts[index] for index in batch]
            model.hidden_states(own, show, batch_tokens=max(map(len, own)) * len(own))
        except _Reached:
            continue


def _batches(prompts: Sequence[Sequence[int]], batch_tokens: int) -> list[list[int]]:
    """Return prompt indices, shortest first, with as many together as fit with their padding."""
    batches: list[list[int]] = []
    for index in sorted(range(len(prompts)), key=lambda i: len(prompts[i])):
        if not batches or (len(batches[-1]) + 1) * len(prompts[index]) > batch_tokens:
            batches.append([])
        batches[-1].append(index)
    return batches
