"""Tune small networks that have learnt arithmetic further: on right answers, or by reward alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor

from probes.networks.digit_tasks import DIGITS, FIRST_DIGIT, DigitProblems
from probes.networks.digit_training import losses, scores
from probes.networks.small_networks import Parameters, Shape, logits, states

Method: TypeAlias = Literal["supervised", "policy gradient"]
_TEN = slice(FIRST_DIGIT, FIRST_DIGIT + DIGITS)


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """The way networks are tuned; `group` is how many answers to a question a policy gradient compares."""

    method: Method
    steps: int
    batch: int
    rate: float
    group: int = 8


def tuned(
    shape: Shape,
    base: Parameters,
    problems: DigitProblems,
    seeds: tuple[int, ...],
    tuning: Tuning,
    *,
    only: Mapping[str, Tensor] | None = None,
    advance: Callable[[float], None] = lambda _share: None,
) -> dict[str, Tensor]:
    """Tune copies of one network, each on problems of its own draw; the same call gives the same copies.

    Adam at a constant rate without weight decay. The policy gradient is GRPO (arXiv:2402.03300) with one
    step for each batch, where its ratio is 1 and clipping does nothing, and without a KL term: answers
    are sampled digit by digit, the reward is the share of digits that are right, which a program checks,
    and an answer's advantage is its reward less the mean of its group over their spread.

    Args:
        shape: width and depth of the network.
        base: one network, `[1, ...]`.
        problems: the problems to tune on.
        seeds: one seed for each copy.
        tuning: method, steps and rate.
        only: weights that may change, as masks `[runs, ...]`; all where it is None.
        advance: called with the share of steps done.
    """
    runs = len(seeds)
    found = {
        n: v.detach().expand(runs, *v.shape[1:]).clone().requires_grad_() for n, v in base.items()
    }
    optimiser = torch.optim.Adam(found.values(), lr=tuning.rate)
    draws = [np.random.default_rng(seed) for seed in seeds]
    chance = torch.Generator().manual_seed(seeds[0])
    for step in range(tuning.steps):
        drawn = [problems.train[r.integers(len(problems.train), size=tuning.batch)] for r in draws]
        rows = torch.tensor(np.stack(drawn))
        optimiser.zero_grad()
        if tuning.method == "supervised":
            loss = losses(shape, found, rows, problems.answer)
        else:
            loss = _policy_loss(shape, found, rows, problems.answer, tuning.group, chance)
        loss.sum().backward()
        for name, mask in (only or {}).items():
            found[name].grad *= mask
        optimiser.step()
        advance((step + 1) / tuning.steps)
    return {name: value.detach() for name, value in found.items()}


def _policy_loss(
    shape: Shape,
    network: Parameters,
    rows: Tensor,
    answer: int,
    group: int,
    chance: torch.Generator,
) -> Tensor:
    """Return minus the mean of advantage times log-probability, `[runs]`."""
    asked = rows.repeat_interleave(group, dim=1)
    wanted = asked[..., -answer:].clone()
    with torch.no_grad():
        for place in range(asked.shape[-1] - answer, asked.shape[-1]):
            last = states(shape, network, asked[..., :place], causal=True)[-1]
            shares = logits(network, last[:, :, -1:])[..., 0, _TEN].softmax(-1)
            digits = torch.multinomial(shares.flatten(0, 1), 1, generator=chance)
            asked[..., place] = digits.view(shares.shape[:-1]) + FIRST_DIGIT
    written = asked[..., -answer:]
    reward = (written == wanted).float().mean(-1).unflatten(-1, (-1, group))
    spread = reward.std(-1, keepdim=True, correction=0)
    advantage = ((reward - reward.mean(-1, keepdim=True)) / (spread + _SMALL)).flatten(1)
    told = scores(shape, network, asked, answer)[..., _TEN].log_softmax(-1)
    own = told.gather(-1, (written - FIRST_DIGIT)[..., None])[..., 0]
    return -(advantage[..., None] * own).mean((1, 2))


_SMALL = 1e-6
"""This keeps the advantages finite in a group whose answers are all worth the same; they are then 0."""
