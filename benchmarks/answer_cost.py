"""Measure an extractive answer on 10,000 passages: whole, to its first cited sentence, by stage, and its checks.

    python benchmarks/answer_cost.py [PASSAGES]

The library is that of benchmarks/first_sentence.py: the bundled notes, and copies of them in which a quarter of the
longer words are exchanged. Figures are processor time on one thread, as medians over five questions, each asked four
times; models and indexes are loaded before. The checks are the calls of the gate, each timed within its answer.
"""

import os
import statistics
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

from first_sentence import QUESTIONS, desk_ready, enlarge, first_sentence, seconds

from assistant import Assistant
from assistant.answering import answer as answering

# Goals: processor seconds of an answer and of its first cited sentence, and the checks' share of an answer.
WHOLE, FIRST, CHECKS = 2.0, 0.7, 0.25


def main() -> int:
    wanted = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with tempfile.TemporaryDirectory() as data:
        assistant = Assistant.open(data, threads=1)
        assistant.sync()
        count = enlarge(assistant, wanted)
        desk_ready(assistant)
        for question in QUESTIONS:
            assistant.ask(question)
        first = [
            seconds(lambda q=question: first_sentence(assistant, q)) for question in QUESTIONS * 4
        ]
        whole, checks, stages, calls = answers(assistant)
        assistant.library.close()
    print(f"{count} passages, {len(whole)} answers, one thread, processor time, medians")
    for stage, spent in stages.items():
        print(f"  {stage:24} {1000 * statistics.median(spent):8.1f} ms")
    share = sum(checks) / sum(whole)
    results = (
        ("whole answer, s", statistics.median(whole), WHOLE),
        ("first cited sentence, s", statistics.median(first), FIRST),
        (f"checks ({statistics.median(calls):.0f} an answer), share", share, CHECKS),
    )
    for name, value, goal in results:
        print(f"{name:32} {value:.3f}   goal <= {goal}: {'met' if value <= goal else 'not met'}")
    return int(any(value > goal for _, value, goal in results))


def answers(assistant):
    """Return processor seconds of whole answers, of the gate in each, by stage, and the gate's calls."""
    gate, spent, calls = answering.verify, [], []

    def timed(*arguments, **named):
        begun = time.process_time()
        try:
            return gate(*arguments, **named)
        finally:
            spent[-1] += time.process_time() - begun
            calls[-1] += 1

    whole, stages = [], {}
    answering.verify = timed
    try:
        for question in QUESTIONS * 4:
            spent.append(0.0)
            calls.append(0)
            begun = time.process_time()
            answer = assistant.ask(question)
            whole.append(time.process_time() - begun)
            for stage, cost in answer.processor_seconds.items():
                stages.setdefault(stage, []).append(cost)
    finally:
        answering.verify = gate
    return whole, spent, stages, calls


if __name__ == "__main__":
    sys.exit(main())
