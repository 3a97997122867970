"""Put the app under load: 20 askers at once, an experiment beside an answer, and a thousand stopped answers.

    python benchmarks/load.py [--data-dir DIR] [--askers 20] [--stops 1000] [--runs 20]

The app is started as a reader starts it and asked through the page's own calls; no question is asked twice. A lone
answer is the median of five. The goals: the median of many answers at once is within 3 times a lone one, and beside an
experiment within 2 times; after the stopped answers there are as many threads, open files and children as before;
experiments, each stopped a little later than the one before, leave no process and no half-written folder. Where an
answer only computes, on one core, N answers at once on C cores cannot have a median below N / 2C lone ones; the report
names that bound too.
"""

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil

from probes.runs import jobs

ROOT = Path(__file__).resolve().parent.parent
MANY, BESIDE = 3.0, 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="a library that is there; else a new one")
    parser.add_argument("--askers", type=int, default=20)
    parser.add_argument("--stops", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=20, help="experiments that are stopped")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data_dir or Path(folder) / "library"
        with app(data) as (url, process):
            rows = measured(url, process, data, options)
    cores = os.cpu_count() or 1
    print(f"{cores} cores, load average {os.getloadavg()[0]:.1f} at the end")
    for what, value, goal in rows:
        verdict = "" if goal is None else f"goal {goal}: {'met' if value <= goal else 'not met'}"
        print(f"{what:58} {value:9.2f}   {verdict}".rstrip())
    return int(any(goal is not None and value > goal for _, value, goal in rows))


def measured(url, process, data, options):
    asked = iter(questions())
    readers = [Reader(url) for _ in range(options.askers)]
    readers[0].ask(next(asked))  # the first question loads the rest
    lone = statistics.median(readers[0].ask(next(asked)) for _ in range(5))
    with ThreadPoolExecutor(options.askers) as pool:
        many = list(pool.map(lambda reader, line: reader.ask(line), readers, asked))
    job = jobs.start("layer_valley", {"count": "96"}, data_dir=data)
    while jobs.status(job).fraction == 0 and not jobs.status(job).over:
        time.sleep(0.2)
    beside = [readers[0].ask(next(asked)) for _ in range(5)]
    running = not jobs.status(job).over
    jobs.cancel(job)
    left = stopped(readers[0], process, data, next(asked), options.stops)
    left_of_runs = stopped_runs(data, options.runs)
    middle = statistics.median(many)
    cores = os.cpu_count() or 1
    return [
        ("lone answer, s, median of 5", lone, None),
        (f"{options.askers} at once, s, median", middle, None),
        (f"{options.askers} at once, s, slowest", max(many), None),
        (f"{options.askers} at once: median in lone ones", middle / lone, MANY),
        ("  the least that these cores allow computing alone", options.askers / 2 / cores, None),
        (
            f"beside an experiment ({'running' if running else 'OVER BEFORE THE END'}): in lone ones",
            statistics.median(beside) / lone,
            BESIDE,
        ),
        *((f"{options.stops} stops: {what} more than before", more, 0) for what, more in left),
        (f"{options.runs} experiments stopped: processes and drafts left", left_of_runs, 0),
    ]


def stopped(reader, process, data, question, count):
    """Count what stopped answers leave behind: once a tenth has warmed all pools, and after the rest."""

    def stop(times):
        for number in range(times):
            reader.begin(f"{question} {number}")
            reader.call("stop", [])
        reader.ask(question)

    stop(max(1, count // 10))
    before = traces(process, data)
    stop(count)
    time.sleep(2)
    after = traces(process, data)
    return [(what, max(0, after[what] - before[what])) for what in before]


def stopped_runs(data, count):
    for number in range(count):
        job = jobs.start("layer_valley", {"count": "24"}, data_dir=data)
        time.sleep(number * 0.2)
        jobs.cancel(job)
    time.sleep(1)
    home = str(data.resolve())
    commands = [found.info["cmdline"] or () for found in psutil.process_iter(["cmdline"])]
    living = [c for c in commands if "probes" in c and any(part.startswith(home) for part in c)]
    return len(living) + sum(1 for _ in data.rglob("*.part"))


def traces(process, data):
    found = psutil.Process(process.pid)
    uploads = list(Path(tempfile.gettempdir()).glob("inquiring-lines-*/**/*"))
    return {
        "threads": found.num_threads(),
        "open files": found.num_fds(),
        "children": len(found.children(recursive=True)),
        "files": len(uploads) + sum(1 for path in data.rglob("*") if path.is_file()),
    }


def questions():
    """Yield the questions of the list, and each again in other words, so that none is asked twice."""
    lines = json.loads((ROOT / "benchmarks" / "inquiring_lines.json").read_text("utf-8"))
    own = [line["question"] for line in lines]
    return [*own, *(f"What is known of this: {line}" for line in own)]


@contextlib.contextmanager
def app(data):
    """Start the app on a library; yield its address and its process."""
    command = [
        sys.executable,
        str(ROOT / "app.py"),
        "--data-dir",
        str(data),
        "--port",
        "0",
        "--json",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    try:
        yield json.loads(process.stdout.readline())["url"], process
    finally:
        process.terminate()
        process.wait()


class Reader:
    """A page that asks: its cookie, its session, and the numbers of the page's functions."""

    def __init__(self, url):
        self._client = httpx.Client(base_url=url.partition("?")[0], timeout=600, trust_env=False)
        self._client.get(url, follow_redirects=True).raise_for_status()
        self._session = f"{id(self):x}{threading.get_ident():x}"
        page = self._client.get("/").text
        config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page)[1])
        named = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        button = next(p["id"] for p in config["components"] if p["props"].get("value") == "Ask")
        presses = config["dependencies"]
        by_number = {press["id"]: press for press in presses}
        take = next(p["id"] for p in presses if [button, "click"] in p["targets"])
        stop = next(p["id"] for p in presses if [named["stop"], "click"] in p["targets"])
        reply = next(p["id"] for p in presses if p["trigger_after"] == take)
        self._numbers = {"take": take, "stop": stop, "reply": reply}
        shown = {part["id"]: part["props"].get("value") for part in config["components"]}
        # Values that the page itself keeps are sent as nothing; the others are sent as they stand there.
        self._reply = [
            shown[part] if part in (named["writer"], named["length"]) else None
            for part in by_number[reply]["inputs"]
        ]
        # The app keeps what belongs to this page as long as this stream is open.
        beat = self._client.build_request("GET", f"/gradio_api/heartbeat/{self._session}")
        self._beat = self._client.send(beat, stream=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Close the page."""
        self._beat.close()
        self._client.close()

    def ask(self, question):
        """Return the seconds from the question to its whole answer."""
        begun = time.perf_counter()
        self.begin(question)
        said = self._heard()
        if "<article" not in said and "Sources" not in said:
            raise RuntimeError(f"no answer to {question!r}: {said[-500:]}")
        return time.perf_counter() - begun

    def begin(self, question):
        """Send a question and do not wait for its answer."""
        self.call("take", [question])
        self._join("reply", self._reply)

    def call(self, name, values):
        """Press something and wait until it is done."""
        self._join(name, values)
        return self._heard()

    def _join(self, name, values):
        call = {"fn_index": self._numbers[name], "data": values, "session_hash": self._session}
        self._client.post("/gradio_api/queue/join", json=call).raise_for_status()

    def _heard(self):
        """Return every message until no call of this page is under way."""
        with self._client.stream(
            "GET", "/gradio_api/queue/data", params={"session_hash": self._session}
        ) as stream:
            return "\n".join(stream.iter_lines())


if __name__ == "__main__":
    sys.exit(main())
