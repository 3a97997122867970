"""Save a figure as a picture: as SVG directly, or as PNG through matplotlib where that is installed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from probes import plotting
from probes.errors import ProbeError, UsageError
from probes.layers import layer_figures

if TYPE_CHECKING:
    from probes.layers.layer_table import LayerTable

_INCHES = (6.4, 2.8)
"""The width and height of one panel."""
_DPI = 200
_DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}


def of_table(table: "LayerTable", metrics: Sequence[str] = ("entropy",)) -> go.Figure:
    """Return a panel for each metric of a table over its layers, with its 95 % intervals.

    Raises:
        UsageError: the pass did not compute one of the metrics.
    """
    known = (*table.prompts, *table.dataset)
    if unknown := [metric for metric in metrics if metric not in known]:
        raise UsageError(f"the table has no metric {unknown[0]!r}; it has: {', '.join(known)}")
    title = f"{', '.join(metrics)} by layer, {table.model.id}"
    alt = f"{title}, over {len(table.tokens)} texts; the last layer is taken {table.last}."
    made = plotting.figure(title, alt, [(layer_figures.LAYERS, metric) for metric in metrics])
    for row, metric in enumerate(metrics, 1):
        curve = table.curve(metric)
        shown = np.isfinite(curve.value)
        plotting.add_curve(
            made, metric, curve.value[shown], (curve.high - curve.low)[shown] / 2,
            x=np.flatnonzero(shown), style=row - 1, row=row,
        )  # fmt: skip
    return plotting.arranged(made)


def save(made: go.Figure | Mapping[str, Any], path: Path) -> None:
    """Write a figure, or plotly's JSON of one, to a file whose ending says how: `.svg` or `.png`.

    Raises:
        UsageError: the file has another ending.
        ProbeError: matplotlib is not installed, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise UsageError(f"a picture is a .svg or a .png file, not {path.name!r}")
    try:
        if ending == ".svg":
            path.write_text(plotting.to_svg(go.Figure(made)), "utf-8")
        else:
            _draw(go.Figure(made), path)
    except OSError as error:
        raise ProbeError(f"cannot write {path}: {error.strerror or error}") from error


def _draw(made: go.Figure, path: Path) -> None:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  the extra `tables` may not be installed
    except ImportError as error:
        raise ProbeError(
            'a PNG needs matplotlib; pip install "inquiring-lines[tables]", or write an .svg'
        ) from error
    layout = made.to_plotly_json()["layout"]
    headings = [plain(note["text"]) for note in layout["annotations"]]
    width, height = _INCHES
    drawn = Figure(figsize=(width, height * len(headings) + 0.5), layout="constrained")
    drawn.suptitle(plain(layout["title"]["text"]), fontsize="medium", wrap=True)
    panels = drawn.subplots(len(headings), 1, squeeze=False)[:, 0]
    for number, (panel, heading) in enumerate(zip(panels, headings, strict=True), 1):
        suffix = str(number) if number > 1 else ""
        panel.set_title(heading, fontsize="small", loc="left")
        panel.set_xlabel(plain(layout[f"xaxis{suffix}"]["title"]["text"]), fontsize="small")
        panel.grid(alpha=0.3)
        for shape in layout.get("shapes", ()):
            if shape.get("xref") == f"x{suffix}":
                panel.axvspan(shape["x0"], shape["x1"], color=plotting.INK, alpha=0.15, linewidth=0)
        for trace in (one.to_plotly_json() for one in made.data):
            if (trace.get("xaxis") or "x") == f"x{suffix}":
                _trace(panel, trace)
        if panel.get_legend_handles_labels()[0]:
            panel.legend(fontsize="x-small", frameon=False)
    meta = layout.get("meta") or {}
    drawn.savefig(path, dpi=_DPI, metadata={"Description": str(meta.get("alt", ""))})


def _trace(panel: Any, trace: dict[str, Any]) -> None:
    """Draw a line, its markers, or the band of its interval."""
    x, y = ([np.nan if v is None else v for v in trace[axis]] for axis in ("x", "y"))
    line, marker = trace.get("line") or {}, trace.get("marker") or {}
    colour = line.get("color") or marker.get("color") or plotting.INK
    if trace.get("fill") == "toself":
        panel.fill(x, y, color=colour, alpha=0.18, linewidth=0)
        return
    lines = "lines" in str(trace.get("mode", "lines"))
    panel.plot(
        x,
        y,
        color=colour if isinstance(colour, str) else plotting.INK,
        linestyle=_DASHES.get(line.get("dash") or "solid", "-") if lines else "none",
        marker="o" if "markers" in str(trace.get("mode", "")) else None,
        markersize=3,
        label=trace.get("name") if trace.get("showlegend", True) else None,
    )


def plain(text: str) -> str:
    """Return the text of a label in one line; plotly breaks lines with a tag."""
    return text.replace("<br>", " ")
