"""Measure what `make run` costs on a machine that is set up, from an empty data directory to the first answer.

    python benchmarks/first_run.py [--data-dir DIR]

`inquire serve` starts on an empty folder (or goes on in DIR), Chromium opens its page, and a question is typed at once,
while the list is still being read. The figures are processor seconds, user and system, of the server and all its
children: to the first page, to the answer, and until the list is read and the models are loaded. The goal is 20 to the
answer. The page tells a share of the work that is done; each new share is printed beside the share of the processor
seconds that had been spent by then. A share that falls is a failure. This needs Linux and Chromium.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "Do intermediate layers give better features than the last layer?"
GOAL = 20.0
# Milliseconds to wait for the answer.
PATIENCE = 1_800_000
_SHARE = re.compile(r"(\d+) ?%")


def main() -> int:
    """Print the figures; return 1 where the goal is missed or a share falls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path)
    given = parser.parse_args().data_dir
    with tempfile.TemporaryDirectory() as fresh:
        folder = given or Path(fresh) / "data"
        server = subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", "serve", "--data-dir", str(folder), "--port", "0", "--json"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        try:
            return measured(server, json.loads(server.stdout.readline())["url"])
        finally:
            server.terminate()
            server.wait()


def measured(server: subprocess.Popen, address: str) -> int:
    with sync_playwright() as playwright:
        browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = opened.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.locator(".welcome").wait_for()
        first = spent(server.pid)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_label("Your question").press("Enter")
        told, answered = followed(server.pid, page)
        done = told[-1][0]
        opened.close()
    print(f"first page     {first:5.1f} CPU-s")
    print(f"first answer   {answered:5.1f} CPU-s   goal <= {GOAL:g}: {_met(answered <= GOAL)}")
    print(f"list and models {done:4.1f} CPU-s")
    shares = []
    for cpu, line in told[:-1]:
        if share := _SHARE.search(line):
            shares.append(int(share[1]))
            print(
                f"  {line:44} at {cpu:5.1f} CPU-s, {100 * (cpu - first) / (done - first):3.0f} % of the work"
            )
    falls = shares != sorted(shares)
    print(f"shares that fall: {'some' if falls else 'none'}")
    return int(answered > GOAL or falls)


def followed(pid: int, page) -> tuple[list[tuple[float, str]], float]:
    """Return every line that the masthead told with the seconds spent by then, and the seconds to the answer."""
    told: list[tuple[float, str]] = []
    answered = 0.0
    while not (answered and told and "notes" in told[-1][1]):
        line = page.locator("#masthead .told").inner_text()
        if not told or told[-1][1] != line:
            told.append((spent(pid), line))
        if not answered and page.locator("#below .colophon").count():
            answered = spent(pid)
        time.sleep(0.1)
    return told, answered


def spent(pid: int) -> float:
    """Return the processor seconds of a process and all its children, also those that have ended."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return own + sum(spent(int(child)) for file in children for child in file.read_text().split())


def _met(met: bool) -> str:
    return "met" if met else "not met"


if __name__ == "__main__":
    sys.exit(main())
