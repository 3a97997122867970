"""Seq-VCR's penalty as a loss: differentiable, through a trained projection, for several runs side by side."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """The place where Seq-VCR (arXiv:2411.02344) is applied, and its weights.

    `layer` is the place among the states of a network, -1 for its final output; `dims` the width of the projection;
    `variance` and `covariance` are lambda 1 and lambda 2, by default as published for products; `eta` keeps the root
    away from 0.
    """

    layer: int = -1
    dims: int
    variance: float = 1.0
    covariance: float = 0.004
    eta: float = 0.001


def penalties(
    penalty: Penalty,
    projection: Float[Tensor, "runs width dims"],
    states: Float[Tensor, "runs batch positions width"],
) -> Float[Tensor, " runs"]:
    """Return the penalty of each run; its value is that of `metrics.seq_vcr` on the projected states.

    1/(T d) sum_{t,k} [lambda1 max(0, 1 - sqrt(C_t,kk + eta)) + lambda2 sum_{l != k} C_t,kl^2], C_t the
    covariance over the batch at position t.

    Args:
        penalty: place and weights.
        projection: the trained one of each run.
        states: the states of one layer; a batch of one has no covariance.
    """
    projected = torch.bmm(states.flatten(1, 2), projection).unflatten(1, states.shape[1:3])
    rows = (projected - projected.mean(1, keepdim=True)).transpose(1, 2)
    shared = rows.transpose(-1, -2) @ rows / max(states.shape[1] - 1, 1)
    own = shared.diagonal(dim1=-2, dim2=-1)
    lacking = (1 - (own + penalty.eta).sqrt()).clamp_min(0).mean((1, 2))
    apart = (shared.square().sum((1, 2, 3)) - own.square().sum((1, 2))) / own[0].numel()
    return penalty.variance * lacking + penalty.covariance * apart


def projections(
    penalty: Penalty, width: int, seeds: tuple[int, ...]
) -> Float[Tensor, "runs width dims"]:
    """Return a random projection for each seed, without using up draws of the networks."""
    made = [
        torch.randn(width, penalty.dims, generator=torch.Generator().manual_seed(_APART + seed))
        for seed in seeds
    ]
    return (torch.stack(made) / math.sqrt(width)).requires_grad_()


_APART = 700_000
"""This is added to the seeds, so that a projection differs from the first weights of a network."""
