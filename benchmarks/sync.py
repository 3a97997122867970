"""Compare a sync with nothing changed with the first sync, and prove that it loads no model.

Run `python benchmarks/sync.py [FOLDER...]` (by default the bundled corpus), or with `--papers 1000` for so many PDFs of
one page each, of the words of the bundled notes. Each sync runs in a process of its own; its CPU seconds include
imports and the processes that read files, and leave out starting Python. Longer papers make the ratio smaller still.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1 / 100
WORDS = 250
HEAVY = ("torch", "transformers", "chromadb", "gradio", "bm25s", "tokenizers")


def main():
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(Path(sys.argv[2]), sys.argv[3:])))
        return
    if sys.argv[1:2] == ["--papers"]:
        with tempfile.TemporaryDirectory() as folder:
            write_papers(Path(folder), int(sys.argv[2]))
            compare([folder])
        return
    folders = sys.argv[1:] or [str(ROOT / "corpus")]
    if missing := [folder for folder in folders if not Path(folder).exists()]:
        print(f"skipped: {missing[0]} is not there")
        return
    compare(folders)


def write_papers(folder, count):
    import typst

    rng = random.Random(0)
    notes = [path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*.md"))]
    words = [word for note in notes for word in note.split() if word.isalpha()]
    for number in range(count):
        said = [" ".join(rng.choices(words, k=15)).capitalize() + "." for _ in range(WORDS // 15)]
        text = f"= Study {number} of {rng.choice(words)}\n\n{' '.join(said)}"
        (folder / f"paper-{number:04}.pdf").write_bytes(typst.compile(text.encode()))


def compare(folders):
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
        f"ratio 1/{1 / ratio:.0f} (median of {len(again)}), goal under 1/{1 / GOAL:.0f} and no model: {verdict}"
    )


def run(data, folders):
    done = subprocess.run(
        [sys.executable, __file__, "--one", data, *folders],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def one(data, folders):
    begun = time.process_time()
    from assistant import Assistant, readers
    from assistant.search import shipped

    shipped.FILE = Path("none")  # the vectors of the bundled list are computed, not taken from it
    assistant = Assistant.open(data, corpus_dir=None)
    new = [f for f in folders if str(Path(f).absolute()) not in assistant.library.roots()]
    report = assistant.add(new) if new else assistant.sync()
    own = time.process_time() - begun
    # The system counts the time of children once they have ended.
    readers.pdf._shared.close()
    readers._TEXTS.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": own + children.ru_utime + children.ru_stime,
        "files": len(report.files),
        "unchanged": report.count("unchanged")
        + report.count("refused")
        + report.count("duplicate"),
        "loaded": [name for name in HEAVY if name in sys.modules],
    }


if __name__ == "__main__":
    main()
