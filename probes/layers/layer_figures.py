"""Lines of a layer figure: a local curve with its interval, and published curves beside it."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.layers import published
from probes.layers.layer_table import curve

LAYERS = "layer (0 = embeddings)"
BESIDE = {"Pythia-410M": 1, "Llama-3-8B": 2, "Mamba-370M": 3}
"""A local curve is drawn next to these published models, each with its style."""
DEPTH = "share of depth"


def add(
    made: "go.Figure",
    name: str,
    values: NDArray[np.float64],
    *,
    style: int,
    row: int,
    x: NDArray[Any] | None = None,
) -> None:
    """Draw the mean over prompts of `values` [prompts, points] with its 95 % interval."""
    found = curve(values)
    half = (found.high - found.low) / 2
    shown = np.isfinite(found.value)
    at = np.arange(values.shape[1])[shown] if x is None else np.asarray(x)[shown]
    plotting.add_curve(made, name, found.value[shown], half[shown], x=at, style=style, row=row)


def add_published(made: "go.Figure", metric: published.Metric, *, row: int) -> None:
    """Draw the published curves over the share of depth."""
    known = published.curves(metric)
    for model, style in BESIDE.items():
        beside = known[model]
        name = f"{model} (published)"
        plotting.add_curve(made, name, beside.values, x=beside.depth, style=style, row=row)


def shares(layers: int) -> NDArray[np.float64]:
    """Return where the layers lie, as shares of the depth."""
    return np.linspace(0.0, 1.0, layers)
