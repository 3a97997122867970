"""The window on the small library in a browser of its own, in which nothing may go wrong and nothing goes out."""

import shutil
import time

import pytest

from assistant import Assistant
from assistant.views.window import Window

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# Milliseconds for a state to come: no test asks how fast.
PATIENCE = 240_000
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]


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
