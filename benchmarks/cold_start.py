"""Measure a command from a cold start: processor seconds and peak memory of the whole process, imports included.

    python benchmarks/cold_start.py [ROUNDS]

The library is the bundled list, already read. Every command runs in a process of its own, ROUNDS times (3) after one
run that fills the disk cache; the figures are medians. The same rounds measure `python -c 'import torch, transformers,
chromadb'`: the cost of importing the libraries of a usual retrieval program before it does anything. For the app, the
first page and the first answer are counted from the start of its process. This needs Linux.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Do middle layers carry better representations than the last layer?"
BASELINE = ["-c", "import torch, transformers, chromadb"]
COMMANDS = {
    "inquire --help": (["--help"], 0.4),
    "inquire status": (["status"], 0.4),
    "inquire search": (["search", QUESTION], 1.5),
    "inquire ask": (["ask", QUESTION], 2.0),
    "inquire sync, nothing new": (["sync"], None),
}
PAGE, ANSWER, MEMORY = 3.0, 6.0, 600.0


def main(rounds: int = 3) -> int:
    """Print one line per command; return 1 where a goal is not met."""
    met = []
    with tempfile.TemporaryDirectory() as data:
        # Python compiles the modules beforehand, so that imports cost what they cost after an installation.
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "assistant", "probes"], cwd=ROOT, check=True
        )
        first = cost(inquire(["sync"]), data)
        found = {name: [] for name in ("baseline", *COMMANDS)}
        for number in range(rounds + 1):
            for name, ran in found.items():
                arguments = BASELINE if name == "baseline" else inquire(COMMANDS[name][0])
                spent = cost(arguments, data)
                if number:
                    ran.append(spent)
        print(f"{'':28}{'CPU s':>8}{'memory MB':>11}   of the baseline   goal")
        base = statistics.median(seconds for seconds, _ in found["baseline"])
        print(line("import torch, …, chromadb", found["baseline"], base))
        print(line("inquire sync, first", [first], base))
        for name, (_, goal) in COMMANDS.items():
            print(line(name, found[name], base, goal))
            if goal:
                met.append(statistics.median(seconds for seconds, _ in found[name]) <= goal)
        page, answer, memory = app(data)
    for name, value, goal, unit in (
        ("app, first page", page, PAGE, "CPU s"),
        ("app, first answer", answer, ANSWER, "CPU s"),
        ("app, peak memory", memory, MEMORY, "MB"),
    ):
        met.append(value <= goal)
        print(f"{name:28}{value:8.2f} {unit:5}   goal <= {goal:g}: {said(met[-1])}")
    return int(not all(met))


def inquire(arguments: list[str]) -> list[str]:
    return ["-m", "assistant.cli", *arguments]


def line(name, ran, base, goal=None) -> str:
    seconds, memory = (statistics.median(column) for column in zip(*ran, strict=True))
    told = f"<= {goal}: {said(seconds <= goal)}" if goal else ""
    return f"{name:28}{seconds:8.2f}{memory:11.0f}{seconds / base:17.2f}   {told}"


def said(met: bool) -> str:
    return "met" if met else "not met"


def cost(arguments: list[str], data: str) -> tuple[float, float]:
    """Return processor seconds, user and system, and peak MB of one process with its children."""
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment(data),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def environment(data: str) -> dict[str, str]:
    return {**os.environ, "INQUIRE_DATA_DIR": data, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}


# The script starts the app as `python -m app` does, fetches its first page, and asks a question on it.
APP = """
import json, sys, time, types
from urllib.request import HTTPCookieProcessor, build_opener
import app
from serving import listening

assistant = app.Assistant.open(sys.argv[1])
window = app.Window(assistant)
blocks = app.build(window)
with app.served(blocks, assistant.settings, listening("127.0.0.1", 0)) as found:
    with build_opener(HTTPCookieProcessor()).open(found.address, timeout=600) as page:
        assert page.status == 200, page.status
        page.read()
    first = time.process_time()
    window.prepare()
    said = list(app.Presses(window).reply(sys.argv[2], (), types.SimpleNamespace(session_hash="one")))
    answered = time.process_time()
    assert said[-2][5].sentences[0].citations
    print(json.dumps([first, answered]), flush=True)
"""


def app(data: str) -> tuple[float, float, float]:
    """Return processor seconds of the app to its first page and to its first answer, and its peak MB."""
    process = subprocess.Popen(
        [sys.executable, "-c", APP, data, QUESTION], cwd=ROOT, env=environment(data),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the app ended with {os.waitstatus_to_exitcode(status)}")
    page, answer = json.loads(out.splitlines()[-1])
    return page, answer, used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
