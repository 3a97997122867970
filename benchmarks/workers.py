"""Compare one worker with two, for a sweep and for an ingest: wall time, processor time, efficiency.

Run `python benchmarks/workers.py [FOLDER]` (by default the bundled corpus). Every worker computes with one thread, so
that the two differ in the number of workers alone; a run is a process of its own, and starting it does not count. On
a machine that others use, runs with one and two workers alternate, and the fastest of each is told.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAIRS = 3
# The cells of the sweep: as many data sets, each of as many prompts.
SETS, PROMPTS = 4, 8


def main():
    if sys.argv[1:2] == ["--one"]:
        what, count, folder, data = sys.argv[2:]
        begun = time.perf_counter()
        WORK[what](int(count), Path(folder), Path(data))
        print(json.dumps({"wall": time.perf_counter() - begun}))
        return
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "corpus").resolve()
    print(f"{'work':8} {'workers':>7} {'wall s':>8} {'CPU s':>8}")
    for what in WORK:
        found = {1: [], 2: []}
        for _ in range(PAIRS):
            for count, runs in found.items():
                runs.append(run(what, count, folder))
        best = {count: min(runs, key=lambda one: one["wall"]) for count, runs in found.items()}
        for count, one in best.items():
            print(f"{what:8} {count:7} {one['wall']:8.1f} {one['cpu']:8.1f}")
        speedup = best[1]["wall"] / best[2]["wall"]
        load = os.getloadavg()[0]
        print(
            f"{what:8} speed-up {speedup:.2f}, efficiency {speedup / 2:.2f}; the machine's load {load:.1f}"
        )


def run(what, count, folder):
    before = cpu()
    with tempfile.TemporaryDirectory() as data:
        done = subprocess.run(
            [sys.executable, __file__, "--one", what, str(count), str(folder), data],
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    return {**json.loads(done.stdout.splitlines()[-1]), "cpu": cpu() - before}


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sweep(count, _, data):
    """Metrics of all layers of MiniLM on four sets of prompts."""
    from probes.layers import layer_scores
    from probes.layers.sweep import cells, sweep
    from probes.machines.workers import Workers
    from probes.texts.prompts import OWN

    sets = []
    for number in range(SETS):
        sets.append(str(data / f"{number}.txt"))
        texts = [
            f"{number} {OWN[at % len(OWN)]} {OWN[(at + number) % len(OWN)]}"
            for at in range(PROMPTS)
        ]
        Path(sets[-1]).write_text("\n\n".join(texts), "utf-8")
    with Workers(count=count).open(apart=True) as crew:
        work = layer_scores.measuring(data)
        done = list(sweep(cells(["minilm"], sets), work, data / "kept", crew))
    if wrong := [one.error for one in done if one.error]:
        raise SystemExit(wrong[0])


def ingest(count, folder, data):
    """Read, cut, embed and index the files of a folder."""
    from assistant import Assistant
    from assistant.search import shipped

    # One worker is this process; it parses with one process too.
    if count == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    shipped.FILE = Path("none")  # the vectors of the bundled list are computed, not taken from it
    Assistant.open(data, corpus_dir=None, workers=count, threads=1).add([folder])


WORK = {"sweep": sweep, "ingest": ingest}

if __name__ == "__main__":
    main()
