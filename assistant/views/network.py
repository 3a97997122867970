"""Draw the citation network as picture and table: the source grey, citing works green, cited works blue."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.text.people import family, in_short
from assistant.views.markup import Html, button, folded, join, link, tag

_WIDTH, _HEIGHT = 640, 360
# A work is a dot with this greatest radius, and the smallest one if there are hundreds.
_LARGEST, _SMALLEST = 11.0, 3.2
# The room around a dot, in its own radii, so that no two touch.
_SPACING = 2.5
# With more works than this, their names beside the dots would overlap.
_NAMED = 14
# The room for a name at either end, and the greatest factor by which a few works are spread.
_NAME, _SPREAD = 110, 2.0
# The least angle of a side of the circle, so that a single work does not stand among those of
# another side.
_LEAST = math.radians(50)
# Clockwise from the right: cited works, related works, citing works.
_ROUND = ("cited", "related", "citing")
_SAYS = {"citing": "cites this", "cited": "cited by this", "related": "related"}
_ROWS_OPEN = 12
"""The number of rows shown at once; the others stand in a fold."""


@dataclass(frozen=True)
class _Dot:
    row: Mapping[str, Any]
    x: float
    y: float


def network(here: str, rows: Sequence[Mapping[str, Any]]) -> Html:
    """Return the picture and the table of a citation network.

    Args:
        here: The key of the source in the middle.
        rows: The works around it, in the form of `assistant.pages.neighbours`.
    """
    if not rows:
        return Html()
    counts = {side: sum(row["side"] == side for row in rows) for side in _SAYS}
    alt = (
        f"Citation network: {counts['citing']} works cite this source, it cites {counts['cited']}"
        + (f", {counts['related']} are related otherwise" if counts["related"] else "")
        + ". The table below lists them."
    )
    legend = [
        tag("span", tag("span", class_=f"dot {side}", aria_hidden="true"), f"{says} ({counts[side]})")
        for side, says in (("citing", "cite this"), ("cited", "cited by this"), ("related", "related otherwise"))
        if counts[side]
    ]  # fmt: skip
    this = tag("span", tag("span", class_="dot this", aria_hidden="true"), "this source")
    return join(
        tag("figure", _picture(here, rows, alt), class_="network"),
        tag("p", this, *legend, class_="legend"),
        _table(rows[:_ROWS_OPEN]),
        folded(f"{len(rows) - _ROWS_OPEN} more works", _table(rows[_ROWS_OPEN:]), name="network")
        if len(rows) > _ROWS_OPEN
        else None,
    )


def placed(rows: Sequence[Mapping[str, Any]]) -> tuple[list[tuple[float, float]], float]:
    """Return the places of dots around the middle, and their radius; all dots are inside the picture."""
    radius = _LARGEST
    while True:
        found = list(_places([row["side"] for row in rows], radius))
        if radius <= _SMALLEST or all(_inside(x, y, radius) for x, y in found):
            break
        radius *= 0.93
    # A few works spread out, with room for names at the left and right.
    wide = min((_WIDTH / 2 - _NAME - radius) / max(abs(x) for x, _ in found), _SPREAD)
    high = (
        min((_HEIGHT / 2 - 2 * radius) / max(abs(y) for _, y in found), _SPREAD)
        if any(y for _, y in found)
        else 1.0
    )
    return [(x * max(wide, 1.0), y * max(high, 1.0)) for x, y in found], radius


def _inside(x: float, y: float, radius: float) -> bool:
    return abs(x) + radius <= _WIDTH / 2 and abs(y) + radius <= _HEIGHT / 2


def _places(sides: Sequence[str], radius: float) -> Iterator[tuple[float, float]]:
    """Yield places on rings; each side has a part of the circle in proportion to its works."""
    angles = _angles(sides)
    taken = {side: list(_arc(*angles[side], sides.count(side), radius)) for side in angles}
    for side in sides:
        yield taken[side].pop(0)


def _angles(sides: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return the start and end angle of each present side, with cited works around the right."""
    there = [side for side in _ROUND if side in sides]
    free = math.tau - _LEAST * len(there)
    widths = {side: _LEAST + free * sides.count(side) / len(sides) for side in there}
    at = -widths[there[0]] / 2
    found = {}
    for side in there:
        found[side] = (at, at + widths[side])
        at += widths[side]
    return found


def _arc(begin: float, end: float, count: int, radius: float) -> Iterator[tuple[float, float]]:
    ring, left = 0, count
    while left:
        # Rings are wider than they are high, like the picture.
        reach = 4 * radius + 30 + ring * radius * _SPACING
        most = max(1, int((end - begin) * reach / (radius * _SPACING)))
        here = min(left, most)
        for step in range(here):
            angle = begin + (end - begin) * (step + 0.5) / here
            yield reach * math.cos(angle) * 1.25, reach * math.sin(angle)
        left -= here
        ring += 1


def _picture(here: str, rows: Sequence[Mapping[str, Any]], alt: str) -> Html:
    places, radius = placed(rows)
    dots = [
        _Dot(row, x + _WIDTH / 2, y + _HEIGHT / 2) for row, (x, y) in zip(rows, places, strict=True)
    ]
    lines = [
        tag("line", x1=_WIDTH / 2, y1=_HEIGHT / 2, x2=f"{dot.x:.1f}", y2=f"{dot.y:.1f}", class_=dot.row["side"])
        for dot in dots
    ]  # fmt: skip
    drawn = [_dot(dot, radius, named=len(rows) <= _NAMED) for dot in dots]
    middle = tag("g", tag("title", f"{here}: this source"),
                 tag("circle", cx=_WIDTH / 2, cy=_HEIGHT / 2, r=max(radius * 1.4, 8)), class_="this")  # fmt: skip
    # The table gives the same content to screen readers and the keyboard.
    return tag(
        "svg", *lines, *drawn, middle, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=alt
    )


def _dot(dot: _Dot, radius: float, *, named: bool) -> Html:
    row = dot.row
    where = {"data_do": "paper", "data_key": row["key"]} if row["key"] else {}
    title = tag("title", f"{row['title']} ({_SAYS[row['side']]})")
    circle = tag("circle", cx=f"{dot.x:.1f}", cy=f"{dot.y:.1f}", r=f"{radius:.1f}")
    left = dot.x < _WIDTH / 2
    name = tag("text", _short(row), x=f"{dot.x + (-radius - 4 if left else radius + 4):.1f}", y=f"{dot.y + 4:.1f}",
               text_anchor="end" if left else "start") if named else None  # fmt: skip
    return tag(
        "g", title, circle, name, class_=f"{row['side']}{'' if row['key'] else ' outside'}", **where
    )


def _short(row: Mapping[str, Any]) -> str:
    """Return the short name of a work: its first author's family name and the year, else its first words."""
    first = family(row["authors"][0]) if row["authors"] else ""
    if first and row["key"]:
        return f"{first} {row['year'] or ''}".strip()
    return " ".join(str(row["title"]).split()[:3])


def _table(rows: Sequence[Mapping[str, Any]]) -> Html:
    heads = ("Title", "Authors", "Year", "Open")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = tag("tbody", *map(_row, rows))
    table = tag(
        "table",
        tag("caption", "Works of the citation network", class_="unseen"),
        tag("thead", head),
        body,
    )
    return tag(
        "div",
        table,
        class_="wide works",
        tabindex="0",
        role="region",
        aria_label="Works of the citation network",
    )


def _row(row: Mapping[str, Any]) -> Html:
    dot = tag(
        "span", class_=f"dot {row['side']}{'' if row['key'] else ' outside'}", aria_hidden="true"
    )
    side = tag("span", f"{_SAYS[row['side']]}: ", class_="unseen")
    if row["key"]:
        opens = button(
            "Open", "paper", class_="title", data_key=row["key"], aria_label=f"Open {row['title']}"
        )
    else:
        opens = (
            link(row["url"], "Web page") if row["url"] else tag("span", "not here", class_="muted")
        )
    return tag(
        "tr", tag("th", dot, side, str(row["title"]), scope="row"), tag("td", in_short(row["authors"])),
        tag("td", str(row["year"] or "")), tag("td", opens),
    )  # fmt: skip
