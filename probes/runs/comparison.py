"""Compare runs side by side: their verdicts in a table, their curves in one figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from probes import plotting, registry
from probes.layers.layer_table import curve
from probes.runs import evidence
from probes.types import Array, Arrays, ProbeError, Result, UsageError

MOST = 4
"""One figure shows at most so many runs, as many as there are styles."""
_PANELS = 4


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One run of a comparison, and how it differs from the first one."""

    result: Result
    label: str
    differs: Mapping[str, tuple[Any, Any]]
    """Parameters and model whose value is not that of the first run: (first, here)."""
    overlaps: bool
    """This says whether its interval and that of the first run have a value in common."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Runs of one probe side by side: the table in `runs`, the curves in `figure`."""

    runs: tuple[Compared, ...]
    figure: "go.Figure"
    metrics: tuple[str, ...]
    """The arrays that are drawn, each in a panel of its own."""

    def as_json(self) -> dict[str, Any]:
        """Return the table as plain JSON values."""
        return {
            "probe": self.runs[0].result.probe,
            "unit": self.runs[0].result.unit,
            "metrics": list(self.metrics),
            "runs": [
                {
                    "id": run.result.id,
                    "label": run.label,
                    "model": run.result.model.id,
                    "verdict": run.result.verdict,
                    "outcome": run.result.shown,
                    "effect": run.result.effect,
                    "interval": list(run.result.interval),
                    "n": run.result.n,
                    "differs": {name: list(values) for name, values in run.differs.items()},
                    "overlaps_first": run.overlaps,
                }
                for run in self.runs
            ],
        }


def load(
    data_dir: Path, identities: Sequence[str], metrics: Sequence[str] | None = None
) -> Comparison:
    """Compare kept evidence; see `compare`.

    Raises:
        UsageError: an id is unknown or named twice, or the runs cannot be compared.
        ProbeError: a run is damaged.
    """
    twice = next((each for each in identities if identities.count(each) > 1), None)
    if twice:
        raise UsageError(f"{twice} is named twice; name different runs")
    results = [evidence.load(data_dir, identity) for identity in identities]
    return compare(results, [evidence.arrays(data_dir, name) for name in identities], metrics)


def save(found: Comparison, data_dir: Path) -> Path:
    """Keep the figure as `comparisons/ID+ID.html` with an SVG beside it; return the page.

    Raises:
        ProbeError: the folder cannot be written.
    """
    page = data_dir / "comparisons" / f"{'+'.join(run.result.id for run in found.runs)}.html"
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.with_suffix(".svg").write_text(plotting.to_svg(found.figure), "utf-8")
        # All figures share this script.
        made = plotting.to_html(found.figure, "../evidence/plotly.min.js")
        page.write_text(made, "utf-8")
    except OSError as error:
        raise ProbeError(
            f"cannot keep the figure in {page.parent}: {error.strerror or error}; "
            "choose a writable folder with --data-dir"
        ) from error
    return page


def compare(
    results: Sequence[Result], arrays: Sequence[Arrays], metrics: Sequence[str] | None = None
) -> Comparison:
    """Overlay two to four runs of one probe; the others are compared with the first.

    Every array `[units, layers]` that all runs hold is a curve per run: mean over its units with
    the 95 % interval, over the share of depth, so that models of different depth lie on top of
    each other. By default the arrays that the probe names are drawn, else the first four.

    Args:
        results: as `evidence.load` gives them.
        arrays: what each run measured, in the same order.
        metrics: names of the arrays to draw.

    Raises:
        UsageError: there are fewer than two runs or more than four, they are of different probes, or a run lacks
            one of the arrays.
    """
    _check(results)
    drawable = _drawable(arrays)
    chosen = tuple(metrics or _usual(results[0].probe, drawable))
    if not chosen or not set(chosen) <= set(drawable):
        unknown = ", ".join(sorted(set(chosen) - set(drawable))) or "a curve"
        raise UsageError(
            f"not every run holds {unknown}; curves they share: {', '.join(drawable) or 'none'}"
        )
    labels = _labels(results)
    runs = tuple(
        Compared(
            result=result,
            label=label,
            differs=_differences(results[0], result),
            overlaps=_overlap(results[0].interval, result.interval),
        )
        for result, label in zip(results, labels, strict=True)
    )
    return Comparison(runs=runs, figure=_draw(runs, arrays, chosen), metrics=chosen)


def _check(results: Sequence[Result]) -> None:
    if not 2 <= len(results) <= MOST:
        raise UsageError(f"a comparison takes 2 to {MOST} runs, not {len(results)}")
    probes = sorted({result.probe for result in results})
    if len(probes) > 1:
        raise UsageError(
            f"only runs of one probe can be compared; these are of {' and '.join(probes)}"
        )


def _usual(probe: str, drawable: Sequence[str]) -> Sequence[str]:
    known = registry.discover().get(probe)
    named = [name for name in known.compared if name in drawable] if known else []
    return named or drawable[:_PANELS]


def _drawable(arrays: Sequence[Arrays]) -> list[str]:
    """Return the names of the arrays `[units, layers]` that all runs hold, in the first run's order.

    A run's arrays are layered where their second axis has the length that most of them share.
    """
    shared = [name for name in arrays[0] if all(name in other for other in arrays)]
    return [name for name in shared if all(_layered(other, other[name]) for other in arrays)]


def _layered(arrays: Arrays, array: Array) -> bool:
    widths = [one.shape[1] for one in arrays.values() if one.ndim == 2 and one.shape[1] > 2]
    usual = max(set(widths), key=widths.count) if widths else 0
    return array.ndim == 2 and array.shape[1] == usual and array.dtype.kind in "fiu"


def _labels(results: Sequence[Result]) -> list[str]:
    """Return the model where that tells the runs apart, else the id."""
    models = [result.model.id for result in results]
    if len(set(models)) == len(models):
        return models
    return [f"{result.model.id} ({result.id})" for result in results]


def _differences(first: Result, other: Result) -> dict[str, tuple[Any, Any]]:
    before = {**first.parameters, "model": first.model.id, "revision": first.model.revision}
    after = {**other.parameters, "model": other.model.id, "revision": other.model.revision}
    before["prompts"] = first.prompts.get("sha256")
    after["prompts"] = other.prompts.get("sha256")
    names = sorted({*before, *after})
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])


def _draw(
    runs: Sequence[Compared], arrays: Sequence[Arrays], metrics: Sequence[str]
) -> "go.Figure":
    told = "; ".join(
        f"{run.label}: {run.result.shown}, {run.result.effect:+.3f} "
        f"({run.result.interval[0]:+.3f} to {run.result.interval[1]:+.3f}), n = {run.result.n}"
        for run in runs
    )
    made = plotting.figure(
        f"{runs[0].result.probe}: {len(runs)} runs",
        f"{', '.join(metrics)} over the share of depth for {len(runs)} runs of "
        f"{runs[0].result.probe}. Effects in {runs[0].result.unit}: {told}.",
        [("share of depth", name.replace("_", " ")) for name in metrics],
    )
    for row, name in enumerate(metrics, start=1):
        for style, (run, measured) in enumerate(zip(runs, arrays, strict=True)):
            found = curve(np.asarray(measured[name], dtype=np.float64))
            shown = np.isfinite(found.value)
            plotting.add_curve(
                made,
                run.label,
                found.value[shown],
                ((found.high - found.low) / 2)[shown],
                x=np.linspace(0.0, 1.0, len(found.value))[shown],
                style=style,
                row=row,
            )
    return plotting.arranged(made)
