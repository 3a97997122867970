"""The reader's walk works in a real browser: ask, open a citation, ask again, by mouse, by key and on a phone."""

import http.server
import threading
from contextlib import contextmanager

import pytest

from tests.browser.waiting import settled, tab_back_to
from tests.browser.walking import QUESTION, ask, browser, enter, pytestmark  # noqa: F401 the same marks

HOSTILE = """\
---
title: "<img src=x onerror=alert(1)> Do hostile notes open windows?"
authors: ["<script>alert(2)</script>"]
url: "javascript:alert(3)"
---
# <script>alert(4)</script>

Hostile notes open windows in every reader <img src=x onerror="alert(5)"> when the zanzibar value
is large. [click](javascript:alert(6)) &lt;b&gt; ${alert(7)} {{constructor}} </div></article>.
"""


@pytest.fixture
def page(listed):
    """The window on the reading list."""
    return listed


def test_the_printed_address_leaves_no_key_behind_and_opens_no_frame(page, address):
    home, _, key = address.partition("?token=")
    assert page.url == home
    cookie = next(c for c in page.context.cookies() if c["name"].startswith("inquiring-lines"))
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["value"] == key) == (
        True,
        "Strict",
        False,
    )
    page.reload()
    page.locator(".welcome").wait_for()
    assert page.evaluate("document.cookie") == ""
    with _pages(FRAMING.format(home=home)) as elsewhere, _other(page) as other:
        other.goto(elsewhere)
        other.wait_for_function("document.title === 'done'")
        assert other.evaluate("results") == ["refused"] * 4
        framed = next(frame for frame in other.frames if frame is not other.main_frame)
        assert "gradio" not in framed.content()


# A page on another port, in the same browser, tries to read, send to and frame the app.
FRAMING = """<!doctype html><iframe src="{home}"></iframe><img src="{home}theme.css"><script>
const results = [];
const told = promise => promise.then(r => results.push(r.ok ? 'read' : 'refused'), () => results.push('refused'));
const body = new FormData();
body.append('files', new Blob(['# Foreign']), 'foreign.md');
Promise.all([
  told(fetch('{home}', {{credentials: 'include'}})),
  told(fetch('{home}gradio_api/app_id', {{credentials: 'include'}})),
  told(fetch('{home}gradio_api/upload', {{method: 'POST', body, credentials: 'include'}})),
  told(fetch('{home}gradio_api/queue/join', {{method: 'POST', body: '{{}}', credentials: 'include'}})),
]).then(() => {{ document.title = 'done'; }});
</script>"""


@contextmanager
def _pages(content):
    """A web page on another port of this machine."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


@contextmanager
def _other(page):
    other = page.context.new_page()
    try:
        yield other
    finally:
        other.close()


def test_a_question_takes_the_place_of_the_one_that_is_being_answered(held):
    page, window, gate = held
    gate.set()
    with window._turns.alone():
        enter(page, QUESTION)
        page.locator("#answer .answer", has_text=QUESTION).wait_for()
        enter(page, "Which few activations dominate a hidden state?")
        page.locator("#answer .answer", has_text="Which few activations").wait_for()
    page.locator("#below .colophon").wait_for()
    assert "Which few activations" in page.locator("#answer").inner_text()
    assert QUESTION not in page.locator("#history").inner_text()
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()


def test_a_citation_opens_its_note_at_the_quote(page):
    ask(page, QUESTION)
    # A measurement may open an answer, and its citation opens the run.
    page.locator("#answer button.cite:not(.local)").first.click()
    quote = page.locator("#panel .note-text mark")
    quote.first.wait_for()
    told = page.locator("#answer .sentence.claim", has=page.locator("button.cite:not(.local)"))
    first = told.first.inner_text()
    assert "".join(quote.all_inner_texts())[:40] in first
    assert quote.first.is_visible()


def test_a_follow_up_is_read_with_its_thread_and_without_what_was_left_out(page):
    ask(page, QUESTION)
    second = page.locator("#answer .sources li").nth(1)
    title = second.locator("button.title").inner_text()
    second.get_by_role("button", name="Leave out").click()
    page.locator("#choices .choices", has_text=title).wait_for()
    page.get_by_label("Your question").fill("and in encoders?")
    page.get_by_label("Your question").press("Enter")
    page.locator("#answer .byline").wait_for()
    page.locator("#answer", has_text="Read as:").wait_for()
    assert page.locator("#answer .sources li", has_text=title).count() == 0
    page.get_by_role("button", name=f"Free {title}").click()
    page.locator("#choices .choices").wait_for(state="detached")


def test_a_hostile_note_stays_text(page, tmp_path):
    note = tmp_path / "<img src=x onerror=alert(9)>.md"
    note.write_text(HOSTILE, "utf-8")
    page.get_by_role("tab", name="Library").click()
    page.locator("#drop input[type=file]").set_input_files(str(note))
    page.locator("#fates li", has_text="added").wait_for()
    page.locator("#shelf tbody tr", has_text="hostile").locator("button.title").first.click()
    page.locator("#panel .panel", has_text="onerror").wait_for()
    page.get_by_role("tab", name="Ask").click()
    ask(page, "Do hostile notes open windows when the zanzibar value is large?")
    page.locator("#answer button.cite").first.click()
    page.locator("#panel mark").first.wait_for()
    danger = "#desk script, #desk [onerror], #desk [onload], #desk a[href^='javascript']"
    assert page.locator(danger).count() == 0
    assert page.locator("#answer", has_text="<img src=x onerror=").count() == 1


def test_the_whole_way_without_a_mouse(page):
    field = page.get_by_label("Your question")
    settled(page)
    field.focus()
    page.wait_for_function("document.activeElement?.matches('#composer textarea')")
    page.keyboard.type(QUESTION)
    page.wait_for_function(
        "question => document.querySelector('#composer textarea').value === question", arg=QUESTION
    )
    page.keyboard.press("Enter")
    page.locator("#below .colophon").wait_for()
    settled(page)
    tab_back_to(page, "#answer button.cite")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert "open" in label
    page.keyboard.press("Enter")
    page.locator("#panel .panel").wait_for()
    page.wait_for_function("document.activeElement?.closest('.panel') !== null")
    page.keyboard.press("Escape")
    page.locator("#panel .panel").wait_for(state="detached")
    page.wait_for_function(
        "label => document.activeElement?.getAttribute('aria-label') === label", arg=label
    )


def test_the_length_is_switched_by_keyboard_and_kept_through_a_reload(page):
    ask(page, QUESTION)
    settled(page)
    brief = page.locator("#answer .sentence").count()
    folded = page.locator("#below details.further .sentence").count()
    page.get_by_role("radio", name="Brief").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#below details.further").first.wait_for(state="detached")
    assert page.locator("#answer .sentence").count() == brief + folded > brief
    assert page.evaluate("document.activeElement.value") == "full"
    page.reload()
    page.locator("#below .colophon").wait_for()
    assert page.get_by_role("radio", name="Full").is_checked()
    assert page.locator("#answer .sentence").count() == brief + folded


def test_a_phone_shows_one_column_and_the_dark_scheme_is_dark(address, tmp_path):
    size = {"width": 390, "height": 844}
    with browser(tmp_path / "phone", viewport=size, color_scheme="dark") as (page, wrong):
        page.goto(address)
        ask(page, QUESTION)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        assert page.evaluate(_CITATIONS_THAT_BEGIN_A_LINE) == 0
        assert page.evaluate(_CUT_CONTROLS) == []
        page.locator("#answer button.cite").first.click()
        page.locator("#panel mark").first.wait_for()
        box = page.locator("#side").bounding_box()
        assert (box["x"], box["width"]) == (0, 390)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, colour.removeprefix("rgb(").rstrip(")").split(","))) < 150
        assert wrong == []


# The script finds a first citation that stands lower than the last letter before it.
_CITATIONS_THAT_BEGIN_A_LINE = """
[...document.querySelectorAll("#answer .ending > button.cite:first-of-type")].filter((chip) => {
  const words = chip.previousSibling;
  const last = document.createRange();
  last.setStart(words, words.data.trimEnd().length - 1);
  last.setEnd(words, words.data.trimEnd().length);
  return chip.getBoundingClientRect().top > last.getBoundingClientRect().bottom;
}).length
"""


# The script finds controls of the composer that stand outside the screen or hide part of their words.
_CUT_CONTROLS = """
[...document.querySelectorAll("#composer button, #composer label, #composer textarea")]
  .filter(control => control.offsetParent !== null)
  .filter((control) => {
    const box = control.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth || control.scrollWidth > control.clientWidth + 1;
  })
  .map(control => control.outerHTML.slice(0, 80))
"""
