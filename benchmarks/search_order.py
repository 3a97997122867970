"""Measure how often the first passage of a search answers a question, with the selector's order and without.

    python benchmarks/search_order.py [FOLDER OF PDF QUESTIONS]

Questions on the bundled list: a passage answers if it holds a sentence that may open the answer (tests/labels, never
trained on). Questions on PDFs, asked of all the papers together, where their folder is given: it answers if one of the
question's patterns matches it. Times are CPU time on one thread.
"""

import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant import Assistant
from assistant.search.retrieval import search
from assistant.select.ordering import ordered

LABELS = Path(__file__).parent.parent / "tests" / "labels"
DEPTH = 10


def main() -> None:
    print(f"{'':34} first answers  reciprocal rank  CPU-ms a question")
    with tempfile.TemporaryDirectory() as folder:
        measured("list", Assistant.open(Path(folder)), on_the_list())
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as folder:
            questions = Path(sys.argv[1])
            library = Assistant.open(Path(folder), corpus_dir=None)
            measured("papers", library, on_papers(library, questions))


def measured(name, library, questions):
    questions = list(questions)
    desk = library.desk()
    orders = {
        "search alone": lambda found: found,
        "in the selector's order": lambda found: ordered(library.library, found, desk.scores),
    }
    told = {order: [] for order in orders}
    cost = dict.fromkeys(orders, 0.0)
    for question, answers in questions:
        for order, put in orders.items():
            begun = time.process_time()
            found = put(search(desk.library, desk.index, desk.encoder, question, DEPTH)).found
            cost[order] += time.process_time() - begun
            right = [answers(item.passage) for item in found]
            told[order].append(1 / (1 + right.index(True)) if any(right) else 0.0)
    for order, ranks in told.items():
        first = sum(rank == 1 for rank in ranks) / len(ranks)
        print(
            f"{f'{name}, {len(ranks)} questions, {order}':34} {first:10.3f} {sum(ranks) / len(ranks):16.3f} "
            f"{1000 * cost[order] / len(ranks):18.0f}"
        )


def on_the_list():
    sentences = json.loads((LABELS / "sentences.json").read_text("utf-8"))
    for line in (LABELS / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        opening = [sentences[id] for id in row["opening"] if id in sentences]
        if opening:
            yield row["question"], lambda passage, opening=opening: any(
                one["source"] == passage.source and one["start"] < passage.end and one["end"] > passage.start
                for one in opening
            )  # fmt: skip


def on_papers(library, questions):
    rows = json.loads((questions / "public.json").read_text("utf-8"))
    rows = [row for row in rows if row["answerable"]]
    papers = questions.parent.parent / "pdfs" / "open_licence"
    library.add(sorted({papers / row["file"] for row in rows}))
    for row in rows:
        yield (
            row["question"],
            lambda passage, row=row: any(
                re.search(pattern, " ".join(passage.text.split()), re.IGNORECASE)
                for pattern in row["must_match"]
            ),
        )


if __name__ == "__main__":
    main()
