"""Layer metrics at several steps of a training: of small networks trained here, or of a model's checkpoints."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from probes.layers import layer_table, passes
from probes.layers.twins import COLUMNS, Twin, prompts_metrics
from probes.models import direction
from probes.networks import training
from probes.networks.small_networks import Parameters, Shape, initial, states
from probes.networks.training import Budget, Bytes, Checkpoint
from probes.texts import datasets
from probes.types import Array, Lab, ProbeError, Progress

TWINS: tuple[Twin, ...] = ("whole", "without_first", "without_massive_dimensions")
METRICS = ("entropy", "effective_rank", "curvature")
PROMPTS = 12
"""Networks that are trained here are measured on so many held-out stretches of text."""


def of_networks(
    shape: Shape, texts: Sequence[str], budget: Budget, progress: Progress
) -> dict[str, Array]:
    """Train decoders side by side; measure them before training, and at steps that double up to the last.

    Returns:
        Each metric and twin `[checkpoints, runs, layers]`, a mean over held-out stretches; `untrained`, the entropy of
        two draws of random weights `[2, runs, layers]`; `steps` `[checkpoints]`; `loss` on held-out text `[checkpoints,
        runs]`, nats per byte.

    Raises:
        ProbeError: there is too little text.
    """
    data, rest = training.split(texts, budget.length)
    prompts = training.windows(rest, budget.length, PROMPTS)
    halvings = range(int(np.log2(budget.steps)))
    steps = sorted({0, *(budget.steps >> halving for halving in halvings)})
    seen: list[dict[str, Array]] = []
    losses: list[Array] = []

    def see(checkpoint: Checkpoint) -> None:
        seen.append(_of_network(shape, checkpoint.parameters, prompts))
        losses.append(checkpoint.loss)

    training.train(
        shape, "next token", data, prompts, budget, steps, see,
        lambda share: progress(share, "training"),
    )  # fmt: skip
    seeds = tuple(_DRAW + budget.seed * 1_000 + run for run in range(budget.runs))
    other = _of_network(shape, initial(shape, seeds), prompts)["entropy"]
    found = {name: np.stack([one[name] for one in seen]) for name in seen[0]}
    return found | {
        "untrained": np.stack([found["entropy"][0], other]),
        "steps": np.array(steps),
        "loss": np.stack(losses),
    }


def of_checkpoints(
    lab: Lab, names: Sequence[str], texts: Sequence[str], max_tokens: int, seed: int, progress: Progress
) -> dict[str, Array]:  # fmt: skip
    """Measure a model's checkpoints on the same texts, one after the other.

    Args:
        lab: the lab that loads them; each but the last leaves memory once it is measured.
        names: their names for the lab, in the order of training.
        texts: the prompts.
        max_tokens: longer ones are cut.
        seed: the seed of the untrained draws.
        progress: called with what is being measured.

    Returns:
        As `of_networks`, with prompts in place of runs and without `loss`; `steps` are the numbers at the
        end of the names, or their positions where one has none.

    Raises:
        ProbeError: a checkpoint cannot be loaded, or reads in both directions.
    """
    found: list[dict[str, Array]] = []
    parts = len(names) + 2
    for place, name in enumerate(names):
        model = lab.load(name)
        if not direction.autoregressive(model):
            raise ProbeError(
                f"model {model.record.id} reads in both directions, and the valley is told of models that "
                "read in one; choose an autoregressive model such as EleutherAI/pythia-14m"
            )
        prompts = datasets.encode(model, texts, max_tokens)
        settings = layer_table.Settings(twins=TWINS, influence=(), dataset=False)
        advance = passes.part(progress, place, parts, f"checkpoint {place + 1} of {len(names)}")
        found.append(_named(passes.measure(model, prompts, settings, progress=advance).prompts))
        if place < len(names) - 1:
            lab.leave(name)
    bare = layer_table.Settings(twins=("whole",), influence=(), dataset=False)
    twins = [
        passes.measure(
            lab.untrained(names[-1], seed + draw), prompts, bare,
            progress=passes.part(progress, len(names) + draw, parts, "untrained networks"),
        ).prompts["entropy"]
        for draw in range(2)
    ]  # fmt: skip
    made = {key: np.stack([one[key] for one in found]) for key in found[0]}
    return made | {"untrained": np.stack(twins), "steps": np.array(steps(names))}


_DRAW = 500_000
"""This is added to the seeds of a second untrained draw, so that it differs from the first."""


def _of_network(shape: Shape, parameters: Parameters, prompts: Bytes) -> dict[str, Array]:
    """Return means over texts of each metric and twin, `[runs, layers]`."""
    runs = parameters["embedding"].shape[0]
    tokens = torch.tensor(prompts).expand(runs, -1, -1)
    with torch.no_grad():
        seen = states(shape, parameters, tokens, causal=True)
    rows = [[prompts_metrics(texts, TWINS) for texts in layer.double().numpy()] for layer in seen]
    found: dict[str, NDArray[np.float64]] = {}
    for metric in METRICS:
        column = COLUMNS.index(metric)
        for twin in TWINS:
            values = [[run[twin][:, column].mean() for run in layer] for layer in rows]
            found[layer_table.key(metric, twin)] = np.array(values).T
    return _named(found)


def _named(table: Mapping[str, Array]) -> dict[str, Array]:
    """Return the metrics that are kept, under names that a file of arrays can have."""
    keys = [layer_table.key(metric, twin) for metric in METRICS for twin in TWINS]
    return {key.replace("/", "_"): table[key] for key in keys}


def steps(names: Sequence[str]) -> list[int]:
    """Return the number at the end of each name, or its place in the row where one has none."""
    ends = [re.search(r"\d+$", name) for name in names]
    return [int(end[0]) for end in ends if end] if all(ends) else list(range(len(names)))
