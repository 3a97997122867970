"""Measure every page of the app on a library of 1,000 sources, in processor seconds of the server.

    python benchmarks/pages.py [--sources 1000] [--data-dir DIR] [--rounds 5]

The library is the bundled list with its runs, and copies of its notes in which a quarter of the words are drawn anew
from the list's own: good for measuring cost, worthless for reading. It is built once in DIR (a temporary folder where
none is named) and used again. Each page is drawn once before it is measured, as the first reader of it would do, and
then ROUNDS times; of the pages of sources, ROUNDS different ones are drawn. The goals: every page takes less than .5,
and the table less than .2.
"""

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant import Assistant  # noqa: E402
from assistant.views.holdings import View  # noqa: E402
from assistant.views.sheets import Sheets  # noqa: E402
from assistant.views.window import Trouble, Window  # noqa: E402
from library_presses import LibraryPresses  # noqa: E402
from presses import Presses  # noqa: E402
from room_presses import RoomPresses  # noqa: E402
from run_presses import RunPresses  # noqa: E402

QUESTION = "Do intermediate layers give better features than the last layer?"
TABLE, PAGE = 0.2, 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data-dir", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        folder = given.data_dir or Path(fresh)
        library = built(folder, given.sources)
        missed = measured(library, given.rounds)
    sys.exit(1 if missed else 0)


def built(folder: Path, sources: int) -> Assistant:
    """Return the library with the given number of sources."""
    library = Assistant.open(folder / "data")
    library.sync()
    held = len([*library.library.keys("note"), *library.library.keys("paper")])
    wanted = sources - held
    if wanted > 0:
        notes = folder / "copies"
        notes.mkdir(exist_ok=True)
        write(notes, wanted)
        begun = time.process_time()
        library.add([notes])
        print(
            f"{wanted} notes read and indexed in {time.process_time() - begun:.0f} CPU-s",
            flush=True,
        )
    return library


def write(folder: Path, count: int) -> None:
    rng = random.Random(1)
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*.md"))]
    words = [
        word for text in texts for word in re.findall(r"[a-z]{4,}", text.partition("\n---\n")[2])
    ]
    for number in range(count):
        head, rule, body = texts[number % len(texts)].partition("\n---\n")
        head = re.sub(r"^key: .*$", f"key: copy-{number}", head, flags=re.MULTILINE)
        head = re.sub(
            r"^title: .*$",
            f'title: "Copy {number}: {" ".join(rng.sample(words, 6))}"',
            head,
            flags=re.MULTILINE,
        )
        body = re.sub(
            r"[a-z]{4,}", lambda found: rng.choice(words) if rng.random() < 0.25 else found[0], body
        )
        (folder / f"copy-{number}.md").write_text(head + rule + body, "utf-8")


def measured(library: Assistant, rounds: int) -> list[str]:
    """Print what each page costs, and return the pages that miss their goals."""
    window = Window(library)
    window.prepare()
    while not window.loaded:
        time.sleep(0.1)
    presses = Presses(window)
    sheets, run_presses = Sheets(window), RunPresses(presses)
    rooms, table = RoomPresses(presses, ()), LibraryPresses(presses)
    library.threads.keep(library.ask(QUESTION), "0123abcd")
    rng = random.Random(2)
    keys = rng.sample(sorted(library.library.keys("note")), rounds)
    runs = sorted(library.library.keys("evidence"))
    pages = {
        "table": lambda _: table.stock(View()),
        "table, searched": lambda at: table.stock(
            View().of(("layer", "tokens", "entropy")[at % 3])
        ),
        "table, by year": lambda _: table.stock(View().sorted_by("year")),
        "page of a source": lambda at: window.paper(keys[at]),
        "its summary in full": lambda at: window.summary([keys[at]]),
        "passage": lambda at: sheets.passage(keys[at], None, 0, 60),
        "record of an experiment": lambda at: window.record(runs[at % len(runs)]),
        "ledger": lambda _: run_presses.ledger(),
        "threads": lambda _: rooms.listing(""),
        "settings": lambda _: presses.settings(),
        "works that are here twice": lambda _: table.twins(),
    }
    missed = []
    print(f"{len(library.library.keys())} sources; CPU-s, median and most of {rounds}")
    for name, draw in pages.items():
        spent = []
        for at in (0, *range(rounds)):
            begun = time.process_time()
            drawn = draw(at)
            spent.append(time.process_time() - begun)
            if isinstance(drawn, Trouble):
                raise SystemExit(f"{name}: {drawn.line}")
        goal = TABLE if name.startswith("table") else PAGE
        most = max(spent[1:])
        missed += [name] if most >= goal else []
        told = "met" if most < goal else "MISSED"
        print(
            f"{name:28} {statistics.median(spent[1:]):6.3f} {most:6.3f}   {told} (under {goal})",
            flush=True,
        )
    return missed


if __name__ == "__main__":
    main()
