"""The settings of a pass over the layers of a model, and its results in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32, Float64, Int64
from numpy.typing import NDArray

from probes.layers.pooled import Pooling
from probes.layers.twins import Distortion, InfluenceTwin, Twin
from probes.metrics.entropy import Normalisation, normalise_entropy
from probes.metrics.states import Variant
from probes.types import ModelRecord, ProbeError
from probes.verdict import interval

if TYPE_CHECKING:
    import pandas

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a pass: what it computes beside the metrics of the whole prompts."""

    twins: tuple[Twin, ...] = ("whole", "without_first")
    distortion: Distortion = field(default_factory=Distortion)
    pooling: Pooling = "mean"
    influence: tuple[InfluenceTwin, ...] = ("whole", "without_first")
    """The twins whose Block Influence is wanted; massive dimensions are left out together with the first tokens."""
    dataset: bool = True
    """The metrics of the whole set, whose cost is not linear in the prompts."""
    lens_positions: int = 0
    """Positions per prompt that the logit lens reads, evenly spread; 0 for no lens."""
    variant: Variant = "definition"
    """`reference` computes entropy, curvature and the metrics of views as the authors' code does."""
    seed: int = 0
    batch_tokens: int = 1024


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One metric over the layers: mean over prompts with 95 % interval.

    `n` prompts had a value and `missing` had none; a layer without a value is NaN. For a metric of
    the whole set the interval is a jackknife over groups of prompts.
    """

    value: Float64[np.ndarray, " layers"]
    low: Float64[np.ndarray, " layers"]
    high: Float64[np.ndarray, " layers"]
    n: Int64[np.ndarray, " layers"]
    missing: Int64[np.ndarray, " layers"]


@dataclass(frozen=True, kw_only=True)
class LayerRow:
    """One layer of a table: the value, interval, count and missing prompts of each metric."""

    layer: int
    depth: float
    """Layer over the number of blocks: 0 the embeddings, 1 the last."""
    metrics: Mapping[str, tuple[float, float, float, int, int]]


@dataclass(frozen=True, kw_only=True)
class LayerTable:
    """The results of a pass, in the variant of every metric that its settings ask for.

    `prompts` has an array under `metric` for whole prompts and under `metric/twin` for the
    twins, `dataset` one of value, low and high for metrics of the whole set. Layer 0 is the input of the
    first block; `last` describes the last layer.
    """

    model: ModelRecord
    last: str
    settings: Settings
    tokens: Int64[np.ndarray, " prompts"]
    prompts: Mapping[str, Float64[np.ndarray, "prompts layers"]]
    dataset: Mapping[str, Float64[np.ndarray, "layers 3"]]
    pooled: Float32[np.ndarray, "layers prompts dim"]
    """One vector per layer and prompt."""

    @property
    def variant(self) -> Variant:
        """Return which variant was computed: the published formulas, or those of the authors' code."""
        return self.settings.variant

    @property
    def layers(self) -> int:
        """Return how many layers there are, the embeddings among them."""
        return len(self.pooled)

    def curve(self, metric: str) -> Curve:
        """Return the metric with that name over the layers.

        Raises:
            KeyError: the pass did not compute this metric.
        """
        if metric in self.prompts:
            return curve(self.prompts[metric])
        value, low, high = self.dataset[metric].T
        count = np.where(np.isfinite(value), len(self.tokens), 0)
        return Curve(value=value, low=low, high=high, n=count, missing=len(self.tokens) - count)

    def normalised(
        self, normalisation: Normalisation, twin: Twin = "whole"
    ) -> Float64[np.ndarray, "prompts layers"]:
        """Return S_1 as a share; see `metrics.normalise_entropy`."""
        s1, tokens, dims = (self.prompts[key(name, twin)] for name in ("s1", "tokens", "dims"))
        shares = np.full(s1.shape, np.nan)
        for at in np.argwhere(np.isfinite(s1)):
            i = tuple(at)
            shares[i] = normalise_entropy(float(s1[i]), int(tokens[i]), int(dims[i]), normalisation)
        return shares

    def rows(self) -> list[LayerRow]:
        """Return the table, a row per layer."""
        curves = {name: self.curve(name) for name in (*self.prompts, *self.dataset)}
        return [
            LayerRow(
                layer=layer,
                depth=layer / max(self.layers - 1, 1),
                metrics={
                    name: (
                        float(found.value[layer]),
                        float(found.low[layer]),
                        float(found.high[layer]),
                        int(found.n[layer]),
                        int(found.missing[layer]),
                    )
                    for name, found in curves.items()
                },
            )
            for layer in range(self.layers)
        ]

    def to_frame(self) -> "pandas.DataFrame":
        """Return the table as a pandas frame, a row for each layer and metric; see `Curve` for its columns.

        Raises:
            ProbeError: pandas is not installed.
        """
        try:
            # pandas is no dependency of the probes.
            import pandas  # noqa: PLC0415  the extra `tables` may not be installed
        except ImportError as error:
            raise ProbeError(f"a frame needs pandas; {_EXTRA}") from error
        columns = ("value", "low", "high", "n", "missing")
        return pandas.DataFrame(
            [
                {"model": self.model.id, "layer": row.layer, "depth": row.depth, "metric": metric}
                | dict(zip(columns, numbers, strict=True))
                for row in self.rows()
                for metric, numbers in row.metrics.items()
            ]
        )

    def to_parquet(self, path: Path) -> None:
        """Write the frame to a Parquet file.

        Raises:
            ProbeError: pandas or pyarrow is not installed, or the file cannot be written.
        """
        frame = self.to_frame()
        try:
            frame.to_parquet(path, engine="pyarrow", index=False)
        except ImportError as error:
            raise ProbeError(f"a Parquet file needs pyarrow; {_EXTRA}") from error
        except OSError as error:
            raise ProbeError(f"cannot write {path}: {error.strerror or error}") from error


_EXTRA = 'pip install "inquiring-lines[tables]"'


def curve(values: Float64[np.ndarray, "prompts layers"]) -> Curve:
    """Return the mean over prompts with its 95 % interval, per layer."""
    finite = np.isfinite(values)
    counts = finite.sum(axis=0)
    made = np.full((3, values.shape[1]), np.nan)
    for layer in np.flatnonzero(counts):
        defined = values[finite[:, layer], layer]
        made[:, layer] = (defined.mean(), *interval(defined))
    return Curve(value=made[0], low=made[1], high=made[2], n=counts, missing=len(values) - counts)


def middle(count: int) -> Int64[np.ndarray, " layers"]:
    """Return the layers from one third to two thirds of the depth, ends included, of `count` layers."""
    last = count - 1
    return np.arange(int(np.ceil(last / 3)), int(np.floor(2 * last / 3)) + 1)


def key(metric: str, twin: Twin) -> str:
    """Return the name of a twin's metric in `LayerTable.prompts`."""
    return metric if twin == "whole" else f"{metric}/{twin}"
