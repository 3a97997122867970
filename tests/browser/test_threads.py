"""Threads in a real browser survive a reload, Back, a second tab, and a key; so does an exported answer."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.browser.walking import CHROMIUM

ONE = "Do middle layers give better features than the last layer?"
TWO = "Can a hidden state be read with the unembedding?"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1_800),  # many answers in one walk
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None, reason="playwright is not installed"
    ),
]


def _ask(page, question):
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    page.locator("#answer h2", has_text=question).wait_for()
    page.locator("#answer .actions.turn").wait_for()


def _path(page):
    return re.sub(r"^https?://[^/]+", "", page.url)


def _at(page, path):
    page.wait_for_function("path => location.pathname + location.search === path", arg=path)


def test_a_thread_has_an_address_that_reload_back_and_a_second_tab_respect(page, served):
    window, _ = served
    asked, answer = [], window.assistant.ask
    window.assistant.ask = lambda *given, **named: (asked.append(given), answer(*given, **named))[1]
    _ask(page, ONE)
    page.wait_for_function("/^\\/t\\/[0-9a-f]{8}$/.test(location.pathname) && !location.search")
    first = _path(page)
    _ask(page, "and in encoders?")
    assert _path(page) == first
    page.locator("#history h2", has_text=ONE).wait_for()

    page.reload()
    page.locator("#history h2", has_text=ONE).wait_for()
    page.locator("#answer h2", has_text="and in encoders?").wait_for()
    _at(page, first)
    assert len(asked) == 2  # showing asks nothing again

    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#answer h2", has_text="and in encoders?").wait_for()
    _ask(other, "why?")
    other.close()
    _ask(page, TWO)  # leans on the other tab's question
    page.locator("#history h2", has_text="why?").wait_for()

    page.get_by_role("button", name="New thread").click()
    page.locator(".welcome").wait_for()
    _at(page, "/")
    _ask(page, TWO)
    page.wait_for_function("first => location.pathname !== first && location.pathname.startsWith('/t/')"
                           " && !location.search", arg=first)  # fmt: skip
    second = _path(page)
    page.go_back()
    page.locator(".welcome").wait_for()
    page.go_back()
    page.locator("#answer h2", has_text=TWO).wait_for()
    page.locator("#history h2", has_text=ONE).wait_for()
    _at(page, first)
    page.go_forward()
    page.go_forward()
    page.locator("#history h2").first.wait_for(state="detached")
    _at(page, second)


def test_one_key_begins_a_thread_and_types_an_n_where_there_is_a_field(page):
    _ask(page, ONE)
    page.get_by_label("Your question").press("n")
    assert page.get_by_label("Your question").input_value() == "n"
    page.get_by_label("Your question").fill("")
    page.locator("#answer h2").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.locator(".welcome").wait_for()
    _at(page, "/")
    page.wait_for_function("document.activeElement?.matches('#composer textarea')")


def test_a_thread_is_found_named_and_deleted(page):
    _ask(page, ONE)
    page.get_by_role("button", name="New thread").click()
    page.locator(".welcome").wait_for()
    _ask(page, TWO)
    page.get_by_role("tab", name="Threads").click()
    rows = page.locator("#threads li")
    rows.nth(1).wait_for()
    page.get_by_label("Search the threads").fill("better features than the last")
    rows.nth(1).wait_for(state="detached")
    rows.first.get_by_label("Rename").first.click()
    rows.first.locator("input[name=title]").fill("Depth")
    rows.first.get_by_role("button", name="Save").click()
    page.locator("#threads li button.title", has_text="Depth").click()
    page.locator("#head .name", has_text="Depth").wait_for()
    page.locator("#answer h2", has_text=ONE).wait_for()
    page.locator("#head").get_by_role("button", name="Delete").click()
    page.locator("#head").get_by_role("button", name="Delete").click()
    page.locator(".welcome").wait_for()
    page.get_by_role("tab", name="Threads").click()
    page.locator("#threads", has_text="No thread holds these words").wait_for()
    page.get_by_label("Search the threads").fill("")
    page.locator("#threads li").first.wait_for()
    assert page.locator("#threads li").count() == 1


def test_an_answer_is_copied_linked_saved_and_noted(page, served):
    _ask(page, ONE)
    page.get_by_role("button", name="Copy", exact=True).click()
    page.locator("#answer .actions.turn button", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("**INQUIRING LINE**")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('/a/'))")
    alone = page.evaluate("navigator.clipboard.readText()")
    for form, start in {
        "Markdown": b"**INQUIRING LINE**",
        "PDF": b"%PDF",
        "Word": b"PK",
        "HTML": b"<!DOCTYPE",
        "BibTeX": b"@",
    }.items():
        menu = page.locator("#answer details.menu")
        if menu.get_attribute("open") is None:
            menu.locator("summary").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name=form, exact=True).click()
        assert Path(saved.value.path()).read_bytes().startswith(start)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Make it a note").click()
    page.locator("#said", has_text="A note of the library now").wait_for()
    page.goto(alone)
    page.locator("#head", has_text="One answer of the thread").wait_for()
    page.locator("#answer h2", has_text=ONE).wait_for()
    _at(page, "/a/" + alone.rpartition("/")[2])
    page.locator("#head button.title").click()
    page.wait_for_function("location.pathname.startsWith('/t/')")


def test_a_question_is_asked_again_and_changed_in_its_place(page):
    _ask(page, ONE)
    page.get_by_role("button", name="Edit").click()
    page.wait_for_function(
        "one => document.querySelector('#composer textarea').value === one", arg=ONE
    )
    page.get_by_label("Your question").fill(TWO)
    page.get_by_label("Your question").press("Enter")
    page.locator("#answer details.earlier", has_text="Answered before (1)").wait_for()
    assert page.locator("#history h2").count() == 0
    page.get_by_role("button", name="Ask again").first.click()
    page.locator("#answer .actions.turn").wait_for()
    page.locator("#answer h2", has_text=TWO).wait_for()
    assert page.locator("#history h2").count() == 0


def test_on_paper_there_are_the_answers_and_nothing_to_press(page):
    _ask(page, ONE)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("#answer .prose-text").is_visible()
    for gone in (
        "#composer",
        "#answer .actions",
        "#masthead",
        "#main [role=tablist]",
        "#head button",
    ):
        assert not page.locator(gone).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
