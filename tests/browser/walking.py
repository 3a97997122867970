"""Run a browser on a profile of its own: errors in it are recorded, and a question is typed into it."""

import importlib.util
import re
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUESTION = "Do intermediate layers give better features than the last layer?"
# Milliseconds to wait for a state: no test asks how fast it comes, and the suite ends a test of ten minutes.
PATIENCE = 500_000
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None, reason="playwright is not installed"
    ),
    pytest.mark.skipif(not (ROOT / "corpus").is_dir(), reason="no bundled reading list"),
]


@contextmanager
def browser(folder, **options):
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


def ask(page, question):
    enter(page, question)
    page.locator("#below .colophon").wait_for()


def enter(page, question):
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def printed(process, log):
    deadline = time.monotonic() + PATIENCE / 1_000
    while process.poll() is None and time.monotonic() < deadline:
        if found := re.search(
            r"http://[\d.]+:\d+/\?token=[\w-]+", log.read_text("utf-8", "replace")
        ):
            return found[0]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace"))
