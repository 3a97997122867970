"""Compare a sync with nothing changed with the first sync, and prove that it loads no model.

Run `python benchmarks/sync.py [FOLDER...]` (by default the bundled corpus). Each sync runs in a process of its own; its
CPU seconds include imports and leave out starting Python.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1 / 50
HEAVY = ("torch", "transformers", "chromadb", "gradio", "bm25s", "tokenizers")


def main():
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(Path(sys.argv[2]), sys.argv[3:])))
        return
    folders = sys.argv[1:] or [str(ROOT / "corpus")]
    if missing := [folder for folder in folders if not Path(folder).exists()]:
        print(f"skipped: {missing[0]} is not there")
        return
    with tempfile.TemporaryDirectory() as data:
        first, *again = [run(data, folders) for _ in range(6)]
    second = sorted(again, key=lambda found: found["seconds"])[len(again) // 2]
    print(f"{'sync':16} {'CPU s':>8} {'files':>6} {'unchanged':>10}  loaded")
    for name, found in (("first", first), ("nothing changed", second)):
        loaded = " ".join(found["loaded"]) or "none of " + " ".join(HEAVY)
        print(
            f"{name:16} {found['seconds']:8.3f} {found['files']:6} {found['unchanged']:10}  {loaded}"
        )
    ratio = second["seconds"] / first["seconds"]
    met = ratio < GOAL and not {"torch", "transformers"} & set(second["loaded"])
    verdict = "met" if met else "not met"
    print(
        f"ratio 1/{1 / ratio:.0f} (median of {len(again)}), goal under 1/50 and no model: {verdict}"
    )


def run(data, folders):
    done = subprocess.run(
        [sys.executable, __file__, "--one", data, *folders],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def one(data, folders):
    begun = time.process_time()
    from assistant import Assistant

    assistant = Assistant.open(data, corpus_dir=None)
    new = [f for f in folders if str(Path(f).absolute()) not in assistant.library.roots()]
    report = assistant.add(new) if new else assistant.sync()
    return {
        "seconds": time.process_time() - begun,
        "files": len(report.files),
        "unchanged": report.count("unchanged")
        + report.count("refused")
        + report.count("duplicate"),
        "loaded": [name for name in HEAVY if name in sys.modules],
    }


if __name__ == "__main__":
    main()
