"""Draw every figure in one house style: with plotly for the screen, and the same figure as an SVG file.

Colours, lines and text are mid-tones that keep their contrast on white and on black, and the
background is transparent, so one file serves the light and the dark theme.
"""

import html
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

INK = "#7d7d7d"
COLOURS = ("#3d8fd1", "#cc7325", "#2a9d74", "#a86fc9")
DASHES = ("solid", "dash", "dot", "dashdot")
_SVG_DASHES = {"solid": "", "dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3"}

# Heights and widths in pixels: of a panel, of the heading above it, of ticks and axis title below it, of a line of
# text, and of a figure's edges.
_PANEL, _BELOW, _LINE, _GAP = 190, 46, 18, 18
_LEFT, _RIGHT, _LOWER = 52, 16, 8
_NARROW = 390
"""The width of a telephone, in which titles and legends must find room."""
_LETTER, _KEY = 7.0, 52
"""The width of a letter of a legend, and of the line beside a name with its margins."""
_ROOM = 0.05
"""This share of the range stays free at either end of an axis, so that no line or marker touches its end."""


def figure(title: str, alt: str, panels: Sequence[tuple[str, str]]) -> "go.Figure":
    """Return an empty figure of panels below each other; `arranged` gives it its measures when drawn.

    Args:
        title: what the figure shows.
        alt: the figure in words with its numbers, for readers who do not see it; it is kept in `layout.meta`.
        panels: for each panel, top to bottom, the title of the x axis, and its heading: what it shows and in which
            unit. The heading stands above the panel, because a name of any length can be read there.
    """
    made = make_subplots(rows=len(panels), cols=1)
    grid = {"gridcolor": "rgba(125,125,125,0.25)", "zeroline": False}
    axes: dict[str, Any] = {}
    for row, (x_title, _) in enumerate(panels, start=1):
        suffix = _suffix(row)
        axes[f"xaxis{suffix}"] = {"title": {"text": x_title, "standoff": 6}, **grid}
        axes[f"yaxis{suffix}"] = {"hoverformat": ".3~f", **grid}
    headings = [
        {
            "text": _wrapped(heading, 46), "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left",
            "yanchor": "bottom", "xshift": 10 - _LEFT, "yshift": 6, "align": "left", "showarrow": False,
        }
        for _, heading in panels
    ]  # fmt: skip
    # All at once: plotly checks the whole layout at every change.
    made.update_layout(
        **axes,
        annotations=headings,
        template="none",
        title={
            "text": _wrapped(title, 46), "font": {"size": 15}, "x": 0, "y": 1, "xref": "container",
            "yref": "container", "xanchor": "left", "yanchor": "top", "pad": {"l": 10, "t": 12},
        },
        font={"color": INK, "size": 12, "family": "sans-serif"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=list(COLOURS),
        meta={"alt": alt},
        hovermode="x unified",
        # The picture has its own paper, which is light in either theme.
        hoverlabel={
            "bgcolor": "rgba(250,250,250,0.95)", "font": {"color": "#222222"}, "namelength": -1,
        },
    )  # fmt: skip
    return made


def add_curve(
    made: "go.Figure",
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
        name: the line's name in the legend.
        centre: y values `[points]`; NaN leaves a gap.
        half: half the width of the interval at each point.
        x: x values; 0, 1, 2, ... by default.
        style: the number of a colour and dash; the same name should keep the same style.
        row: the panel, from 1.
    """
    colour = COLOURS[style % len(COLOURS)]
    at = np.arange(len(centre)) if x is None else np.asarray(x)
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
        row=row,
        col=1,
    )


def arranged(made: "go.Figure") -> "go.Figure":
    """Give a drawn figure its height, its panels their places, and each panel a legend of its own.

    A name stands once in a legend; a panel with the same names as the panel above it has no legend. The heights are
    those that a narrow screen needs. No axis can be moved or zoomed out of the range of what is drawn.
    """
    named: list[list[str]] = []
    for row, suffix in enumerate(_suffixes(made)):
        own = [trace for trace in made.data if (trace.xaxis or "x") == f"x{suffix}"]
        names: list[str] = []
        for trace in own:
            first = trace.showlegend is not False and trace.name not in names
            names += [trace.name] if first else []
            trace.update(
                legend=f"legend{suffix}", legendgroup=f"{row} {trace.name}", showlegend=first
            )
        if named and names == named[-1]:
            for trace in own:
                trace.showlegend = False
        named.append(names)
        for axis in ("x", "y"):
            low, high = _span([value for trace in own for value in trace[axis]], _ROOM)
            made.layout[f"{axis}axis{suffix}"].update(minallowed=low, maxallowed=high)
    shown = [[] if row and names == named[row - 1] else names for row, names in enumerate(named)]
    return _placed(made, [_legend_height(names) for names in shown])


def _placed(made: "go.Figure", legends: Sequence[int]) -> "go.Figure":
    """Stack the panels, each with its heading above and axis title and legend below."""
    headings = made.layout.annotations
    above = [(heading.text.count("<br>") + 1) * _LINE + 8 for heading in headings]
    heights = [
        heading + _PANEL + _BELOW + legend for heading, legend in zip(above, legends, strict=True)
    ]
    inside = sum(heights) + _GAP * (len(heights) - 1)
    further = made.layout.title.text.count("<br>")
    upper = 36 + 20 * further
    made.update_layout(
        height=upper + inside + _LOWER,
        margin={"l": _LEFT, "r": _RIGHT, "t": upper, "b": _LOWER},
        title_pad_t=12 + 20 * further,  # plotly hangs a title by its last line
    )
    top = 0
    for row, suffix in enumerate(_suffixes(made)):
        begin = top + above[row]
        end = begin + _PANEL
        made.layout[f"yaxis{suffix}"].domain = (1 - end / inside, 1 - begin / inside)
        headings[row].y = 1 - begin / inside
        made.layout[f"legend{suffix}"] = {
            "orientation": "h", "x": 0, "xanchor": "left", "yanchor": "top",
            "y": 1 - (end + _BELOW) / inside, "bgcolor": "rgba(0,0,0,0)", "tracegroupgap": 0,
        }  # fmt: skip
        top += heights[row] + _GAP
    return made


def _suffixes(made: "go.Figure") -> list[str]:
    """Return the suffix that plotly gives the axes of each panel, top to bottom: none, 2, 3, ..."""
    return [_suffix(row) for row in range(1, len(made.layout.annotations) + 1)]


def _suffix(row: int) -> str:
    return str(row) if row > 1 else ""


def _legend_height(names: Sequence[str]) -> int:
    """Return pixels that a legend takes on a narrow screen, in columns as wide as its longest name."""
    return _LINE * _legend_rows(names, _NARROW - _LEFT - _RIGHT)


def _legend_rows(names: Sequence[str], width: float) -> int:
    return -(-len(names) // _legend_columns(names, width)) if names else 0


def _legend_columns(names: Sequence[str], width: float) -> int:
    widest = _KEY + _LETTER * max(map(len, names))
    return max(int(width // widest), 1)


def _wrapped(text: str, letters: int) -> str:
    return "<br>".join(textwrap.wrap(text, letters)) or text


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def shade(made: "go.Figure", low: float, high: float, *, row: int = 1) -> None:
    """Tint the part of a panel between two x values."""
    made.add_vrect(
        x0=low, x1=high, fillcolor="rgba(125,125,125,0.15)", line_width=0, row=row, col=1
    )


def to_html(made: "go.Figure", script: str) -> str:
    """Return a page with the interactive figure; `script` is the address of plotly's own script."""
    alt = html.escape(_alt(made), quote=True)
    body = made.to_html(full_html=False, include_plotlyjs=script, config={"displaylogo": False})
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(_title(made))}</title>"
        "<style>:root{color-scheme:light dark}body{margin:0;background:Canvas}"
        ".main-svg text:not(.hoverlayer text){fill:CanvasText!important}</style>"
        f'</head><body><div role="img" aria-label="{alt}">{body}</div></body></html>'
    )


def _title(made: "go.Figure") -> str:
    return str(made.layout.title.text).replace("<br>", " ")


def _alt(made: "go.Figure") -> str:
    meta = made.layout.meta or {}
    return str(meta.get("alt", ""))


def to_svg(made: "go.Figure", width: int = _NARROW) -> str:
    """Return the lines, markers and bands of an arranged figure, as a picture without a browser.

    plotly's own picture export drives a Chromium; this function draws from the same data in a few lines.
    The picture is as wide as a telephone, so that its text can be read on one.
    """
    layout = made.to_plotly_json()["layout"]
    height = layout["height"]
    traces = [trace.to_plotly_json() for trace in made.data]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">',
        f"<title>{html.escape(_title(made))}</title><desc>{html.escape(_alt(made))}</desc>",
        *_lines(layout["title"]["text"], 10, 24, ' font-size="15"', 20),
    ]
    for suffix, heading in zip(_suffixes(made), layout["annotations"], strict=True):
        own = [trace for trace in traces if (trace.get("xaxis") or "x") == f"x{suffix}"]
        shapes = [s for s in layout.get("shapes", ()) if s.get("xref") == f"x{suffix}"]
        panel = _Panel(layout, suffix, own, width)
        above = panel.top - 8 - heading["text"].count("<br>") * _LINE
        parts += _lines(heading["text"], 10, above, "", _LINE)
        parts += panel.frame()
        parts += [panel.tint(shape) for shape in shapes]
        parts += [panel.curve(trace) for trace in own]
        parts += panel.legend()
    return "\n".join([*parts, "</svg>"])


def _lines(text: str, x: float, y: float, style: str, step: int) -> list[str]:
    """Return text in lines, each `step` pixels below the one before."""
    return [
        f'<text x="{x}" y="{y + step * number:.1f}"{style}>{html.escape(line)}</text>'
        for number, line in enumerate(text.split("<br>"))
    ]


class _Panel:
    """One pair of axes: where a value lies in the picture."""

    def __init__(
        self,
        layout: Mapping[str, Any],
        suffix: str,
        traces: Sequence[Mapping[str, Any]],
        width: int,
    ) -> None:
        self.x_title = layout[f"xaxis{suffix}"]["title"]["text"]
        self.traces = traces
        self.x_span = _span([value for trace in traces for value in trace["x"]], 0.0)
        self.y_span = _span([value for trace in traces for value in trace["y"]], _ROOM)
        low, high = (float(end) for end in layout[f"yaxis{suffix}"]["domain"])
        margin = layout["margin"]
        inside = layout["height"] - margin["t"] - margin["b"]
        self.left, self.right = float(_LEFT), float(width - _RIGHT)
        self.top: float = margin["t"] + (1 - high) * inside
        self.bottom: float = margin["t"] + (1 - low) * inside

    def at(self, x: float, y: float) -> str:
        return f"{self._x(x):.1f},{self._y(y):.1f}"

    def _x(self, x: float) -> float:
        low, high = self.x_span
        return self.left + (x - low) / (high - low) * (self.right - self.left)

    def _y(self, y: float) -> float:
        low, high = self.y_span
        return self.bottom - (y - low) / (high - low) * (self.bottom - self.top)

    def frame(self) -> list[str]:
        """Return grid, tick labels and the title of the x axis."""
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
        parts.append(
            f'<text x="{(self.left + self.right) / 2:.1f}" y="{self.bottom + 34:.1f}" '
            f'text-anchor="middle">{html.escape(self.x_title)}</text>'
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

    def legend(self) -> list[str]:
        """Return the names of the lines below the axis, in columns as wide as the longest."""
        named = [trace for trace in self.traces if trace.get("showlegend")]
        if not named:
            return []
        columns = _legend_columns([trace["name"] for trace in named], self.right - self.left)
        step = (self.right - self.left) / columns
        parts = []
        for number, trace in enumerate(named):
            x = self.left + step * (number % columns)
            y = self.bottom + _BELOW + 12 + _LINE * (number // columns)
            parts.append(
                f'<line x1="{x:.1f}" x2="{x + 28:.1f}" y1="{y - 4:.1f}" y2="{y - 4:.1f}" '
                f"{_stroke(trace)}/>"
                f'<text x="{x + 34:.1f}" y="{y:.1f}">{html.escape(str(trace["name"]))}</text>'
            )
        return parts


def _span(values: Sequence[float | None], room: float) -> tuple[float, float]:
    finite = [value for value in values if value is not None and np.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return low - room * (high - low), high + room * (high - low)


def _ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers within a range."""
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
