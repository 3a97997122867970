"""Small networks that show all their states, several runs side by side: a transformer and a state-space model.

Parameters have a leading axis of runs, so that independent networks train in one pass of large matrix products. Both
kinds have the same width, depth and, to a few percent, size.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Float64, Int64
from torch import Tensor
from torch.nn import functional

Kind: TypeAlias = Literal["transformer", "mamba"]
Parameters: TypeAlias = Mapping[str, Float[Tensor, "runs ..."]]
"""The parameters of several runs, by name."""

BYTES = 256
MASK = 256
"""The token that stands for a hidden one; the vocabulary is the bytes and this."""
# The layer inside a block is so many times as wide as its states.
_EXPAND = 4
_STATE = 16
_HEAD = 16
_WIDE_HEAD = 32
# The convolution of a Mamba block sees so many tokens.
_REACH = 4


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Width and depth of a network."""

    kind: Kind
    width: int
    blocks: int

    @property
    def layers(self) -> int:
        """Return the number of layers with states: the embeddings and what each block leaves."""
        return self.blocks + 1


def initial(shape: Shape, seeds: tuple[int, ...]) -> dict[str, Float[Tensor, "runs ..."]]:
    """Return the parameters of one run per seed; the same seed and shape give the same network."""
    runs = [_initial(shape, torch.Generator().manual_seed(seed)) for seed in seeds]
    return {name: torch.stack([run[name] for run in runs]).requires_grad_() for name in runs[0]}


def states_of(
    shape: Shape,
    parameters: Parameters,
    prompts: Int64[np.ndarray, "texts tokens"],
    runs: int,
    *,
    causal: bool,
) -> Iterator[Float64[np.ndarray, "runs texts tokens width"]]:
    """Yield the states of each layer as an array, where every run reads the same prompts; see `states`."""
    tokens = torch.tensor(prompts).expand(runs, -1, -1)
    with torch.no_grad():
        found = states(shape, parameters, tokens, causal=causal)
    for tensor in found:
        yield tensor.double().numpy()


def states(
    shape: Shape,
    parameters: Parameters,
    tokens: Int64[Tensor, "runs texts tokens"],
    *,
    causal: bool,
) -> list[Float[Tensor, "runs texts tokens width"]]:
    """Return the states of every layer.

    Layer 0 is the embeddings, and the last layer the output of the last block after the final norm.

    Args:
        shape: width and depth of the network.
        parameters: the parameters, as `initial` returns them.
        tokens: token ids.
        causal: whether a token sees only those before it; a state-space model always does so.
    """
    runs = torch.arange(tokens.shape[0], device=tokens.device)[:, None, None]
    x = parameters["embedding"][runs, tokens]
    found = [x]
    for block in range(shape.blocks):
        own = {
            name.partition(".")[2]: value
            for name, value in parameters.items()
            if name.startswith(f"{block}.")
        }
        x = _attend(own, x, causal) if shape.kind == "transformer" else _scan(own, x)
        found.append(x)
    found[-1] = _normed(found[-1], parameters["norm"])
    return found


def logits(
    parameters: Parameters, last: Float[Tensor, "runs texts tokens width"]
) -> Float[Tensor, "runs texts tokens vocabulary"]:
    """Return scores of every token from the last layer's states, by the embeddings' transpose."""
    return _times(last, parameters["embedding"].transpose(1, 2))


def size(parameters: Parameters) -> int:
    """Return the number of parameters of one run."""
    return sum(value[0].numel() for value in parameters.values())


def _initial(shape: Shape, generator: torch.Generator) -> dict[str, Tensor]:
    width, wide = shape.width, _EXPAND * shape.width

    def matrix(rows: int, columns: int, share: float = 1.0) -> Tensor:
        return torch.randn(rows, columns, generator=generator) * share / math.sqrt(rows)

    found = {
        "embedding": torch.randn(BYTES + 1, width, generator=generator) / math.sqrt(width),
        "norm": torch.ones(width),
    }
    # Each block adds to the stream, so its outgoing matrix is scaled down by the number of blocks.
    out = 1 / math.sqrt(2 * shape.blocks)
    for block in range(shape.blocks):
        own = {"norm": torch.ones(width)}
        if shape.kind == "transformer":
            own |= {
                "qkv": matrix(width, 3 * width),
                "mix": matrix(width, width, out),
                "norm2": torch.ones(width),
                "up": matrix(width, wide),
                "down": matrix(wide, width, out),
            }
        else:
            heads = wide // _WIDE_HEAD
            steps = torch.rand(heads, generator=generator) * math.log(100) + math.log(1e-3)
            own |= {
                "in": matrix(width, 2 * wide + 2 * _STATE + heads),
                "near": torch.randn(_REACH, wide + 2 * _STATE, generator=generator) / 2,
                "step": torch.log(torch.expm1(steps.exp())),
                "decay": torch.log(1 + 15 * torch.rand(heads, generator=generator)),
                "skip": torch.ones(heads),
                "norm2": torch.ones(wide),
                "out": matrix(wide, width, out),
            }
        found |= {f"{block}.{name}": value for name, value in own.items()}
    return found


def _times(
    x: Float[Tensor, "runs texts tokens a"], matrix: Float[Tensor, "runs a b"]
) -> Float[Tensor, "runs texts tokens b"]:
    return torch.bmm(x.flatten(1, 2), matrix).unflatten(1, x.shape[1:3])


def _normed(x: Tensor, scale: Tensor) -> Tensor:
    mean_square = x.square().mean(-1, keepdim=True)
    return x * torch.rsqrt(mean_square + 1e-6) * scale[:, None, None, :]


def _attend(own: Parameters, x: Tensor, causal: bool) -> Tensor:
    """Apply a pre-norm transformer block: rotary attention (arXiv:2104.09864), then a GELU layer."""
    heads = x.shape[-1] // _HEAD
    parts = _times(_normed(x, own["norm"]), own["qkv"]).unflatten(-1, (3, heads, _HEAD))
    q, k, v = (part.transpose(2, 3) for part in parts.unbind(3))
    mixed = functional.scaled_dot_product_attention(_rotated(q), _rotated(k), v, is_causal=causal)
    x = x + _times(mixed.transpose(2, 3).flatten(3), own["mix"])
    hidden = functional.gelu(_times(_normed(x, own["norm2"]), own["up"]))
    return x + _times(hidden, own["down"])


def _rotated(x: Tensor) -> Tensor:
    length, half = x.shape[-2], x.shape[-1] // 2
    places, pairs = (torch.arange(count, device=x.device) for count in (length, half))
    angles = places[:, None] * 10_000.0 ** (-pairs / half)
    first, second = x[..., :half], x[..., half:]
    cos, sin = angles.cos(), angles.sin()
    return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1)


def _scan(own: Parameters, x: Tensor) -> Tensor:
    """Apply a Mamba-2 block: a selective state space in its quadratic form (arXiv:2405.21060).

    h_t = exp(dt_t a) h_{t-1} + dt_t B_t x_t and y_t = C_t h_t, with one decay a per head. On a
    short text the sum over all earlier tokens is quicker than the recurrence and just as exact.
    """
    wide = own["norm2"].shape[-1]
    heads = wide // _WIDE_HEAD
    gate, inner, step = _times(_normed(x, own["norm"]), own["in"]).split(
        (wide, wide + 2 * _STATE, heads), dim=-1
    )
    values, entering, leaving = functional.silu(_near(inner, own["near"])).split(
        (wide, _STATE, _STATE), dim=-1
    )
    dt = functional.softplus(step + own["step"][:, None, None, :]).transpose(2, 3)
    total = (-own["decay"].exp()[:, None, :, None] * dt).cumsum(-1)
    span = total[..., :, None] - total[..., None, :]
    earlier = torch.ones(span.shape[-2:], dtype=torch.bool, device=span.device).tril()
    # The mask comes before exp, because the exponents of future tokens would overflow.
    kept = span.masked_fill(~earlier, -torch.inf).exp()
    match = (leaving @ entering.transpose(-1, -2))[:, :, None]
    v = values.unflatten(-1, (heads, _WIDE_HEAD)).transpose(2, 3)
    y = (match * kept) @ (v * dt[..., None]) + own["skip"][:, None, :, None, None] * v
    y = y.transpose(2, 3).flatten(3) * functional.silu(gate)
    return x + _times(_normed(y, own["norm2"]), own["out"])


def _near(x: Tensor, weights: Tensor) -> Tensor:
    """Apply a causal convolution over the last few tokens, each channel on its own."""
    padded = functional.pad(x, (0, 0, _REACH - 1, 0))
    length = x.shape[2]
    return sum(
        (padded[:, :, k : k + length] * weights[:, None, None, k] for k in range(_REACH)),
        start=torch.zeros_like(x),
    )
