"""Run a BERT encoder in bfloat16 with torch, for processors that multiply such numbers in tiles (AMX)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  its usual name
from jaxtyping import Float, Int
from safetensors.torch import load_file

from assistant.models import bert

# A dense layer's weight and bias, or those of a layer norm.
Pair = tuple[torch.Tensor, torch.Tensor]

_ACTIVATIONS: Mapping[str, Any] = {
    "gelu": F.gelu,
    "gelu_new": lambda states: F.gelu(states, approximate="tanh"),
    "gelu_pytorch_tanh": lambda states: F.gelu(states, approximate="tanh"),
    "relu": F.relu,
}


class Network:
    """The encoder of a folder; see `bert.session` for the same in single precision.

    Products are of bfloat16. States between layers, their sums and norms stay in single precision, which halves the
    distance to single precision and costs nothing: pooled vectors have a cosine of .9999 and more to those of
    `bert.session`.

    Raises:
        ValueError: the config is of another kind of model, or the weights lack tensors.
        Exception: whatever json, safetensors and torch raise for damaged files.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self._config = bert.read_config(folder)
        self._threads = threads
        stored = load_file(str(folder / bert.WEIGHTS))
        held = {bert.bare(name): tensor for name, tensor in stored.items()}
        self._words, self._places, self._text = (
            _tensor(held, f"embeddings.{part}_embeddings.weight")
            for part in ("word", "position", "token_type")
        )
        self._first = _pair(held, "embeddings.LayerNorm", torch.float32)
        self._layers = [_Layer(held, number) for number in range(self._config.layers)]

    def __call__(
        self, tokens: Int[np.ndarray, "texts tokens"], mask: Int[np.ndarray, "texts tokens"]
    ) -> Float[np.ndarray, "texts tokens dim"]:
        """Return the last layer's states, from word pieces and 1 for a piece or 0 for padding."""
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            with torch.inference_mode():
                return np.asarray(self._states(torch.from_numpy(tokens), mask).numpy())
        finally:
            torch.set_num_threads(before)

    def _states(self, tokens: torch.Tensor, mask: Int[np.ndarray, "texts tokens"]) -> torch.Tensor:
        config = self._config
        # Without padding torch needs no mask and takes its faster way.
        seen = None if mask.all() else torch.from_numpy(mask)[:, None, None, :].bool()
        states = F.embedding(tokens, self._words) + self._places[: tokens.shape[1]] + self._text[0]
        states = self._normed(states, self._first)
        for layer in self._layers:
            heads = F.linear(states.bfloat16(), *layer.parts)
            q, k, v = heads.unflatten(-1, (3, config.heads, -1)).permute(2, 0, 3, 1, 4)
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
            mixed = F.linear(mixed.transpose(1, 2).flatten(2), *layer.mixed)
            states = self._normed(states + mixed.float(), layer.middle)
            wide = _ACTIVATIONS[config.activation](F.linear(states.bfloat16(), *layer.wide))
            states = self._normed(states + F.linear(wide, *layer.narrow).float(), layer.last)
        return states

    def _normed(self, states: torch.Tensor, norm: Pair) -> torch.Tensor:
        return F.layer_norm(states, (self._config.hidden,), *norm, self._config.epsilon)


class _Layer:
    """The weights of one layer; queries, keys and values come from one product."""

    def __init__(self, held: Mapping[str, torch.Tensor], number: int) -> None:
        name = f"encoder.layer.{number}"
        parts = [
            _pair(held, f"{name}.attention.self.{part}", torch.bfloat16)
            for part in ("query", "key", "value")
        ]
        self.parts = torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])
        self.mixed = _pair(held, f"{name}.attention.output.dense", torch.bfloat16)
        self.middle = _pair(held, f"{name}.attention.output.LayerNorm", torch.float32)
        self.wide = _pair(held, f"{name}.intermediate.dense", torch.bfloat16)
        self.narrow = _pair(held, f"{name}.output.dense", torch.bfloat16)
        self.last = _pair(held, f"{name}.output.LayerNorm", torch.float32)


def _pair(held: Mapping[str, torch.Tensor], name: str, kind: torch.dtype) -> Pair:
    return _tensor(held, f"{name}.weight").to(kind), _tensor(held, f"{name}.bias").to(kind)


def _tensor(held: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    """Return a tensor in single precision; one that the file lacks must not be made up."""
    if name not in held:
        raise ValueError(f"its weights lack {name}")
    return held[name].float()
