"""Measure a writer on questions on the bundled list: sentences written, kept and dropped, seconds, and the essays.

    python benchmarks/writers.py [WRITER] [QUESTIONS] [--show]

The writer is named as for `inquire ask --writer`; INQUIRE_WRITER_* name its server or model. The questions are drawn
with seed 0 from the labelled set (`tests/labels/questions.jsonl`); the library is that of INQUIRE_DATA_DIR. `--show`
prints each essay with its dropped sentences.
"""

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

from assistant import Assistant
from assistant.types import Answer

LABELS = Path(__file__).resolve().parent.parent / "tests" / "labels" / "questions.jsonl"


def main() -> None:
    given = [each for each in sys.argv[1:] if each != "--show"]
    name, count = given[0] if given else "local", int(given[1]) if len(given) > 1 else 3
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    asked = [row["question"] for row in rows if row["coverage"] != "absent"]
    random.Random(0).shuffle(asked)
    reasons: Counter[str] = Counter()
    assistant = Assistant.open()
    assistant.index()
    for question in asked[:count]:
        begun = time.perf_counter()
        made = assistant.ask(question, writer=name)
        print(f"{time.perf_counter() - begun:7.1f} s  {told(made)}  {question}", flush=True)
        reasons.update(dropped.reason for dropped in made.dropped)
        if "--show" in sys.argv:
            print(shown(made), flush=True)
    for reason, times in reasons.most_common(8):
        print(f"    {times:3} × {reason}")


def told(made: Answer) -> str:
    """Return the figures of one answer as a line."""
    if not made.author:
        return f"the brief stands ({'; '.join(made.notices)})"
    claims = [sentence for sentence in made.sentences if sentence.role == "claim"]
    reworded = sum(
        any(c.support == "paraphrase" for c in sentence.citations) for sentence in claims
    )
    words = sum(len(sentence.text.split()) for sentence in made.sentences)
    return f"{len(claims)} claims ({reworded} reworded), {len(made.dropped)} dropped, {words} words"


def shown(made: Answer) -> str:
    """Return an essay as a reader sees it, and its dropped sentences."""
    lines, before = ["", made.deck], 0
    for sentence in made.sentences:
        if sentence.paragraph != before:
            lines.append("")
            before = sentence.paragraph
        keys = ", ".join(dict.fromkeys(citation.source for citation in sentence.citations))
        lines.append(f"{sentence.lead_in} {sentence.text} [{keys}]".strip())
    lines += [f"dropped: {dropped.text} ({dropped.reason})" for dropped in made.dropped]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
