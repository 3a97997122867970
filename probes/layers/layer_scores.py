"""The work of one cell of a sweep: task scores of a model's layers, or their metrics on prompts."""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np

from probes.layers import layer_tasks, passes
from probes.layers.encoder import checked_layer
from probes.layers.sweep import Cell, Values
from probes.models import laboratory
from probes.texts import datasets
from probes.texts.prompts import OWN


def score(cell: Cell, cache: Path) -> Values:
    """Return task scores per layer with 95 % bootstrap intervals: `{task: {layer: [mean, low, high]}}`.

    With `functools.partial(score, cache=...)` it is the `work` of `probes.layers.sweep.sweep`.

    Raises:
        UsageError, ProbeError: the model, layer or task file is unknown.
    """
    model = _loaded(cell.model, cache)
    wanted = [checked_layer(model, layer) for layer in cell.layers or range(model.layers)]
    tasks = layer_tasks.read(Path(cell.data)) if cell.data else layer_tasks.own_tasks()
    found = layer_tasks.score_layers(model, tasks, (cell.pooling,), max_tokens=cell.max_tokens)
    return {
        scored.task: {
            str(layer): [at.estimate, at.low, at.high]
            for layer, at in ((layer, scored.at(layer)) for layer in wanted)
        }
        for scored in found
    }


def measure(cell: Cell, cache: Path) -> Values:
    """Return metrics per layer with 95 % intervals: `{metric: {layer: [value, low, high]}}`.

    The cell's `data` is a file of prompts (see `probes.texts.datasets.read`), of which all with 16 tokens or more are
    measured; without a file the package's own prompts are used. An undefined value is null. Metrics of the whole set
    take the mean of a prompt's tokens.

    Raises:
        UsageError, ProbeError: the model or layer is unknown, or there are no prompts to measure.
    """
    model = _loaded(cell.model, cache)
    wanted = [checked_layer(model, layer) for layer in cell.layers or range(model.layers)]
    texts = datasets.read(Path(cell.data)) if cell.data else OWN
    table = passes.measure(model, datasets.encode(model, texts, cell.max_tokens))
    curves = {name: table.curve(name) for name in (*table.prompts, *table.dataset)}
    return {
        name: {
            str(layer): [
                float(line[layer]) if np.isfinite(line[layer]) else None
                for line in (found.value, found.low, found.high)
            ]
            for layer in wanted
        }
        for name, found in curves.items()
    }


def scoring(cache: Path) -> Callable[[Cell], Values]:
    """Return `score` with its folder for converted models, as a sweep's picklable `work`."""
    return functools.partial(score, cache=cache)


def measuring(cache: Path) -> Callable[[Cell], Values]:
    """Return `measure` with its folder for converted models, as a sweep's picklable `work`."""
    return functools.partial(measure, cache=cache)


_loaded = functools.lru_cache(maxsize=1)(laboratory.load)
