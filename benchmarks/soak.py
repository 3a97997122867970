"""Soak the app: readers ask for minutes on end, while notes come and go, syncs run, and experiments run.

    python benchmarks/soak.py [--minutes 1] [--readers 3] [--think 0 0] [--every 15] [--rest 0] [--log FILE]

A reader thinks for a while between two questions, a different time each time, and opens the page again after ten of
them. For each quarter of the time the report gives the answers, their median and slowest seconds, memory, threads and
open files of the app, its processor time, and the load average of the machine; `--log` writes the same for each minute
to a file, as it goes. The soak fails where an answer or a sync failed, where the app reported an unexpected error, or
where its memory still grew by more than a tenth from the third quarter to the last. For two hours with 20 readers who
think for 60 to 90 seconds: `--minutes 120 --readers 20 --think 60 90 --every 120 --rest 300`.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from load import ROOT, Reader, app, questions

from probes.runs import jobs

QUARTERS = 4
# Growth of memory from the third quarter to the last, up to this share, is noise of the allocator.
GROWTH = 0.1
# A reader asks so many questions before opening the page again.
SITTING = 10


@dataclass(frozen=True)
class Sample:
    """The state of the app at one time: the time, resident megabytes, open files, threads, processor seconds so far."""

    time: float
    memory: float
    files: int
    threads: int
    spent: float
    load: float


@dataclass
class Log:
    """The events of a soak with their times; an answer is the time of its end and its seconds."""

    begun: float
    seconds: float
    answers: list = field(default_factory=list)
    samples: list = field(default_factory=list)
    troubles: list = field(default_factory=list)
    syncs: int = 0
    runs: int = 0

    def over(self):
        """Return whether the time is up."""
        return time.monotonic() - self.begun >= self.seconds

    def rest(self, seconds):
        """Wait, but not beyond the end."""
        until = min(time.monotonic() + seconds, self.begun + self.seconds)
        time.sleep(max(0.0, until - time.monotonic()))

    def row(self, start, end):
        """Return the figures between two times, given in seconds from the beginning."""
        low, high = self.begun + start, self.begun + end
        spent = [seconds for at, seconds in self.answers if low <= at < high]
        seen = [sample for sample in self.samples if low <= sample.time < high]
        return {
            "answers": len(spent),
            "median": round(statistics.median(spent), 2) if spent else 0.0,
            "slowest": round(max(spent, default=0.0), 2),
            "memory": round(max((sample.memory for sample in seen), default=0.0)),
            "files": max((sample.files for sample in seen), default=0),
            "threads": max((sample.threads for sample in seen), default=0),
            "processor": round(seen[-1].spent - seen[0].spent, 1) if seen else 0.0,
            "load": round(statistics.mean(sample.load for sample in seen), 1) if seen else 0.0,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument(
        "--think", type=float, nargs=2, default=(0.0, 0.0), metavar=("LEAST", "MOST"),
        help="seconds between an answer and the next question",
    )  # fmt: skip
    parser.add_argument("--every", type=float, default=15.0, help="seconds between two syncs")
    parser.add_argument("--rest", type=float, default=0.0, help="seconds between two experiments")
    parser.add_argument("--log", type=Path, help="file for one JSON line a minute")
    parser.add_argument("--data-dir", type=Path, help="a library that is there; else a new one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, notes = options.data_dir or Path(folder) / "library", Path(folder) / "notes"
        notes.mkdir()
        with app(data) as (url, process):
            # The app has now read the list and loaded the models.
            Reader(url).ask("What is the logit lens?")
            log = Log(time.monotonic(), 60 * options.minutes)
            work = [(reading, url, seed, options.think) for seed in range(options.readers)]
            work += [(syncing, data, notes, options.every), (running, data, options.rest)]
            work += [(watching, process, options.log)]
            with ThreadPoolExecutor(len(work)) as pool:
                begun = {pool.submit(what, log, *given): what.__name__ for what, *given in work}
            ended = [(name, future.exception()) for future, name in begun.items()]
            log.troubles += [f"{name}: {error!r}" for name, error in ended if error]
        told = data / "app.log"
        if told.exists() and (lines := told.read_text("utf-8").strip()):
            log.troubles.append(f"the app's log: {lines.splitlines()[-1]}")
        return report(log, options)


def reading(log, url, seed, think):
    """Be one reader, who thinks and asks again; readers ask in different orders, and not all at the same time."""
    chance = random.Random(seed)
    lines = questions()
    chance.shuffle(lines)
    log.rest(chance.uniform(0, think[1]))
    for sitting in itertools.count():
        with Reader(url) as reader:
            for number in range(SITTING):
                if log.over():
                    return
                seconds = reader.ask(lines[(sitting * SITTING + number) % len(lines)])
                log.answers.append((time.monotonic(), seconds))
                log.rest(chance.uniform(*think))


def syncing(log, data, notes, every):
    """Write, change and delete notes, and sync each time in another process."""
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
        log.rest(every)
        if log.over():
            return


def running(log, data, rest):
    """Run one experiment after the other."""
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
        log.rest(rest)


def watching(log, process, path):
    """Sample the app second by second; append each minute to a file as it ends."""
    found = psutil.Process(process.pid)
    minute = 0
    while not log.over():
        with found.oneshot():
            log.samples.append(
                Sample(
                    time.monotonic(), found.memory_info().rss / 2**20, found.num_fds(),
                    found.num_threads(), sum(found.cpu_times()[:2]), os.getloadavg()[0],
                )
            )  # fmt: skip
        if path and time.monotonic() - log.begun >= 60 * (minute + 1):
            row = {"minute": minute, **log.row(60 * minute, 60 * (minute + 1))}
            row |= {"syncs": log.syncs, "runs": log.runs, "troubles": len(log.troubles)}
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            minute += 1
        time.sleep(1)


def report(log, options):
    print(
        f"{options.minutes:g} minutes, {options.readers} readers, {log.syncs} syncs, {log.runs} experiments done; "
        f"{os.cpu_count()} cores"
    )
    long = log.seconds / QUARTERS
    rows = [log.row(long * quarter, long * (quarter + 1)) for quarter in range(QUARTERS)]
    heads = {
        "answers": "answers", "median": "median s", "slowest": "slowest s", "memory": "MB", "files": "files",
        "threads": "threads", "processor": "processor s", "load": "load average",
    }  # fmt: skip
    print("quarter", *heads.values(), sep="\t")
    for quarter, row in enumerate(rows):
        print(quarter + 1, *(row[name] for name in heads), sep="\t")
    before, last = (row["memory"] for row in rows[-2:])
    if before and last > before * (1 + GROWTH):
        log.troubles.append(f"memory grew from {before:.0f} to {last:.0f} MB in the last quarter")
    for trouble in log.troubles:
        print(f"trouble: {trouble}")
    print("no trouble" if not log.troubles else f"{len(log.troubles)} troubles")
    return int(bool(log.troubles))


if __name__ == "__main__":
    sys.exit(main())
