"""A soak: readers ask through the app for minutes on end, while notes come and go, syncs run, and experiments.

    python benchmarks/soak.py [--minutes 1] [--readers 3] [--data-dir DIR] [--every 15]

Written down for each quarter of the time: answers, their median and slowest seconds, memory and open files of the
app. The soak fails where an answer or a sync failed, where the app said that something unexpected went wrong, or
where its memory still grew by more than a tenth from the third quarter to the last. Two hours with 20 readers:
`--minutes 120 --readers 20`.
"""

import argparse
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from load import ROOT, Reader, app, questions

from probes import jobs

QUARTERS = 4
# Growth of memory from the third quarter to the last that is noise of the allocator.
GROWTH = 0.1


@dataclass
class Log:
    """What happened, by the quarter in which it did."""

    begun: float
    seconds: float
    answers: dict = field(default_factory=lambda: defaultdict(list))
    memory: dict = field(default_factory=lambda: defaultdict(list))
    files: dict = field(default_factory=lambda: defaultdict(list))
    troubles: list = field(default_factory=list)
    syncs: int = 0
    runs: int = 0

    def over(self):
        """Whether the time is up."""
        return time.monotonic() - self.begun >= self.seconds

    def quarter(self):
        """Which quarter of the time it is, from 0."""
        passed = (time.monotonic() - self.begun) / self.seconds
        return min(QUARTERS - 1, int(passed * QUARTERS))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--every", type=float, default=15.0, help="seconds between two syncs")
    parser.add_argument("--data-dir", type=Path, help="a library that is there; else a new one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, notes = options.data_dir or Path(folder) / "library", Path(folder) / "notes"
        notes.mkdir()
        with app(data) as (url, process):
            readers = [Reader(url) for _ in range(options.readers)]
            readers[0].ask("What is the logit lens?")  # the list is read and the models are there
            log = Log(time.monotonic(), 60 * options.minutes)
            work = [(reading, reader, seed) for seed, reader in enumerate(readers)]
            work += [(syncing, data, notes, options.every), (running, data), (watching, process)]
            with ThreadPoolExecutor(len(work)) as pool:
                begun = {pool.submit(what, log, *given): what.__name__ for what, *given in work}
            ended = [(name, future.exception()) for future, name in begun.items()]
            log.troubles += [f"{name}: {error!r}" for name, error in ended if error]
        told = data / "app.log"
        if told.exists() and (lines := told.read_text("utf-8").strip()):
            log.troubles.append(f"the app's log: {lines.splitlines()[-1]}")
        return report(log, options)


def reading(log, reader, seed):
    """One reader, who asks again as soon as an answer stands; none asks in the order of another."""
    lines = questions()
    random.Random(seed).shuffle(lines)
    for line in itertools.cycle(lines):
        if log.over():
            return
        quarter = log.quarter()
        log.answers[quarter].append(reader.ask(line))


def syncing(log, data, notes, every):
    """Notes that are written, changed and deleted, each followed by a sync of another process."""
    inquire = [sys.executable, "-m", "assistant.cli"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*inquire, "add", str(notes), "--data-dir", str(data)]
    for number in itertools.count():
        path = notes / f"note-{number % 5}.md"
        if number % 7 == 6:
            path.unlink(missing_ok=True)
        else:
            path.write_text(
                f"# Note {number}\n\nLayer {number} of the soaked model is a good feature.\n"
            )
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            log.troubles.append(f"sync {number}: {done.stderr.strip().splitlines()[-1:]}")
        log.syncs += 1
        command = [*inquire, "sync", "--data-dir", str(data)]
        for _ in range(int(10 * every)):
            if log.over():
                return
            time.sleep(0.1)


def running(log, data):
    """One experiment after the other."""
    while not log.over():
        job = jobs.start("layer_valley", {"count": "24", "seed": str(log.runs)}, data_dir=data)
        while not (state := jobs.status(job)).over:
            if log.over():
                jobs.cancel(job)
                return
            time.sleep(0.5)
        if state.state != "done":
            log.troubles.append(f"experiment: {state.state}: {state.message}")
            return
        log.runs += 1


def watching(log, process):
    found = psutil.Process(process.pid)
    while not log.over():
        quarter = log.quarter()
        log.memory[quarter].append(found.memory_info().rss / 2**20)
        log.files[quarter].append(found.num_fds())
        time.sleep(1)


def report(log, options):
    print(
        f"{options.minutes:g} minutes, {options.readers} readers, {log.syncs} syncs, {log.runs} experiments done; "
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end"
    )
    print(f"{'quarter':8}{'answers':>8}{'median s':>10}{'slowest s':>10}{'MB':>8}{'files':>7}")
    for quarter in range(QUARTERS):
        spent = log.answers[quarter]
        middle, worst = (statistics.median(spent), max(spent)) if spent else (0.0, 0.0)
        memory, files = max(log.memory[quarter], default=0.0), max(log.files[quarter], default=0)
        print(
            f"{quarter + 1:<8}{len(spent):>8}{middle:>10.2f}{worst:>10.2f}{memory:>8.0f}{files:>7}"
        )
    before, last = (
        max(log.memory[quarter], default=0.0) for quarter in (QUARTERS - 2, QUARTERS - 1)
    )
    if before and last > before * (1 + GROWTH):
        log.troubles.append(f"memory grew from {before:.0f} to {last:.0f} MB in the last quarter")
    for trouble in log.troubles:
        print(f"trouble: {trouble}")
    print("no trouble" if not log.troubles else f"{len(log.troubles)} troubles")
    return int(bool(log.troubles))


if __name__ == "__main__":
    sys.exit(main())
