"""Measure what training changed in a model's weights: how many, at which precision, of which rank, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from probes.errors import ProbeError

TOLERANCES = (0.0, 1e-8, 1e-6, 1e-5, 1e-4)
"""The tolerance 1e-5 is that of arXiv:2505.11711, on weights in bfloat16."""


@dataclass(frozen=True, kw_only=True)
class MatrixChange:
    """The changes of one tensor of weights.

    `unchanged` are the shares whose float32 values differ by at most each of `TOLERANCES`, `in_bf16` the share that is
    equal once both are rounded to bfloat16, and `close_in_bf16` the share that then differs by at most 1e-5. `rank` is
    the rank of the difference over the largest possible, `random_rank` that of random values at as many random places;
    both are NaN if the tensor is no matrix or they were not asked for.
    """

    name: str
    count: int
    unchanged: tuple[float, ...]
    in_bf16: float
    close_in_bf16: float
    rank: float = float("nan")
    random_rank: float = float("nan")


def changed_matrix(
    name: str, before: Tensor, after: Tensor, *, ranks: bool = True, seed: int = 0
) -> MatrixChange:
    """Compare a tensor before and after training; see `MatrixChange`.

    Raises:
        ProbeError: the shapes differ.
    """
    if before.shape != after.shape:
        raise ProbeError(
            f"{name} has the shape {tuple(before.shape)} in one model and {tuple(after.shape)} in the other; "
            "compare two checkpoints of one model"
        )
    first, second = before.detach().float(), after.detach().float()
    away = (second - first).abs()
    rounded = first.bfloat16().float() - second.bfloat16().float()
    whole = ranks and first.ndim == _MATRIX
    return MatrixChange(
        name=name,
        count=first.numel(),
        unchanged=tuple(float((away <= tolerance).double().mean()) for tolerance in TOLERANCES),
        in_bf16=float((rounded == 0).double().mean()),
        close_in_bf16=float((rounded.abs() <= _CLOSE).double().mean()),
        rank=rank_share(second - first) if whole else float("nan"),
        random_rank=rank_share(scattered(second != first, seed)) if whole else float("nan"),
    )


_MATRIX = 2
_CLOSE = 1e-5


def rank_share(matrix: Tensor) -> float:
    """Return the rank of a matrix over the largest that it could have, in [0, 1]."""
    return float(torch.linalg.matrix_rank(matrix.double())) / int(min(matrix.shape))


def scattered(changed: Tensor, seed: int) -> Tensor:
    """Put random values at as many random places of a matrix as `changed` marks, to see what sparsity alone makes."""
    generator = torch.Generator().manual_seed(seed)
    places = torch.randperm(changed.numel(), generator=generator)[: int(changed.sum())]
    found = torch.zeros(changed.numel())
    found[places] = torch.randn(len(places), generator=generator)
    return found.view(changed.shape)


def overlap(first: Tensor, second: Tensor) -> tuple[float, float]:
    """Return how much of the first set of weights the second holds, and how much chance would give.

    Chance gives the second set's density, whatever the first set is. The overlap is NaN where the first set is empty.
    """
    both = float((first & second).sum())
    own = float(first.sum())
    return (both / own if own else float("nan")), float(second.double().mean())


def compared(
    before: Mapping[str, Tensor], after: Mapping[str, Tensor], *, ranks: bool = True
) -> list[MatrixChange]:
    """Compare every tensor of two checkpoints of one model.

    Raises:
        ProbeError: the checkpoints do not have the same tensors.
    """
    lacking = sorted({*before} ^ {*after})
    if lacking:
        raise ProbeError(
            f"{len(lacking)} tensors are in one model only, among them {lacking[0]}; compare two checkpoints of "
            "one model"
        )
    return [changed_matrix(name, before[name], after[name], ranks=ranks) for name in before]


def whole(changes: list[MatrixChange]) -> MatrixChange:
    """Sum up all tensors, each weight counting once; ranks are means over the matrices."""
    count = sum(change.count for change in changes)

    def mean(values: list[float]) -> float:
        return sum(v * c.count for v, c in zip(values, changes, strict=True)) / count

    ranks = [(c.rank, c.random_rank) for c in changes if c.rank == c.rank]
    rank, random = (
        (sum(column) / len(ranks) for column in zip(*ranks, strict=True))
        if ranks
        else (float("nan"), float("nan"))
    )
    columns = zip(*(change.unchanged for change in changes), strict=True)
    return MatrixChange(
        name="all weights",
        count=count,
        unchanged=tuple(mean(list(column)) for column in columns),
        in_bf16=mean([c.in_bf16 for c in changes]),
        close_in_bf16=mean([c.close_in_bf16 for c in changes]),
        rank=rank,
        random_rank=random,
    )


def unchanged(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> list[list[float]]:
    """Return the shares unchanged in the blocks' matrices, in bfloat16 and at `TOLERANCES`, `[counts, runs]`.

    Args:
        before: the parameters of one small network, `[1, ...]`.
        after: those of several networks, `[runs, ...]`.
    """
    columns = []
    for run in range(_runs(after)):
        names = _matrices(before)
        first, second = {n: before[n][0] for n in names}, {n: after[n][run] for n in names}
        found = whole(compared(first, second, ranks=False))
        columns.append([found.in_bf16, *found.unchanged])
    return [list(row) for row in zip(*columns, strict=True)]


def structure(
    before: Mapping[str, Tensor], after: Mapping[str, Tensor], seed: int
) -> dict[str, list[float]]:
    """Describe what changes in bfloat16: its overlap with the changes of the next run, and its rank, `[runs]`.

    `chance` and `random_rank` are what as many weights at random places have.
    """
    names, runs = _matrices(before), _runs(after)
    moved = [
        {n: after[n][run].bfloat16().float() - before[n][0].bfloat16().float() for n in names}
        for run in range(runs)
    ]
    sets = [torch.cat([(update[n] != 0).flatten() for n in names]) for update in moved]
    pairs = [overlap(sets[run], sets[(run + 1) % runs]) for run in range(runs)]
    return {
        "overlap": [own for own, _ in pairs],
        "chance": [chance for _, chance in pairs],
        "rank": [float(np.mean([rank_share(update[n]) for n in names])) for update in moved],
        "random_rank": [
            float(np.mean([rank_share(scattered(update[n] != 0, seed)) for n in names]))
            for update in moved
        ],
    }


def _matrices(networks: Mapping[str, Tensor]) -> list[str]:
    """Return the matrices of the blocks; of the embeddings only a dozen rows are ever asked for."""
    return [n for n, value in networks.items() if "." in n and value.ndim == 1 + _MATRIX]


def _runs(networks: Mapping[str, Tensor]) -> int:
    return len(next(iter(networks.values())))
