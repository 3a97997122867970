"""Photograph every screen of the app, wide and narrow, light and dark, for docs/screens.md and the README.

    python tools/screenshots.py [--data-dir DIR]

The tool starts the app of this checkout on the bundled list (a fresh library where no DIR is named) and drives
Chromium, which has to be installed, with no network. The pictures are WebP, small enough to be kept in the repository.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.pdfs import paper  # noqa: E402

SCREENS = ROOT / "docs" / "screens"
QUESTION = "Do intermediate layers give better features than the last layer?"
PAPER = "layer-by-layer"
# The README shows this question, with its first passage opened.
SHOWN = "Do language models sparsify their activations under difficult tasks?"
PICTURE = ROOT / "docs" / "screenshot.png"
# One size is as wide as a laptop, in light colours, the other as narrow as a phone, in dark ones: each screen is taken
# in both.
SHAPES = (("wide", 1440, 900, "light"), ("narrow", 390, 844, "dark"))
# Quality in percent: words stay sharp, and a picture has some fifty kilobytes.
QUALITY = 62
# Seconds and milliseconds to wait for the first sync and for an answer.
START, PATIENCE = 1_800, 1_800_000

TOLD = {
    "first": "The first page",
    "answer": "An answer",
    "passage": "A passage beside its answer",
    "page": "A quote on the page of a PDF",
    "paper": "The page of a source",
    "network": "Its citation network",
    "claims": "Its claims record",
    "run": "The record of an experiment",
    "experiments": "Experiments that bear on a question",
    "threads": "The threads",
    "library": "The library",
    "ledger": "The ledger",
    "settings": "The settings",
}


def main() -> None:
    """Take every picture and write the page that shows them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path)
    given = parser.parse_args().data_dir
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh:
        process, address = _app(given or Path(fresh), Path(fresh) / "log")
        (pdf := Path(fresh) / "counting-bees.pdf").write_bytes(paper())
        try:
            _photograph(address, pdf)
        finally:
            process.terminate()
            process.wait(timeout=20)
    (ROOT / "docs" / "screens.md").write_text(page(), "utf-8")
    total = sum(file.stat().st_size for file in SCREENS.glob("*.webp"))
    print(f"{len(TOLD) * len(SHAPES)} pictures, {total / 1e6:.2f} MB")


def page() -> str:
    """Return the page of the documentation that shows every screen."""
    lines = ["# Every screen", "", "The app on the bundled list, wide and light, narrow and dark."]
    for name, told in TOLD.items():
        lines += ["", f"## {told}", ""]
        lines += [
            f"![{told}, {shape}](screens/{file})"
            for shape, *_ in SHAPES
            if (SCREENS / (file := f"{name}-{shape}.webp")).is_file()
        ]
    return "\n".join(
        [*lines, "", "`python tools/screenshots.py` takes the pictures and writes this page.", ""]
    )


def _app(data_dir: Path, log: Path) -> tuple[subprocess.Popen, str]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "--data-dir", str(data_dir), "--port", "0"],
            cwd=ROOT, stdout=out, stderr=out, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://[\d.]+:\d+/\?token=[\w-]+", log.read_text("utf-8")):
            return process, found[0]
        time.sleep(0.2)
    raise SystemExit(f"The app did not start: {log.read_text('utf-8')}")


def _photograph(address: str, pdf: Path) -> None:
    browser = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if browser is None:
        raise SystemExit("No Chromium was found; install one.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        _walk(opened, address, _screens)
        shown = opened.new_page(viewport={"width": 1440, "height": 1000})
        shown.set_default_timeout(PATIENCE)
        shown.goto(address)
        _ask(shown, SHOWN)
        shown.locator("#answer button.cite:not(.local)").first.click()
        shown.locator("#panel mark").first.wait_for()
        _taken(shown, PICTURE)
        # The paper is added when the pictures of the bundled list are taken.
        _walk(opened, address, partial(_page, pdf=pdf))
        opened.close()


def _walk(opened: Any, address: str, screens: Callable[[Any], Iterator[str]]) -> None:
    """Take the screens that a walk shows, in both shapes."""
    for shape, width, height, scheme in SHAPES:
        context = opened.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )  # fmt: skip
        shown = context.new_page()
        shown.set_default_timeout(PATIENCE)
        shown.goto(address)
        for name in screens(shown):
            _taken(shown, SCREENS / f"{name}-{shape}.webp")
        context.close()


def _taken(page: Any, file: Path) -> None:
    page.wait_for_timeout(600)  # until fonts and figure are drawn
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    if file.suffix == ".png":
        picture.quantize(256).save(file, optimize=True)
    else:
        picture.save(file, quality=QUALITY, method=6)


def _page(page: Any, pdf: Path) -> Iterator[str]:
    """Add a paper, and open the first of its findings on the printed page."""
    page.locator("#masthead .told", has_text="notes").wait_for()
    page.get_by_role("tab", name="Library").click()
    row = page.locator("#shelf tbody tr", has_text="Counting Bees")
    if not row.count():
        page.locator("#drop input[type=file]").set_input_files(str(pdf))
    row.locator("button.title").first.click()
    page.locator("#panel .quotes button.cite").first.click()
    page.locator("#panel .sheet").first.wait_for()
    yield "page"


def _ask(page: Any, question: str) -> None:
    page.locator("#masthead .told", has_text="notes").wait_for()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    page.locator("#bench .card").first.wait_for()
    page.evaluate("scrollTo(0, 0)")


def _screens(page: Any) -> Iterator[str]:
    """Walk through the app and yield the name of each screen once it is there."""
    page.locator("#masthead .told", has_text="notes").wait_for()
    yield "first"
    _ask(page, QUESTION)
    yield "answer"
    page.locator("#answer button.cite:not(.local)").first.click()
    page.locator("#panel mark").first.wait_for()
    yield "passage"
    _close(page)
    page.locator("#answer button.cite.local").first.click()
    page.locator("#figure .js-plotly-plot").wait_for()
    yield "run"
    _close(page)
    page.locator("#bench h3").scroll_into_view_if_needed()
    page.locator("#bench h3").evaluate("head => head.scrollIntoView()")
    yield "experiments"
    page.get_by_role("tab", name="Threads").click()
    page.locator("#threads li").first.wait_for()
    yield "threads"
    page.get_by_role("tab", name="Library").click()
    page.locator("#shelf tbody tr").first.wait_for()
    yield "library"
    page.locator(f"#shelf button[data-key='{PAPER}']").first.click()
    page.locator("#panel h3", has_text="Key findings").wait_for()
    yield "paper"
    _top(page.locator("#panel h3", has_text="Citation network"))
    yield "network"
    page.locator("#panel summary", has_text="claims with").click()
    _top(page.locator("#panel .of-record").first)
    yield "claims"
    _close(page)
    page.get_by_role("tab", name="Ledger").click()
    page.locator("#ledger table").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    yield "ledger"
    page.get_by_role("tab", name="Settings").click()
    page.locator("#settings select").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    yield "settings"


def _top(part: Any) -> None:
    part.evaluate("part => { part.style.scrollMarginTop = '4rem'; part.scrollIntoView(); }")


def _close(page: Any) -> None:
    page.keyboard.press("Escape")
    page.locator("#panel .panel").wait_for(state="detached")


if __name__ == "__main__":
    main()
