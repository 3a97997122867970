"""The pictures of the window: a citation network of 500 works, and a figure whose axes stay within their range."""

from probes import registry
from probes.runs import evidence
from probes.types import ModelRecord
from tests.browser.test_rooms import _library, _row, _tab, pytestmark  # noqa: F401 the same marks

CITED, CITING = 470, 30


def _hub(folder):
    """Write a note that cites 470 works of a bibliography, and 30 notes that cite it."""
    entries = [
        f"@article{{work{at}, title={{Buoy number {at} of the fairway}}, author={{Mast, Ada}}, "
        f"year={{{1900 + at % 120}}}}}"
        for at in range(CITED)
    ]
    relations = "".join(f"  - {{to: work{at}, kind: cites}}\n" for at in range(CITED))
    notes = {"hub": (relations, "Buoys of the fairway are counted every spring.")}
    for at in range(CITING):
        notes[f"pilot{at}"] = (
            "  - {to: hub, kind: cites}\n",
            f"Pilot number {at} steers by the buoys.",
        )
    (folder / "buoys.bib").write_text("\n".join(entries), "utf-8")
    for key, (said, text) in notes.items():
        title = "All buoys of the fairway" if key == "hub" else f"Steering by buoys, {key}"
        (folder / f"{key}.md").write_text(
            f'---\nkey: {key}\ntitle: "{title}"\nyear: 2024\nrelations:\n{said}---\n# {title}\n\n{text}\n', "utf-8"
        )  # fmt: skip


def test_a_network_of_500_works_is_drawn_and_read_by_keyboard(page, served, tmp_path):
    folder = tmp_path / "buoys"
    folder.mkdir()
    _hub(folder)
    served[0].assistant.add([folder])
    page.reload()
    page.get_by_role("tab", name="Library").click()
    page.get_by_label("Search the library").fill("all buoys fairway")
    page.locator("#shelf", has_text="1 found").wait_for()
    _row(page, "hub").locator("button.title").first.click()
    picture = page.locator("#panel svg[role=img]")
    picture.scroll_into_view_if_needed()
    told = picture.get_attribute("aria-label")
    assert f"{CITING} works cite this source, it cites {CITED}" in told
    assert picture.locator("g.cited circle").count() == CITED
    assert picture.locator("g.citing circle").count() == CITING
    colours = {
        side: picture.locator(f"g.{side} circle").first.evaluate("dot => getComputedStyle(dot).fill")
        for side in ("this", "citing", "cited")
    }  # fmt: skip
    assert len(set(colours.values())) == len(colours)
    frame = picture.bounding_box()
    dots = picture.locator("circle").evaluate_all(
        "all => all.map(dot => { const box = dot.getBoundingClientRect();"
        " return [box.left, box.top, box.right, box.bottom]; })"
    )
    assert all(
        frame["x"] - 1 <= left and right <= frame["x"] + frame["width"] + 1
        and frame["y"] - 1 <= top and bottom <= frame["y"] + frame["height"] + 1
        for left, top, right, bottom in dots
    )  # fmt: skip
    heads = page.locator("#panel .works").first.locator("thead th").all_inner_texts()
    assert heads == ["Title", "Authors", "Year", "Open"]

    # By keyboard alone: the fold of the further works opens, and the next stops are their buttons.
    page.locator("#panel summary", has_text="more works").focus()
    page.keyboard.press("Enter")
    rows = page.locator("#panel .works tbody tr")
    assert rows.count() == CITING + CITED
    assert rows.get_by_role("button", name="Open ").count() == CITING + CITED
    newest = rows.filter(has_text="Buoy number 119 of the fairway")
    assert newest.locator("td").all_inner_texts() == ["Ada Mast", "2019", "Open"]
    page.keyboard.press("Tab")  # the table, which scrolls
    head = page.locator("#panel header").bounding_box()
    for _ in range(CITING):  # through the works that cite, into those that are cited
        page.keyboard.press("Tab")
        focus = page.locator("#panel button:focus").bounding_box()
        assert head["y"] + head["height"] <= focus["y"] < 1_000
    assert page.locator("#panel tr:has(button:focus) .dot.cited").count() == 1
    key = page.locator("#panel button:focus").get_attribute("data-key")
    page.keyboard.press("Enter")
    page.locator("#panel .kicker", has_text=key).wait_for()


def test_the_axes_of_a_figure_stay_within_what_is_drawn(page, served):
    window, _ = served
    made = registry.build("layer_valley")
    model = ModelRecord(id="small", revision="0", quantisation="none", parameters=1)
    evidence.save(made.conclude(made.specimens()["refuted"], model), window.data_dir)
    window.assistant.sync()
    page.reload()
    _tab(page, "Ledger")
    page.locator("#ledger table button[data-do='evidence']").first.click()
    figure = page.locator("#figure .js-plotly-plot")
    figure.wait_for()
    figure.scroll_into_view_if_needed()
    first = page.evaluate(_RANGES)
    inside = _bounds(page)
    figure.hover()
    for _ in range(4):
        figure.locator("[data-title='Zoom out']").click()
    assert _within(page.evaluate(_RANGES), inside)
    for _ in range(2):
        figure.locator("[data-title='Zoom in']").click()
    assert page.evaluate(_RANGES) != first
    figure.locator("[data-title='Pan']").click()
    panel = figure.locator(".nsewdrag").first.bounding_box()
    middle = panel["x"] + panel["width"] / 2, panel["y"] + panel["height"] / 2
    before = page.evaluate(_RANGES)
    for across in (300, -600):
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + across, middle[1] + 90, steps=6)
        page.mouse.up()
        page.wait_for_function(
            f"before => JSON.stringify(({_RANGES})()) !== before", arg=_text(page, before)
        )
        before = page.evaluate(_RANGES)
        assert _within(before, inside)


# The range of each axis of the figure, in the numbers of its data.
_RANGES = """() => {
  const layout = document.querySelector('#figure .js-plotly-plot')._fullLayout;
  return Object.fromEntries(
    Object.keys(layout).filter(name => /^[xy]axis\\d*$/.test(name)).map(name => [name, layout[name].range]));
}"""


def _text(page, ranges):
    return page.evaluate("ranges => JSON.stringify(ranges)", ranges)


def _bounds(page):
    """Return the range of what is drawn on each axis, and a tenth of it to either side."""
    drawn = page.evaluate("""() => {
      const found = {};
      for (const trace of document.querySelector('#figure .js-plotly-plot')._fullData)
        for (const axis of ['x', 'y']) {
          const name = (trace[axis + 'axis'] ?? axis).replace(axis, axis + 'axis');
          found[name] = [...(found[name] ?? []), ...trace[axis]].filter(Number.isFinite);
        }
      return found;
    }""")
    room = {name: 0.1 * (max(values) - min(values) or 10) for name, values in drawn.items()}
    return {
        name: (min(values) - room[name], max(values) + room[name]) for name, values in drawn.items()
    }


def _within(ranges, bounds):
    assert ranges.keys() == bounds.keys()
    return all(
        bounds[name][0] <= min(ends) and max(ends) <= bounds[name][1]
        for name, ends in ranges.items()
    )
