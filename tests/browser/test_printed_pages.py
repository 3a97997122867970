"""The page of a paper in a real browser: its words are selected, copied and searched for, by mouse and by keyboard."""

import re

import pytest

from tests.browser.test_rooms import _library, _tab, pytestmark  # noqa: F401 the same marks
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf

FIRST = ["The otters of the harbour count their pebbles at night.", "No otter counts by day."]
SECOND = ["Whales count nothing.", "An otter that sleeps counts nothing either."]
LAST = Text(100, 60, "All of this is told by moonlight.")


@pytest.fixture
def opened(page, tmp_path):
    """The first page of a paper of two pages, beside the library."""
    file = tmp_path / "otters.pdf"
    title = Text(100, 730, "Counting Otters in Harbours", 18, bold=True)
    file.write_bytes(
        make_pdf([[title, *column(100, 690, FIRST)], [*column(100, 700, SECOND), LAST]])
    )
    _library(page)
    page.locator("#drop input[type=file]").set_input_files(str(file))
    page.locator("#fates li", has_text="added").wait_for()
    page.locator("#shelf tbody tr", has_text="Counting Otters").locator(
        "button.title"
    ).first.click()
    page.get_by_role("button", name="Read it here").click()
    page.locator("#panel .layer span").first.wait_for()
    return page


def _told(page, said):
    page.locator("#find-told", has_text=said).wait_for()


def test_words_of_the_page_are_selected_and_copied(opened):
    words = opened.locator("#panel .layer span")
    first = words.filter(has_text=re.compile("^harbour")).first.bounding_box()
    last = words.filter(has_text="night.").first.bounding_box()
    opened.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    opened.mouse.down()
    opened.mouse.move(last["x"] + last["width"] - 1, last["y"] + last["height"] / 2, steps=8)
    opened.mouse.up()
    opened.keyboard.press("Control+c")
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == "harbour count their pebbles at night."


def test_a_word_lies_where_it_is_printed(opened):
    sheet = opened.locator("#panel .sheet").bounding_box()
    word = opened.locator("#panel .layer span", has_text="The").first.bounding_box()
    assert (word["x"] - sheet["x"]) / sheet["width"] == pytest.approx(100 / 612, abs=0.02)
    assert word["height"] < 0.03 * sheet["height"]


def test_the_keyboard_finds_words_over_all_pages_and_goes_back_to_none(opened):
    field = opened.get_by_role("search", name="").get_by_label("Find in this paper")
    field.fill("OTTER")
    field.press("Enter")
    _told(opened, "1 of 4, page 1")
    assert opened.evaluate("document.activeElement.id") == "find-words"
    for told in ("2 of 4, page 1", "3 of 4, page 1", "4 of 4, page 2", "1 of 4, page 1"):
        opened.keyboard.press("Enter")
        _told(opened, told)
        assert opened.locator("#panel .hit.now").count() == 1
    opened.keyboard.press("Shift+Enter")
    _told(opened, "4 of 4, page 2")
    opened.locator("#panel .kicker", has_text="page 2 of 2").wait_for()
    assert "otter that sleeps" in opened.locator("#find-told").inner_text()
    opened.keyboard.press("Escape")
    opened.locator("#panel .hit").first.wait_for(state="detached")
    assert opened.evaluate("document.activeElement.id") == "find-words"
    opened.keyboard.press("Escape")
    opened.locator("#panel .panel").wait_for(state="detached")


def test_the_mouse_goes_on_from_place_to_place_and_the_focus_stays(opened):
    opened.get_by_label("Find in this paper").fill("count")
    on = opened.get_by_role("button", name="Next place")
    on.click()
    _told(opened, "1 of 5, page 1")
    on.click()
    _told(opened, "2 of 5, page 1")
    assert on.evaluate("button => button === document.activeElement")
    opened.get_by_role("button", name="Previous place").click()
    _told(opened, "1 of 5, page 1")
    opened.get_by_label("Find in this paper").fill("wasps")
    opened.keyboard.press("Enter")
    _told(opened, "Nowhere in this paper: “wasps”")


def test_a_page_that_is_turned_keeps_the_focus_of_the_keyboard(opened):
    opened.get_by_role("button", name="Next →").focus()
    opened.keyboard.press("Enter")
    opened.locator("#panel .kicker", has_text="page 2 of 2").wait_for()
    opened.wait_for_function("document.activeElement.closest('.panel') !== null")
    _tab(opened, "Ask")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_place_far_down_is_brought_into_view_and_marked_where_it_is_printed(opened, width):
    opened.set_viewport_size({"width": width, "height": 500})
    opened.get_by_label("Find in this paper").fill("moonlight")
    opened.keyboard.press("Enter")
    _told(opened, "1 of 1, page 2")
    mark = opened.locator("#panel .hit.now")
    mark.wait_for()
    box, sheet = mark.bounding_box(), opened.locator("#panel .sheet").bounding_box()
    assert (box["y"] + box["height"] - sheet["y"]) / sheet["height"] == pytest.approx(
        (792 - 60) / 792, abs=0.01
    )
    opened.wait_for_function(
        "() => { const box = document.querySelector('#panel .hit.now').getBoundingClientRect();"
        " return 0 <= box.top && box.bottom <= innerHeight; }"
    )
    assert opened.locator("#find-words").bounding_box()["y"] >= 0
