"""A language model in memory, read layer by layer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64

from probes.files import foreign
from probes.models import anatomy
from probes.models.anatomy import Anatomy
from probes.types import LayerVisitor, ModelRecord, ProbeError

_TEXT = "A short text shows how a network is built: its blocks, and what follows them."
_TRIED = 8
"""So many tokens of that text are read."""
_DEPTHS = ("num_hidden_layers", "decoder_layers", "num_decoder_layers")
"""Configurations state in these fields how many layers there are; a decoder alone may still name its encoder's
number first."""


@dataclass(frozen=True, kw_only=True)
class LocalModel:
    """A transformer or state-space model in memory, with its tokenizer and its record.

    `network` keeps its head where it has one; layers are counted from 0, the embeddings, to `layers - 1`, the last
    block, taken after the final norm where the architecture has one.
    """

    record: ModelRecord
    network: Any
    tokenizer: Any

    @cached_property
    def anatomy(self) -> Anatomy:
        """Return how the network is built.

        Raises:
            ProbeError: the network has no layers of text that can be read; the line says why.
        """
        base = self.network.base_model
        if not anatomy.takes(base, "input_ids"):
            raise ProbeError(
                f"model {self.record.id} reads no text; choose a language model such as smollm2"
            )
        tokens = self.encode([_TEXT], max_tokens=_TRIED)[0]
        config = self.network.config.get_text_config()
        depths = {int(getattr(config, name)) for name in _DEPTHS if getattr(config, name, None)}
        # A tokenizer with few words may give few tokens.
        return anatomy.examine(base, depths, (tokens * 4)[:_TRIED], self.record.id)

    @property
    def layers(self) -> int:
        """Return the number of layers that `hidden_states` visits: the embeddings and every block."""
        return self.anatomy.depth + 1

    @property
    def vocabulary(self) -> int:
        """Return the number of token ids."""
        return int(self.network.config.get_text_config().vocab_size)

    @property
    def context(self) -> int | None:
        """Return the most tokens that the model reads, where the model says it."""
        limit = getattr(self.network.config.get_text_config(), "max_position_embeddings", None)
        # XLNet gives -1, because its positions are relative.
        return int(limit) if limit and int(limit) > 0 else None

    def encode(self, texts: Sequence[str], *, max_tokens: int) -> list[list[int]]:
        """Return token ids of each text with the model's own special tokens, cut to `max_tokens`."""
        if not texts:
            return []
        encoded = self.tokenizer(list(texts), truncation=True, max_length=max_tokens)
        return [list(ids) for ids in encoded["input_ids"]]

    def decode(self, tokens: Sequence[int]) -> str:
        """Return the text of token ids."""
        return str(self.tokenizer.decode(list(tokens)))

    def hidden_states(
        self, prompts: Sequence[Sequence[int]], visit: LayerVisitor, *, batch_tokens: int = 1024
    ) -> None:
        """Run the model over token ids and show every layer's states as they arise.

        `visit(prompt, layer, states)` gets a float32 view `[tokens, dim]` with padding dropped,
        valid only during the call, so copy what you need later. Memory holds only one batch and one layer. Layer 0 is
        the input of the first block, layer i the output of block i, and the last layer the output of the whole stack,
        after its final norm. Taking each state where the next block receives it makes the count the same for every
        architecture (the `hidden_states` that transformers returns for Mamba begin one block late). Where a projection
        to another width ends the network, the last layer is taken before it.

        Args:
            prompts: token ids per prompt; prompts of similar length run together.
            visit: a function that is called once per prompt and layer.
            batch_tokens: most tokens of a batch with its padding; a longer prompt runs alone.

        Raises:
            ProbeError: a prompt is empty or longer than the model's context, or states are not finite.
        """
        self._check(prompts)
        built = self.anatomy
        for batch in batches(prompts, batch_tokens, padded=built.padded):
            tokens, mask = padded([prompts[index] for index in batch])
            lengths = [len(prompts[index]) for index in batch]
            watcher = _Watcher(self.record.id, batch, lengths, visit, built.tokens_first)
            hooks = [
                block.register_forward_pre_hook(watcher.entering, with_kwargs=True)
                for block in built.blocks
            ]
            try:
                with leaving(self) as left:
                    output = anatomy.run(self.network.base_model, tokens, mask)
            except ValueError as error:
                if error is watcher.raised:
                    raise
                raise ProbeError(
                    f"model {self.record.id} cannot be run on these prompts "
                    f"({foreign.reason(error)}); choose another model"
                ) from error
            finally:
                for hook in hooks:
                    hook.remove()
            watcher.show(self._closed(left) if built.projected else output[0])

    def _closed(self, left: "Left") -> Float[torch.Tensor, "batch tokens dim"]:
        """Return the output of the last block, after the final norm and before the projection."""
        states = left.states
        with torch.inference_mode():
            for step in self.anatomy.closing or ():
                states = anatomy.first(step.forward(states))
        assert states is not None
        return states

    def check_readable(self) -> None:
        """Check that this is a model of text whose layers can be told apart.

        Raises:
            ProbeError: it is no model of this kind.
        """
        _ = self.anatomy

    def _check(self, prompts: Sequence[Sequence[int]]) -> None:
        for index, prompt in enumerate(prompts):
            if not prompt:
                raise ProbeError(f"prompt {index} has no tokens; leave empty prompts out")
            if self.context and len(prompt) > self.context:
                raise ProbeError(
                    f"prompt {index} has {len(prompt)} tokens, but {self.record.id} reads at most "
                    f"{self.context}; choose a smaller max_tokens"
                )


@dataclass
class Left:
    """The states that left the last block most recently."""

    states: Float[torch.Tensor, "batch tokens dim"] = field(
        default_factory=lambda: torch.zeros(0, 0, 0)
    )

    @property
    def array(self) -> Float32[np.ndarray, "batch tokens dim"]:
        """Return the states as an array in float32."""
        return np.asarray(self.states.detach().float().cpu().numpy())


@contextmanager
def leaving(model: LocalModel) -> Iterator[Left]:
    """Record the output of the last block, of the latest batch only, before the network changes it further."""
    left, built = Left(), model.anatomy

    def hook(_module: Any, _args: tuple[Any, ...], output: Any) -> None:
        states = anatomy.first(output)
        if states is not None:
            left.states = anatomy.turned(states, built.tokens_first)

    handle = built.blocks[-1].register_forward_hook(hook)
    try:
        yield left
    finally:
        handle.remove()


class _Watcher:
    """A watcher hands the states of one batch to the visitor as they enter each block."""

    def __init__(
        self,
        model: str,
        batch: Sequence[int],
        lengths: Sequence[int],
        visit: LayerVisitor,
        tokens_first: bool,
    ) -> None:
        self.model = model
        self.batch = batch
        self.lengths = lengths
        self.visit = visit
        self.tokens_first = tokens_first
        self.layer = 0
        self.raised: ValueError | None = None

    def entering(self, _block: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            self.show(anatomy.turned(anatomy.entering(args, kwargs), self.tokens_first))
        except ValueError as error:
            # This is a fault of the visitor and not of the model.
            self.raised = error
            raise

    def show(self, states: Float[torch.Tensor, "batch tokens dim"]) -> None:
        arrays = states.detach().float().cpu().numpy()
        layer, self.layer = self.layer, self.layer + 1
        for prompt, length, array in zip(self.batch, self.lengths, arrays, strict=True):
            own = array[:length]
            # A finite sum of squares proves in half the time that all values are finite, but squares may overflow.
            if not (np.isfinite(np.vdot(own, own)) or np.isfinite(own).all()):
                raise ProbeError(
                    f"layer {layer} of {self.model} gives values that are not finite for prompt "
                    f"{prompt}; fetch its weights again, or choose another model"
                )
            self.visit(prompt, layer, own)


def batches(
    prompts: Sequence[Sequence[int]], batch_tokens: int, *, padded: bool = True
) -> Iterator[list[int]]:
    """Yield prompt indices by length, so that little is padded; `batch_tokens` includes padding.

    Without `padded` only prompts of one length run together.
    """
    batch: list[int] = []
    for index in sorted(range(len(prompts)), key=lambda i: len(prompts[i])):
        full = (len(batch) + 1) * len(prompts[index]) > batch_tokens
        longer = bool(batch) and len(prompts[batch[0]]) < len(prompts[index])
        if batch and (full or (longer and not padded)):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def padded(
    prompts: Sequence[Sequence[int]],
) -> tuple[Int64[torch.Tensor, "batch longest"], Int64[torch.Tensor, "batch longest"]]:
    """Return token ids and mask, padded on the right: positions stay their own."""
    longest = max(len(prompt) for prompt in prompts)
    tokens = torch.zeros((len(prompts), longest), dtype=torch.long)
    mask = torch.zeros((len(prompts), longest), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        tokens[row, : len(prompt)] = torch.tensor(prompt)
        mask[row, : len(prompt)] = 1
    return tokens, mask
