"""A quote is marked in a real browser by mouse and by key, also on a narrow page, and nothing jumps."""

import pytest

from assistant import Assistant
from assistant.views.window import Window
from tests.browser.walking import ask, browser, pytestmark  # noqa: F401 the same marks

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture
def opened(own_library, own_corpus, tmp_path):
    """A narrow page with a quote of an answer open, and its library."""
    from tests.checkout import app, serving

    assistant = Assistant.open(own_library, corpus_dir=own_corpus)
    window = Window(assistant)
    window.prepare()
    bound = serving.listening("127.0.0.1", 0)
    size = {"width": 390, "height": 800}
    with (
        serving.served(app.build(window), assistant.settings, bound) as found,
        browser(tmp_path / "profile", viewport=size) as (page, wrong),
    ):
        page.goto(found.address)
        page.locator(".welcome").wait_for()
        ask(page, QUESTION)
        page.locator("#answer button.cite").first.click()
        page.locator(".marking").wait_for()
        yield page, assistant
        assert wrong == []


def _places(page):
    """Where everything of the panel stands, and how far it is scrolled."""
    return page.evaluate(
        """() => [...document.querySelectorAll('#panel .panel, #panel .panel *')].map(each => {
          const {x, y, width, height} = each.getBoundingClientRect();
          return [x, y, width, height, each.scrollTop];
        })"""
    )


def _choice(page, label):
    return page.get_by_role("button", name=label, exact=True)


def _pressed(page, label, state):
    page.locator(f'.marking button[aria-pressed="{state}"]', has_text=label).wait_for()


def test_a_quote_is_marked_and_taken_back_and_nothing_jumps(opened):
    page, assistant = opened
    group = page.get_by_role("group", name=f"What this quote is for the question: {QUESTION}")
    assert group.get_by_role("button").count() == 3
    box = group.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    before = _places(page)
    _choice(page, "answers").click()
    _pressed(page, "answers", "true")
    (mark,) = assistant.marks()
    assert (mark.question, mark.grade) == (QUESTION, "answers")
    assert page.evaluate("document.activeElement.dataset.grade") == "answers"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    _pressed(page, "helps", "true")
    _pressed(page, "answers", "false")
    assert [each.grade for each in assistant.marks()] == ["helps"]
    page.keyboard.press("Space")
    _pressed(page, "helps", "false")
    assert assistant.marks() == []
    assert _places(page) == before


def test_what_was_marked_is_pressed_when_the_quote_is_opened_again(opened):
    page, assistant = opened
    _choice(page, "does not help").click()
    _pressed(page, "does not help", "true")
    page.keyboard.press("Escape")
    page.locator(".marking").wait_for(state="detached")
    page.locator("#answer button.cite").first.click()
    _pressed(page, "does not help", "true")
    assert [each.grade for each in assistant.marks()] == ["misleads"]


def test_what_cannot_be_kept_is_said_beside_the_choices(opened):
    page, assistant = opened
    assistant.remove([page.locator(".marking button").first.get_attribute("data-key")])
    _choice(page, "helps").click()
    page.locator(".marking [role=status]", has_text="There is no source").wait_for()
    assert page.locator('.marking button[aria-pressed="true"]').count() == 0
