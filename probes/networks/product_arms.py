"""Train networks to learn products in one of several ways, and measure them; each way is an arm."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from probes.metrics import prompt_entropy
from probes.networks import digit_training, kept_training
from probes.networks.digit_products import Between, Products, rows
from probes.networks.digit_tasks import FIRST_DIGIT, DigitProblems
from probes.networks.seq_vcr import Penalty
from probes.networks.small_networks import Parameters, Shape, states
from probes.types import Array


@dataclass(frozen=True, kw_only=True)
class Training:
    """The settings that all arms share: `beside` networks are trained side by side."""

    shape: Shape
    steps: int
    batch: int
    rate: float
    beside: int
    device: str = "cpu"


@dataclass(frozen=True, kw_only=True)
class Arm:
    """An arm: what stands between question and answer, and the penalty where there is one."""

    between: Between = "nothing"
    penalty: Penalty | None = None


def arms(shape: Shape, variance: float, covariance: float) -> tuple[Arm, ...]:
    """Return the arms: plain, pause tokens, Seq-VCR at the output, both, both with it in the middle, thought.

    Args:
        shape: width and depth of the networks.
        variance: the weight lambda 1.
        covariance: the weight lambda 2.
    """
    end = Penalty(dims=round(shape.width * _PROJECTED), variance=variance, covariance=covariance)
    return (
        Arm(),
        Arm(between="pauses"),
        Arm(penalty=end),
        Arm(between="pauses", penalty=end),
        Arm(between="pauses", penalty=replace(end, layer=shape.blocks // 2)),
        Arm(between="thought"),
    )


def measured(
    arm: Arm,
    found: Products,
    training: Training,
    seeds: tuple[int, ...],
    folder: Path | None,
    advance: Callable[[float], None],
) -> dict[str, Array]:
    """Train the networks of an arm and measure them; those kept in `folder` are not trained again.

    Returns:
        `exact`, the share of test problems whose product is right in every digit `[runs]`; `digits`, the share
        right of each of its digits, the last first `[runs, places]`; `entropy`, the mean prompt entropy of
        every layer as a share of its maximum `[runs, layers]`; `loss` on test problems, nats per digit `[runs]`.

    Raises:
        ProbeError: the folder cannot be written.
    """
    problems = rows(found, arm.between)
    groups = list(_groups(seeds, training.beside))
    parts = []
    for place, group in enumerate(groups):

        def told(share: float, at: int = place) -> None:
            advance((at + share) / len(groups))

        def make(
            draft: Path | None, of: tuple[int, ...] = group, tell: Callable[[float], None] = told
        ) -> dict[str, Array]:
            network = digit_training.learnt(
                training.shape, problems, of, steps=training.steps, batch=training.batch,
                rate=training.rate, penalty=arm.penalty, device=training.device, draft=draft,
                advance=tell,
            )  # fmt: skip
            return scored(training.shape, network, problems, 2 * found.digits)

        decides = {
            "arm": asdict(arm),
            "training": asdict(training),
            "seeds": group,
            "digits": found.digits,
            "test": found.test[:_NAMING].tolist(),
            "problems": [len(found.train), len(found.test)],
        }
        parts.append(kept_training.unit(folder, decides, make))
        told(1.0)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def scored(
    shape: Shape, network: Parameters, problems: DigitProblems, product: int
) -> dict[str, Array]:
    """Return what `measured` returns, for one group of networks; the product is the last tokens of a row."""
    device, runs = network["norm"].device, len(network["norm"])
    wanted = problems.test[:, -product:] - FIRST_DIGIT
    written = digit_training.answers(shape, network, problems.test, problems.answer).written
    right = written[..., -product:] == wanted
    told = torch.tensor(problems.test, device=device).expand(runs, -1, -1)
    with torch.no_grad():
        loss = digit_training.losses(shape, network, told, problems.answer)
        seen = states(shape, network, told[:, :_PROMPTS, :-1], causal=True)
    entropy = [
        [prompt_entropy(run).value for run in layer.double().cpu().numpy()] for layer in seen
    ]
    return {
        "exact": right.all(axis=-1).mean(axis=-1),
        "digits": right.mean(axis=1),
        "entropy": np.array(entropy, dtype=np.float64).T,
        "loss": loss.double().cpu().numpy(),
    }


_PROJECTED = 2048 / 768
"""The published projection is so many times as wide as GPT-2 small."""
_PROMPTS = 100
"""Entropy is measured on so many test problems; its mean over them is known to a hundredth."""
_NAMING = 20
"""So many test problems identify the split of a seed among what decides a result."""


def _groups(seeds: tuple[int, ...], beside: int) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(seeds), beside):
        yield seeds[start : start + beside]
