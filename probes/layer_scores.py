"""Task scores of a model's layers as one cell of a sweep."""

import functools
from collections.abc import Callable
from pathlib import Path

from probes import layer_tasks, models
from probes.encoder import checked_layer
from probes.sweep import Cell, Values


def score(cell: Cell, cache: Path) -> Values:
    """Task scores per layer with 95 % bootstrap intervals: `{task: {layer: [mean, low, high]}}`.

    With `functools.partial(score, cache=...)` it is the `work` of `probes.sweep.sweep`.

    Raises:
        UsageError, ProbeError: an unknown model, layer or task file.
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


def scoring(cache: Path) -> Callable[[Cell], Values]:
    """`score` with its folder for converted models, as a sweep's picklable `work`."""
    return functools.partial(score, cache=cache)


_loaded = functools.lru_cache(maxsize=1)(models.load)
