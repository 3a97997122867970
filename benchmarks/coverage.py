"""Measure how well coverage tells questions on the list from foreign ones, and near misses from answers.

    python benchmarks/coverage.py ../shared

Questions on the list are every bundled note's own question, the lines of inquiring_lines.json that the list answers or
half answers, and the public inquiring lines. Foreign questions are 300 questions on biology. The baseline in the same
run is the cosine of the best passage alone, at the threshold that calls as many questions on the list absent. Near
misses are QASA's unanswerable questions beside the passages of their papers: the topic is right and the fact is
missing. Counted is how many of them are not called answered.
"""

import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from assistant import Assistant
from assistant.answering.matter import matter
from assistant.evaluation.closed import opened
from assistant.evaluation.sets import qasa
from assistant.evaluation.tables import tables
from assistant.search.retrieval import search

HOME = ("title", "answered", "partial", "public")


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    biology = shared / "eval" / "scholarqabench" / "bio_questions.jsonl"
    if not biology.is_file():
        sys.exit(f"{biology} is not there; name the folder that holds eval/ as the argument.")
    with tempfile.TemporaryDirectory() as folder:
        desk = Assistant.open(folder).desk()
        found = {
            group: [judged(desk, question) for question in questions]
            for group, questions in asked(shared, desk).items()
        }
        missed = near_misses(folder, shared / "eval" / "qasa")
    for group, rows in found.items():
        shares = Counter(coverage for coverage, _ in rows)
        told = ", ".join(
            f"{shares[c] / len(rows):.3f} {c}" for c in ("answered", "partial", "absent")
        )
        print(f"{group:10} {len(rows):4} questions: {told}")
    home = [row for group in HOME for row in found[group]]
    away = found["biology"]
    lost = sum(coverage == "absent" for coverage, _ in home) / len(home)
    floor = float(np.quantile([cosine for _, cosine in home], lost))
    baseline = sum(cosine < floor for _, cosine in away) / len(away)
    absent = sum(coverage == "absent" for coverage, _ in away) / len(away)
    print(f"absent of the list {lost:.3f} (goal <= .05); of biology {absent:.3f} (goal >= .95)")
    print(f"baseline, cosine alone at the same loss: absent of biology {baseline:.3f}")
    if missed:
        kept = sum(coverage != "answered" for coverage in missed) / len(missed)
        print(f"near misses not called answered {kept:.3f} of {len(missed)} (goal >= .85)")


def asked(shared: Path, desk) -> dict[str, list[str]]:
    own = json.loads((Path(__file__).parent / "inquiring_lines.json").read_text("utf-8"))
    public = json.loads((shared / "facts" / "inquiring_lines_public.json").read_text("utf-8"))
    biology = (shared / "eval" / "scholarqabench" / "bio_questions.jsonl").read_text("utf-8")
    away = [json.loads(line)["input"] for line in biology.splitlines()]
    return {
        "title": [source.title for source in desk.library.sources() if source.kind == "note"],
        "public": [row["question"] for row in public],
        **{
            group: [row["question"] for row in own if row["expected"] == group]
            for group in ("answered", "partial", "absent")
        },
        "biology": random.Random(0).sample(away, 300),
    }


def judged(desk, question: str) -> tuple[str, float]:
    """Return the coverage of a question and its best passage's cosine."""
    found = search(desk.library, desk.index, desk.encoder, question, 100)
    best = max((item.cosine for item in found.found), default=0.0)
    return matter(desk, question, found).assessment.coverage, best


def near_misses(folder: str, path: Path) -> list[str]:
    """Return the coverage of every question that its documents do not answer; nothing where the set is not there."""
    if not path.is_dir():
        return []
    labelled = qasa.read(tables(path))[0]
    library = opened(Assistant.open(folder), labelled, lambda *_: None)
    desk = library.desk()
    return [judged(desk, case.question)[0] for case in labelled.cases if case.lack]


if __name__ == "__main__":
    main()
