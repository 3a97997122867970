"""Prompts go through a model once; figures for each of its layers, tables, pictures and scores of tasks come out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.layers import layer_scores, layer_tasks, lenses, sweep
else:
    __getattr__ = on_demand.files(__name__)
