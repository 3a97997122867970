"""Extractive against the bundled model as writer, on the gate's own figures; decides what is on by default.

    python benchmarks/writers.py [../shared] [QUESTIONS] [WRITER]

Questions are the public inquiring lines where they are there, with the notes that an answer must cite, and
titles of the bundled notes behind them, drawn with seed 0. Both writers get the same outlines; nothing but
the gate judges them. CPU seconds on one thread. A writer wins a question when its answer cites as much, drops
no sentence, and needs fewer words a claim. Another writer is set up as for `inquire ask` (INQUIRE_WRITER_*).
"""

import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant import Assistant
from assistant.answering import answer
from assistant.drafts import Draft
from assistant.generation import Budget, rewrite
from assistant.writers.extractive import write


@dataclass
class Tally:
    """What one writer did over all questions."""

    claims: int = 0
    words: int = 0
    quotes: int = 0
    drafted: int = 0
    copied: int = 0
    reworded: int = 0
    tokens: int = 0
    seconds: float = 0.0
    must: int = 0
    cited: int = 0
    notices: list[str] = field(default_factory=list)
    reasons: Counter = field(default_factory=Counter)


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    name = sys.argv[3] if len(sys.argv) > 3 else "local"
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant.open(folder, threads=1, writer_seconds=3600, writer_tokens=4000)
        asked = questions(assistant, shared)[:count]
        desk = assistant.desk(name)
        plain, written, won = Tally(), Tally(), 0
        for question, must in asked:
            one = ask(replace(desk, writer=write), question, must, plain)
            other = ask(desk, question, must, written)
            won += wins(other, one)
    print(f"{len(asked)} questions, CPU seconds on one thread; writer {name}")
    print(f"{'':44}{'extractive':>12}{name:>12}")
    rows = [
        ("claims shown", lambda t: t.claims),
        ("words a claim", lambda t: f"{t.words / t.claims:.1f}" if t.claims else "–"),
        ("quotes cited", lambda t: t.quotes),
        ("must-cite notes cited", lambda t: f"{t.cited}/{t.must}" if t.must else "–"),
        ("sentences drafted by a model", lambda t: t.drafted),
        ("of them passed, as the quote has it", lambda t: share(t.copied, t.drafted)),
        ("of them passed, in other words", lambda t: share(t.reworded, t.drafted)),
        ("of them dropped", lambda t: share(t.drafted - t.copied - t.reworded, t.drafted)),
        ("tokens written", lambda t: t.tokens),
        ("CPU seconds an answer", lambda t: f"{t.seconds / len(asked):.2f}"),
    ]
    for label, figure in rows:
        print(f"{label:44}{figure(plain)!s:>12}{figure(written)!s:>12}")
    for reason, times in written.reasons.most_common(6):
        print(f"    {times:3} × {reason}")
    for notice in written.notices:
        print(f"    {notice}")
    verdict = "may" if won > len(asked) / 2 else "may not"
    print(f"{name} wins {won} of {len(asked)} questions: it {verdict} be on by default")


def questions(assistant: Assistant, shared: Path) -> list[tuple[str, set[str]]]:
    lines = shared / "facts" / "inquiring_lines_public.json"
    public = json.loads(lines.read_text("utf-8")) if lines.is_file() else []
    assistant.index()
    titles = [source.title for source in assistant.library.sources() if source.kind == "note"]
    random.Random(0).shuffle(titles)
    return [(row["question"], set(row["must_cite"])) for row in public] + [
        (title, set()) for title in titles
    ]


def ask(desk, question, must, tally):
    """One answer, counted into the tally."""
    drafted: list[Draft] = []
    budget = None
    if hasattr(desk.writer, "model"):
        budget = Budget(tokens=desk.writer.tokens, seconds=desk.writer.seconds)
        model, stop = desk.writer.model, desk.writer.stop

        def written(outline):
            plain = list(write(outline))
            quoted = {id(draft) for draft in plain}
            for draft in rewrite(question, plain, model, budget, stop):
                if isinstance(draft, Draft) and id(draft) not in quoted:
                    drafted.append(draft)
                yield draft

        desk = replace(desk, writer=written)
        tally.tokens += budget.tokens
    begun = time.process_time()
    made = answer(desk, question)
    tally.seconds += time.process_time() - begun
    if budget:
        tally.tokens -= budget.tokens
    claims = [sentence for sentence in made.sentences if sentence.role == "claim"]
    refused = Counter(dropped.text for dropped in made.dropped)
    tally.claims += len(claims)
    tally.words += sum(len(sentence.text.split()) for sentence in claims)
    tally.quotes += len(quotes(made))
    tally.must += len(must)
    tally.cited += len(must & {source.key for source in made.sources})
    tally.drafted += len(drafted)
    tally.notices += made.notices
    tally.reasons.update(kind(dropped.reason) for dropped in made.dropped)
    for draft in drafted:
        if refused[draft.text]:
            refused[draft.text] -= 1
        elif any(draft.text == " ".join(quote.text.split()) for quote in draft.quotes):
            tally.copied += 1
        else:
            tally.reworded += 1
    return made


def wins(one, other) -> bool:
    """Whether an answer is the better one: as much evidence, nothing dropped, fewer words a claim."""
    return quotes(one) >= quotes(other) and not one.dropped and length(one) < length(other)


def quotes(made) -> set[tuple[str, int]]:
    return {(c.source, c.start) for sentence in made.sentences for c in sentence.citations}


def length(made) -> float:
    claims = [len(s.text.split()) for s in made.sentences if s.role == "claim"]
    return sum(claims) / max(len(claims), 1)


def kind(reason: str) -> str:
    """A reason without the words of its sentence."""
    return re.split(r"[:']", reason, maxsplit=1)[0].strip()


def share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "–"


if __name__ == "__main__":
    main()
