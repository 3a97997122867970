"""Fixtures: the window on the small library, or on the reading list, in a browser without errors or requests out."""

import os
import subprocess
import sys
import threading
import time

import pytest

from assistant import Assistant
from assistant.views.window import Window
from tests.browser.walking import ARGUMENTS, CHROMIUM, PATIENCE, ROOT, browser, printed


@pytest.fixture
def served(own_library, own_corpus):
    """The window on the small library, and the address that opens it."""
    from tests.checkout import app, serving

    window = Window(Assistant.open(own_library, corpus_dir=own_corpus))
    window.prepare()
    while not window.loaded:
        time.sleep(0.1)
    bound = serving.listening("127.0.0.1", 0)
    with serving.served(app.build(window), window.assistant.settings, bound) as found:
        yield window, found


@pytest.fixture
def page(served, tmp_path):
    """The window in a browser of its own, in which nothing may go wrong."""
    from playwright.sync_api import sync_playwright

    wrong = []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, args=ARGUMENTS,
            viewport={"width": 1400, "height": 1000}, permissions=["clipboard-read", "clipboard-write"],
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        page = context.pages[0]
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: _note(request.url, served[1].address, wrong))
        page.goto(served[1].address)
        page.locator(".welcome").wait_for()
        yield page
        context.close()
    assert wrong == []


def _note(url, address, wrong):
    """Remember a request that leaves the app."""
    if not url.startswith((address.partition("?")[0], "data:", "blob:")):
        wrong.append(f"outside: {url}")


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
        yield printed(process, folder / "log")
    finally:
        process.terminate()
        process.wait(timeout=600)


@pytest.fixture
def listed(address, tmp_path):
    """The window on the reading list, opened; afterwards nothing may have gone wrong or out."""
    with browser(tmp_path / "profile", viewport={"width": 1400, "height": 1000}) as (page, wrong):
        outside = []
        page.on("request", lambda request: outside.append(request.url))
        page.goto(address)
        page.locator(".welcome").wait_for()
        yield page
        inside = (address.partition("?")[0], "data:", "blob:")
        assert [url for url in outside if not url.startswith(inside)] == []
        assert wrong == []


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
            with browser(tmp_path / "profile") as (page, wrong):
                page.goto(found.address)
                page.locator(".welcome").wait_for()
                yield page, window, gate
                assert wrong == []
        finally:
            gate.set()
