"""Published curves, which figures draw beside a local result."""

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import numpy as np
from jaxtyping import Float64

Metric = Literal["prompt_entropy", "dataset_entropy", "curvature"]


@dataclass(frozen=True, kw_only=True)
class PublishedCurve:
    """One metric of one published model over its layers, in the authors' reference variant."""

    model: str
    metric: Metric
    values: Float64[np.ndarray, " layers"]
    source: str

    @property
    def depth(self) -> Float64[np.ndarray, " layers"]:
        """Return where the values lie, as a share of the depth in [0, 1]."""
        return np.linspace(0.0, 1.0, len(self.values))


def curves(metric: Metric) -> dict[str, PublishedCurve]:
    """Return the published curves of a metric by model; read from `layerwise.json`, which names its source.

    Raises:
        KeyError: no curve is kept for that metric.
    """
    record = _record()
    return {
        model: PublishedCurve(
            model=model,
            metric=metric,
            values=np.array(kept[metric]),
            source=record["source"],
        )
        for model, kept in record["models"].items()
    }


@functools.cache
def _record() -> dict[str, Any]:
    text = resources.files(__name__).joinpath("layerwise.json").read_text("utf-8")
    return dict(json.loads(text))
