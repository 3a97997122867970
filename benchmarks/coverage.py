"""How well closeness tells a question of the list from one of another field; calibrates coverage.FLOOR.

    python benchmarks/coverage.py ../shared

Positives: every bundled note's own question and the public inquiring lines. Negatives: questions on
biology. Baseline in the same run: the best passage's cosine alone, at the threshold that loses no positive.
"""

import json
import random
import sys
import tempfile
from pathlib import Path

from assistant import Assistant
from assistant.aspects import aspects
from assistant.coverage import FLOOR, assess, closeness
from assistant.retrieval import search
from assistant.selection import witnesses


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    biology = shared / "eval" / "scholarqabench" / "bio_questions.jsonl"
    if not biology.is_file():
        sys.exit(f"{biology} is not there; name the folder that holds eval/ as the argument.")
    rows = [json.loads(line) for line in biology.read_text("utf-8").splitlines()]
    away = random.Random(0).sample([row["input"] for row in rows], 300)
    lines = json.loads((shared / "facts" / "inquiring_lines_public.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        desk = Assistant.open(folder).desk()
        home = [source.title for source in desk.library.sources()] + [
            row["question"] for row in lines
        ]
        near, far = ([judged(desk, question) for question in group] for group in (home, away))
    floor = min(cosine for _, cosine, _ in near)
    print(f"questions of the list {len(near)}, of biology {len(far)}; FLOOR = {FLOOR}")
    least, greatest = min(row[0] for row in near), max(row[0] for row in far)
    print(f"closeness: least of the list {least:.3f}, greatest of biology {greatest:.3f}")
    print(f"absent, of biology        {share(far, lambda row: row[2]):.3f}   goal >= .95")
    print(f"absent, of the list       {share(near, lambda row: row[2]):.3f}   goal <= .05")
    print(
        f"baseline, cosine alone: absent of biology {share(far, lambda row: row[1] < floor):.3f} at no loss of the list"
    )


def judged(desk, question: str) -> tuple[float, float, bool]:
    """Closeness, the best passage's cosine, and whether the question is judged absent."""
    asked = aspects(question)
    found = search(desk.library, desk.index, desk.encoder, question, 60)
    speaking = witnesses(desk.library, desk.index, found, asked)
    absent = assess(found, speaking, asked).coverage == "absent"
    return closeness(found, speaking), max(item.cosine for item in found.found), absent


def share(rows, holds) -> float:
    return sum(bool(holds(row)) for row in rows) / len(rows)


if __name__ == "__main__":
    main()
