"""Measure the time to the first page of the app and of a bare gradio app, in one run, as medians of several rounds.

The app may take 1.5 times as long. Run with `python benchmarks/app_start.py [ROUNDS]`.
"""

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

BOUND = 1.5
ROOT = Path(__file__).resolve().parents[1]
BARE = """
import os
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr
with gr.Blocks() as blocks:
    gr.Textbox()
blocks.launch(server_port={port}, quiet=True, ssr_mode=False)
"""


def main(rounds: int = 5) -> int:
    """Print both medians and their ratio; return 1 where the ratio passes the bound."""
    bare, app = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            port = _free_port()
            first = _first_page(["-c", BARE.format(port=port)], f"http://127.0.0.1:{port}/")
            data = ["--data-dir", f"{folder}/{number}"]
            second = _first_page(["-m", "app", *data, "--port", "0", "--json"], "")
            if number:  # the first round fills the disk cache for both
                bare.append(first)
                app.append(second)
    ratio = statistics.median(app) / statistics.median(bare)
    print(
        f"bare gradio {statistics.median(bare):.2f} s, app {statistics.median(app):.2f} s, "
        f"ratio {ratio:.2f} (bound {BOUND}), {rounds} rounds"
    )
    return int(ratio > BOUND)


def _first_page(arguments: list[str], address: str) -> float:
    """Return seconds from the start of a process to its first page with status 200; the app prints its own address."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        address = address or json.loads(process.stdout.readline())["url"]
        while process.poll() is None and time.perf_counter() - begun < 120:
            try:
                with browser.open(address, timeout=30) as page:
                    if page.status == 200:
                        return time.perf_counter() - begun
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise SystemExit(f"no page from {arguments}")
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
