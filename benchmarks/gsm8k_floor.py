"""Measure the bundled language model on GSM8K, as a floor for the probes' made-up tasks.

    python benchmarks/gsm8k_floor.py [FILE.jsonl] [COUNT]

Each line of FILE has a `question` and an `answer` (by default FILE is the one under ../shared/eval/subthoughts). The
model decodes greedily, reads six worked stories as examples, and writes at most 160 tokens; the baseline in the same
run is the model on the made-up stories themselves.
"""

import json
import sys
from pathlib import Path

from assistant.settings import Settings
from probes.continuations.engine import open_local
from probes.continuations.types import Decoding, Request
from probes.models import laboratory
from probes.statistics import wilson
from probes.tasks.problems import Problem, Setting
from probes.tasks.prompting import examples, few_shot, fresh
from probes.traces.equality import equal
from probes.traces.extraction import extract_answer

STORY = Setting(task="story", size=1)


def main():
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/eval/subthoughts/gsm8k_test.jsonl")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    if not path.is_file():
        print(f"skipped: {path} is not there")
        return
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:count]]
    gsm8k = [
        Problem(question=row["question"], gold=str(row["answer"]), worked="", setting="gsm8k")
        for row in rows
    ]
    backend = open_local(laboratory.load("smollm2", Settings().data_dir))
    for name, posed in (("GSM8K", gsm8k), (STORY.name, fresh(STORY, 40, seed=1, shots=6))):
        right, tokens = score(backend, posed)
        found = wilson(right, len(posed))
        print(
            f"{name:12} {right}/{len(posed)} right, 95 % {found.low:.3f} to {found.high:.3f}, {tokens} tokens"
        )


def score(backend, posed):
    """Return how many greedy answers are right, and the tokens they took."""
    shown = examples(STORY, 6)
    decoding = Decoding(temperature=0.0, max_tokens=160)
    requests = [
        Request(prefix=backend.prefix(few_shot(shown, problem.question)), decoding=decoding)
        for problem in posed
    ]
    right = tokens = 0
    for index, written in backend.complete(requests):
        answer = extract_answer(written.text, truncated=written.finish == "length")
        right += equal(answer, posed[index].gold)
        tokens += written.generated
    return right, tokens


if __name__ == "__main__":
    main()
