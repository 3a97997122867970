"""Set the measures of a brief: `python training/brief.py` prints the figures of each choice on held-out questions.

The selector was not trained on these questions. Those of `training/labels` decide; the yardstick is printed beside them
and decides nothing.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from assistant import Assistant
from assistant.compose.brief import BRIEF, brief
from training import sets
from training.answers import Labelled, asked, figures

GRID = {
    "helps": (0.3, 0.4, 0.5, 0.6, 0.7),
    "floor": (0.1, 0.2, 0.3),
    "own": (0.0, 0.05, 0.1),
    "caveat": (0.05, 0.1, 0.15, 0.25),
    "words": (140, 160, 180),
}


def main() -> None:
    """Print the figures of every choice of one measure, with the other measures as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=Path("tests/labels"))
    parser.add_argument("--own", type=Path, default=Path(__file__).parent / "labels")
    parser.add_argument("--memory", type=Path, help="keeps scores of the selector for another time")
    chosen = parser.parse_args()
    rows = [
        row for row in sets.labelled(chosen.labels, chosen.own)
        if sets.held_out(row["id"]) and row["set"] not in sets.SHORT and not row["set"].startswith("cover")
    ]  # fmt: skip
    yard = sets.read_jsonl(chosen.labels / "questions.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        library = Assistant.open(folder)
        found = asked(library, rows + yard, chosen.labels / "sentences.json", chosen.memory)
    kept, measured = found[: len(rows)], found[len(rows) :]
    for name, values in GRID.items():
        for value in values:
            measure = replace(BRIEF, **{name: value})
            print(name, value, "held out", figures(kept, plans(kept, measure)))
            print(" " * len(name), "yardstick", figures(measured, plans(measured, measure)))


def plans(labelled: list[Labelled], measure) -> list:
    """Return the plan of a brief for every question."""
    return [
        brief(
            str(each.row["question"]), each.matter.parts, each.matter.assessment, each.matter.quotes,
            [], each.matter.sources, each.matter.works, each.matter.vectors.alike,
            each.matter.of_parts, measure,
        )
        for each in labelled
    ]  # fmt: skip


if __name__ == "__main__":
    main()
