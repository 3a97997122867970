"""A figure can be read on a telephone, on white and on black, and by readers who do not see it."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from probes import plotting

LINE = np.linspace(0.0, 1.0, 5)
PAPERS = {"white": "#ffffff", "the app's dark": "#1d2024", "black": "#000000"}


def drawn(*panels, title="A title"):
    """A figure with a panel for each list of names, every name one line."""
    made = plotting.figure(title, "alt & words", [("x", f"panel {i}") for i in range(len(panels))])
    for row, names in enumerate(panels, start=1):
        for style, name in enumerate(names):
            plotting.add_curve(made, name, LINE, 0.1 * LINE, style=style, row=row)
    return plotting.arranged(made)


def legends(made):
    """The names that each legend shows, by the legend."""
    found = {}
    for trace in made.data:
        if trace.showlegend:
            found.setdefault(trace.legend, []).append(trace.name)
    return found


def test_every_panel_names_its_own_lines_once():
    made = drawn(["here", "there"], ["here", "published"])
    assert legends(made) == {"legend": ["here", "there"], "legend2": ["here", "published"]}


def test_names_that_stand_above_are_not_repeated():
    made = drawn(["here", "there"], ["here", "there"], ["other"], ["here", "there"])
    assert list(legends(made)) == ["legend", "legend3", "legend4"]


def test_a_line_that_has_no_name_in_the_legend_gets_none():
    made = plotting.figure("t", "a", [("x", "y")])
    made.add_scatter(x=[0], y=[0], mode="markers", name="dot", showlegend=False, row=1, col=1)
    plotting.add_curve(made, "line", LINE)
    assert legends(plotting.arranged(made)) == {"legend": ["line"]}


def test_arranging_twice_changes_nothing():
    made = drawn(["here", "there"], ["here", "there"], ["a much longer name than the others"])
    before = made.to_json()
    assert plotting.arranged(made).to_json() == before


@pytest.mark.parametrize(
    "title", ["short", "a title of so many words that it takes three lines " * 3]
)
def test_panels_headings_and_legends_lie_below_each_other(title):
    names = ["without massive dimensions", "with Gaussian states of the same norms", "a", "b"]
    made = drawn(names, names[:1], names[2:], title=title)
    layout = made.layout
    inside = layout.height - layout.margin.t - layout.margin.b
    before = 0.0
    for row, heading in enumerate(layout.annotations, start=1):
        suffix = "" if row == 1 else str(row)
        low, high = layout[f"yaxis{suffix}"].domain
        legend = (1 - layout[f"legend{suffix}"].y) * inside
        lines = len(legends(made)[f"legend{suffix}"]) * plotting._LINE
        top, bottom = (1 - high) * inside, (1 - low) * inside
        assert heading.y == high
        assert before + plotting._LINE <= top
        assert bottom - top == pytest.approx(plotting._PANEL)
        assert bottom < legend
        # Even where each name takes its own line, nothing overlaps the next panel.
        before = legend + (lines if row == 1 else plotting._LINE)
    assert before <= inside


def test_no_line_of_text_is_wider_than_a_telephone():
    made = plotting.figure("word " * 30, "alt", [("x", "a heading of many words " * 5)])
    for text in (made.layout.title.text, made.layout.annotations[0].text):
        assert max(map(len, text.split("<br>"))) <= 46


def test_the_picture_holds_what_the_figure_says():
    made = drawn(["here & <there>", "other"], ["third"], title="Entropy < curvature")
    svg = ElementTree.fromstring(plotting.to_svg(made))
    space = "{http://www.w3.org/2000/svg}"
    said = [element.text for element in svg.iter(f"{space}text")]
    assert {"Entropy < curvature", "panel 0", "panel 1", "here & <there>", "other", "third"} <= set(
        said
    )
    assert svg.find(f"{space}title").text == "Entropy < curvature"
    assert svg.find(f"{space}desc").text == "alt & words"
    assert len(svg.findall(f".//{space}polygon")) == 3
    height = float(svg.get("viewBox").split()[3])
    assert height == made.layout.height
    assert all(0 < float(e.get("y")) < height for e in svg.iter(f"{space}text"))


def test_the_page_has_a_title_its_words_and_the_readers_own_colours():
    page = plotting.to_html(drawn(["a"], title="One < two"), "../plotly.min.js")
    assert "<title>One &lt; two</title>" in page
    assert 'role="img" aria-label="alt &amp; words"' in page
    assert "color-scheme:light dark" in page
    assert "CanvasText" in page
    assert not re.search(r'(src|href)="https?:', page)


def brightness(colour):
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("colour", [plotting.INK, *plotting.COLOURS])
def test_every_colour_stands_out_from_every_paper(colour, paper):
    """By the contrast of WCAG: 3 for graphical objects."""
    darker, lighter = sorted((brightness(colour), brightness(paper)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3.0
