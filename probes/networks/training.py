"""Train small byte models on the same text and budget, and stop at checkpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from probes.errors import ProbeError
from probes.networks.small_networks import MASK, Parameters, Shape, initial, logits, states

Objective: TypeAlias = Literal["next token", "masked token"]
Bytes: TypeAlias = NDArray[np.int64]
LEAST_BYTES = 2_000
# This share of the text, its end, is held out from training.
_HELD_OUT = 0.1
# A masked network has this share of its bytes hidden.
_HIDDEN = 0.2
_RATE = 3e-3


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The budget of every arm: steps of `batch` texts of `length` bytes for each of `runs` runs."""

    steps: int
    batch: int = 8
    length: int = 64
    runs: int = 6
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The networks after `step` steps; `loss` is each run's on held-out text, nats per byte."""

    step: int
    loss: NDArray[np.float64]
    parameters: Parameters


def split(texts: Sequence[str], length: int) -> tuple[Bytes, Bytes]:
    """Split data into the bytes to train on and the last tenth, which is held out.

    Raises:
        ProbeError: there are too few bytes to train on.
    """
    data = np.frombuffer("\n\n".join(texts).encode(), dtype=np.uint8).astype(np.int64)
    if len(data) < max(LEAST_BYTES, 40 * length):
        raise ProbeError(
            f"{len(data)} bytes of text are too few to train on; hand in at least "
            f"{max(LEAST_BYTES, 40 * length)}"
        )
    cut = int(len(data) * (1 - _HELD_OUT))
    return data[:cut], data[cut:]


def windows(data: Bytes, length: int, count: int) -> Bytes:
    """Return `count` stretches `[count, length]`, evenly spread over the data."""
    starts = np.linspace(0, len(data) - length, count).round().astype(np.int64)
    return np.asarray(data[starts[:, None] + np.arange(length)])


def train(
    shape: Shape,
    objective: Objective,
    data: Bytes,
    held_out: Bytes,
    budget: Budget,
    checkpoints: Sequence[int],
    see: Callable[[Checkpoint], None],
    advance: Callable[[float], None] = lambda _share: None,
) -> None:
    """Train `budget.runs` networks side by side and show them at the given steps.

    Run r starts from the same weights and reads the same stretches of text whatever the
    objective, so that arms can be compared run by run. AdamW with linear warm-up and decay.

    Args:
        shape: width and depth of the networks.
        objective: predict the next byte from those before, or a hidden fifth of the bytes from all others.
        data: the bytes to train on.
        held_out: held-out stretches `[texts, length]` for the loss.
        budget: steps, batch and runs.
        checkpoints: the steps at which `see` is called; 0 is before training.
        see: called with the networks, which change afterwards.
        advance: called with the share of steps done.
    """
    seeds = tuple(budget.seed * 1_000 + run for run in range(budget.runs))
    parameters = initial(shape, seeds)
    optimiser = torch.optim.AdamW(parameters.values(), lr=_RATE, betas=(0.9, 0.95), weight_decay=0)
    draws = [np.random.default_rng(seed) for seed in seeds]
    hiding = torch.Generator().manual_seed(budget.seed)
    same = torch.tensor(held_out).expand(budget.runs, -1, -1)
    for step in range(budget.steps + 1):
        if step in checkpoints:
            with torch.no_grad():
                quiet = torch.Generator().manual_seed(budget.seed)
                loss = _loss(shape, parameters, same, objective, quiet)
            see(Checkpoint(step=step, loss=loss.double().numpy(), parameters=parameters))
        if step == budget.steps:
            return
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(
                (step + 1) / (0.1 * budget.steps + 1), 1 - step / budget.steps
            )
        tokens = torch.tensor(np.stack([_drawn(data, budget, rng) for rng in draws]))
        optimiser.zero_grad()
        _loss(shape, parameters, tokens, objective, hiding).sum().backward()
        _clip(parameters)
        optimiser.step()
        advance((step + 1) / budget.steps)


def _drawn(data: Bytes, budget: Budget, rng: np.random.Generator) -> Bytes:
    starts = rng.integers(len(data) - budget.length, size=budget.batch)
    return np.asarray(data[starts[:, None] + np.arange(budget.length)])


def _loss(
    shape: Shape,
    parameters: Parameters,
    tokens: Tensor,
    objective: Objective,
    hiding: torch.Generator,
) -> Tensor:
    """Return the mean cross-entropy of each run, `[runs]`."""
    if objective == "next token":
        last = states(shape, parameters, tokens[..., :-1], causal=True)[-1]
        return _cross_entropy(logits(parameters, last), tokens[..., 1:]).mean((1, 2))
    # Every run hides the same places: which bytes are hidden is no part of a run.
    hidden = torch.rand(tokens.shape[1:], generator=hiding) < _HIDDEN
    hidden[..., 0] |= ~hidden.any(-1)
    last = states(shape, parameters, tokens.masked_fill(hidden, MASK), causal=False)[-1]
    each = _cross_entropy(logits(parameters, last), tokens)
    return (each * hidden).sum((1, 2)) / hidden.sum()


def _cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(scores.movedim(-1, 1), targets, reduction="none")


def _clip(parameters: Parameters) -> None:
    """Scale each run's gradient to a norm of at most 1."""
    gradients = [value.grad for value in parameters.values() if value.grad is not None]
    squares = torch.stack([gradient.square().flatten(1).sum(1) for gradient in gradients])
    scale = (1 / squares.sum(0).sqrt().clamp_min(1e-12)).clamp_max(1.0)
    for gradient in gradients:
        gradient.mul_(scale.view(-1, *[1] * (gradient.ndim - 1)))
