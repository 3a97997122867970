"""One house style for every figure: plotly for the screen, and the same figure as an SVG file.

Colours, lines and text are mid-tones that keep their contrast on white and on black, and the
background is transparent, so one file serves the light and the dark theme.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

INK = "#7d7d7d"
COLOURS = ("#3d8fd1", "#d9802e", "#2a9d74", "#a86fc9")
DASHES = ("solid", "dash", "dot", "dashdot")
_SVG_DASHES = {"solid": "", "dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3"}


def figure(title: str, alt: str, panels: Sequence[tuple[str, str]]) -> go.Figure:
    """An empty figure of panels below each other.

    Args:
        title: what the figure shows.
        alt: the same in words with its numbers, for readers who do not see it; it travels in
            `layout.meta`.
        panels: (title of the x axis, title of the y axis) of each panel, top to bottom.
    """
    made = make_subplots(rows=len(panels), cols=1, vertical_spacing=0.16)
    for row, (x_title, y_title) in enumerate(panels, start=1):
        made.update_xaxes(title_text=x_title, gridcolor="rgba(125,125,125,0.25)", row=row, col=1)
        made.update_yaxes(title_text=y_title, gridcolor="rgba(125,125,125,0.25)", row=row, col=1)
    made.update_layout(
        template="none",
        title={"text": title, "font": {"size": 15}},
        font={"color": INK, "size": 12, "family": "sans-serif"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=list(COLOURS),
        height=140 + 260 * len(panels),
        margin={"l": 70, "r": 20, "t": 60, "b": 60},
        legend={"orientation": "h", "y": -0.12},
        meta={"alt": alt},
        hovermode="x unified",
    )
    return made


def add_curve(
    made: go.Figure,
    name: str,
    centre: NDArray[np.float64],
    half: NDArray[np.float64] | None = None,
    *,
    x: NDArray[Any] | None = None,
    style: int = 0,
    row: int = 1,
) -> None:
    """Draw a line with its interval as a band.

    Args:
        made: the figure.
        name: the line's name in the legend, once per name.
        centre: y values `[points]`; NaN leaves a gap.
        half: half the width of the interval at each point.
        x: x values; 0, 1, 2, ... by default.
        style: which colour and dash; the same name should keep the same style.
        row: the panel, from 1.
    """
    colour = COLOURS[style % len(COLOURS)]
    at = np.arange(len(centre)) if x is None else np.asarray(x)
    shown = any(trace.name == name and trace.mode == "lines" for trace in made.data)
    if half is not None:
        made.add_scatter(
            x=np.concatenate([at, at[::-1]]).tolist(),
            y=np.concatenate([centre + half, (centre - half)[::-1]]).tolist(),
            fill="toself",
            fillcolor=_faded(colour),
            line={"width": 0, "color": colour},
            mode="none",
            hoverinfo="skip",
            showlegend=False,
            legendgroup=name,
            name=name,
            row=row,
            col=1,
        )
    made.add_scatter(
        x=at.tolist(),
        y=np.asarray(centre).tolist(),
        mode="lines",
        line={"color": colour, "dash": DASHES[style % len(DASHES)], "width": 2},
        name=name,
        legendgroup=name,
        showlegend=not shown,
        row=row,
        col=1,
    )


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def shade(made: go.Figure, low: float, high: float, *, row: int = 1) -> None:
    """Tint the part of a panel between two x values."""
    made.add_vrect(
        x0=low, x1=high, fillcolor="rgba(125,125,125,0.15)", line_width=0, row=row, col=1
    )


def to_html(made: go.Figure, script: str) -> str:
    """A page with the interactive figure; `script` is the address of plotly's own script."""
    alt = html.escape(_alt(made), quote=True)
    body = made.to_html(full_html=False, include_plotlyjs=script, config={"displaylogo": False})
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<style>:root{color-scheme:light dark}body{margin:0;background:Canvas}</style>"
        f'</head><body><div role="img" aria-label="{alt}">{body}</div></body></html>'
    )


def _alt(made: go.Figure) -> str:
    meta = made.layout.meta or {}
    return str(meta.get("alt", ""))


def to_svg(made: go.Figure, width: int = 760) -> str:
    """The lines, markers and bands of a figure made by `figure`, as a picture without a browser.

    plotly's own picture export drives a Chromium; this draws from the same data in a few lines.
    """
    layout = made.to_plotly_json()["layout"]
    height = int(layout["height"]) + 40
    traces = [trace.to_plotly_json() for trace in made.data]
    title = layout["title"]["text"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">',
        f"<title>{html.escape(title)}</title><desc>{html.escape(_alt(made))}</desc>",
        f'<text x="20" y="24" font-size="15">{html.escape(title)}</text>',
    ]
    axes = [name.removeprefix("xaxis") for name in sorted(layout) if name.startswith("xaxis")]
    for suffix in axes:
        own = [trace for trace in traces if (trace.get("xaxis") or "x") == f"x{suffix}"]
        shapes = [s for s in layout.get("shapes", ()) if s.get("xref") == f"x{suffix}"]
        panel = _Panel(layout, suffix, own, width, height)
        parts += panel.frame()
        parts += [panel.tint(shape) for shape in shapes]
        parts += [panel.curve(trace) for trace in own]
    parts += _legend(traces, height)
    return "\n".join([*parts, "</svg>"])


class _Panel:
    """One pair of axes: where a value lies in the picture."""

    def __init__(
        self,
        layout: Mapping[str, Any],
        suffix: str,
        traces: Sequence[Mapping[str, Any]],
        width: int,
        height: int,
    ) -> None:
        self.x_axis, self.y_axis = layout[f"xaxis{suffix}"], layout[f"yaxis{suffix}"]
        self.x_span = _span([value for trace in traces for value in trace["x"]], 0.0)
        self.y_span = _span([value for trace in traces for value in trace["y"]], 0.05)
        low, high = (float(end) for end in self.y_axis["domain"])
        usable = height - 50 - 120
        self.left, self.right = 70.0, width - 20.0
        self.top: float = 50 + (1 - high) * usable
        self.bottom: float = 50 + (1 - low) * usable

    def at(self, x: float, y: float) -> str:
        return f"{self._x(x):.1f},{self._y(y):.1f}"

    def _x(self, x: float) -> float:
        low, high = self.x_span
        return self.left + (x - low) / (high - low) * (self.right - self.left)

    def _y(self, y: float) -> float:
        low, high = self.y_span
        return self.bottom - (y - low) / (high - low) * (self.bottom - self.top)

    def frame(self) -> list[str]:
        """Grid, tick labels and the two axis titles."""
        middle = (self.top + self.bottom) / 2
        parts = [
            f'<line x1="{self.left}" x2="{self.right}" y1="{self._y(y):.1f}" '
            f'y2="{self._y(y):.1f}" stroke="{INK}" stroke-opacity="0.25"/>'
            f'<text x="{self.left - 8}" y="{self._y(y) + 4:.1f}" text-anchor="end">{y:g}</text>'
            for y in _ticks(*self.y_span)
        ]
        parts += [
            f'<text x="{self._x(x):.1f}" y="{self.bottom + 16:.1f}" '
            f'text-anchor="middle">{x:g}</text>'
            for x in _ticks(*self.x_span)
        ]
        x_title, y_title = (axis["title"]["text"] for axis in (self.x_axis, self.y_axis))
        parts.append(
            f'<text x="{(self.left + self.right) / 2:.1f}" y="{self.bottom + 34:.1f}" '
            f'text-anchor="middle">{html.escape(x_title)}</text>'
            f'<text transform="translate(18,{middle:.1f}) rotate(-90)" '
            f'text-anchor="middle">{html.escape(y_title)}</text>'
        )
        return parts

    def tint(self, shape: Mapping[str, Any]) -> str:
        low, high = self._x(shape["x0"]), self._x(shape["x1"])
        return (
            f'<rect x="{low:.1f}" width="{high - low:.1f}" y="{self.top:.1f}" '
            f'height="{self.bottom - self.top:.1f}" fill="{INK}" fill-opacity="0.15"/>'
        )

    def curve(self, trace: Mapping[str, Any]) -> str:
        pairs = zip(trace["x"], trace["y"], strict=True)
        points = [(x, y) for x, y in pairs if y is not None and np.isfinite(y)]
        places = " ".join(self.at(x, y) for x, y in points)
        colour = trace.get("line", {}).get("color", INK)
        if trace.get("fill") == "toself":
            return f'<polygon points="{places}" fill="{colour}" fill-opacity="0.18"/>'
        if "lines" not in trace.get("mode", "lines"):
            colour = trace.get("marker", {}).get("color", colour)
            dots = (
                f'<circle cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="3"/>' for x, y in points
            )
            return f'<g fill="{colour}">{"".join(dots)}</g>'
        return f'<polyline points="{places}" {_stroke(trace)}/>'


def _span(values: Sequence[float | None], room: float) -> tuple[float, float]:
    finite = [value for value in values if value is not None and np.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return low - room * (high - low), high + room * (high - low)


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers within a range."""
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    return [float(round(index * step, 10)) for index in range(first, last + 1)]


def _stroke(trace: Mapping[str, Any]) -> str:
    line = trace.get("line", {})
    dash = _SVG_DASHES.get(line.get("dash", "solid"), "")
    return (
        f'fill="none" stroke="{line.get("color", INK)}" stroke-width="2" stroke-dasharray="{dash}"'
    )


def _legend(traces: Sequence[Mapping[str, Any]], height: int) -> list[str]:
    """The names of the lines, two in a row, from 34 pixels above the lower edge."""
    named = [trace for trace in traces if trace.get("showlegend", True) and trace.get("name")]
    parts = []
    for index, trace in enumerate(named):
        x, y = 70 + 340 * (index % 2), height - 34 + 20 * (index // 2)
        parts.append(
            f'<line x1="{x}" x2="{x + 28}" y1="{y - 4}" y2="{y - 4}" {_stroke(trace)}/>'
            f'<text x="{x + 34}" y="{y}">{html.escape(str(trace["name"]))}</text>'
        )
    return parts
