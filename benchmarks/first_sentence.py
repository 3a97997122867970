"""Measure the time from question to first cited sentence on 10,000 passages, against embedding the question.

Run `python benchmarks/first_sentence.py [PASSAGES]`. The library holds copies of the bundled notes in which a share of
the words is exchanged. Their vectors, those of the notes turned a little at random, are put into the store directly, so
that building takes no hour. Figures are medians of CPU time on one thread.
"""

import cProfile
import os
import pstats
import random
import statistics
import sys
import tempfile
import time
from dataclasses import replace

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from assistant import Assistant
from assistant.search.index import passage_sentences
from assistant.search.indexing import build
from assistant.search.vectors import VectorStore, content_name
from assistant.text.passages import heading
from assistant.types import Source

GOAL = 3.0
QUESTIONS = (
    "Do middle layers give better features than the last layer?",
    "Does a longer chain of thought make answers more accurate?",
    "Why does attention collect on the first token?",
    "Which neurons can be left out at inference without losing accuracy?",
    "Does reinforcement learning change all parameters of a model?",
)


class _Heard(Exception):
    """This error stops an answer once its first cited sentence has come."""


def main():
    wanted = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with tempfile.TemporaryDirectory() as data:
        assistant = Assistant.open(data, threads=1)
        assistant.sync()
        count = enlarge(assistant, wanted)
        desk_ready(assistant)
        embedding, first = [], []
        for question in QUESTIONS * 4:
            embedding.append(seconds(lambda q=question: assistant.embedder.question(q)))
            first.append(seconds(lambda q=question: first_sentence(assistant, q)))
        profile = cProfile.Profile(time.process_time)
        profile.enable()
        for question in QUESTIONS:
            first_sentence(assistant, question)
        profile.disable()
        assistant.library.close()
    ratio = statistics.median(first) / statistics.median(embedding)
    print(f"{count} passages, {len(first)} questions, one thread, CPU time")
    print(f"{'stage':42} {'ms (median)':>12}")
    print(f"{'embedding the question':42} {1000 * statistics.median(embedding):12.2f}")
    print(f"{'question to first cited sentence':42} {1000 * statistics.median(first):12.2f}")
    verdict = "met" if ratio < GOAL else "not met"
    print(f"ratio {ratio:.2f}, goal under {GOAL:.0f}: {verdict}")
    if "--profile" in sys.argv:
        pstats.Stats(profile).sort_stats("cumtime").print_stats(40)


def seconds(act):
    begun = time.process_time()
    act()
    return time.process_time() - begun


def first_sentence(assistant, question):
    def listen(sentence):
        if sentence.citations:
            raise _Heard

    try:
        assistant.ask(question, listen=listen)
    except _Heard:
        return


def desk_ready(assistant):
    for question in QUESTIONS:
        first_sentence(assistant, question)


def enlarge(assistant, wanted):
    """Fill the library with varied copies of its own notes until it has `wanted` passages."""
    rng, noise = random.Random(0), np.random.default_rng(0)
    library, embedder = assistant.library, assistant.embedder
    notes = [source for source in library.sources() if source.kind == "note"]
    vocabulary = sorted(
        {word for note in notes for word in note.text.split() if word.isalpha() and len(word) > 4}
    )
    vectors = assistant.index().vectors([p.id for p in library.passages()])
    originals = {
        note.key: [p for p in library.passages() if p.source == note.key] for note in notes
    }
    store = VectorStore(library.data_dir / "indexes" / "vectors.sqlite")
    count, copy = len(library.passages()), 0
    while count < wanted:
        note = notes[copy % len(notes)]
        twin, cut = varied(note, originals[note.key], copy, rng, vocabulary)
        library.put(twin, cut)
        rows = []
        for original, passage in zip(originals[note.key], cut, strict=True):
            matrix = vectors[original.id] + noise.normal(
                scale=0.03, size=vectors[original.id].shape
            )
            matrix = matrix[: 1 + len(passage_sentences(passage.text))]
            matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9
            rows.append((content_name(embedder.id, heading(twin), passage.text), matrix))
        store.put(rows)
        count, copy = count + len(cut), copy + 1
    build(library, embedder, lambda *_: None)
    return count


def varied(note, cut, copy, rng, vocabulary):
    """Return a copy of a note in which one word in four is another of the same length; spans stay where they are."""
    by_length = {}
    for word in vocabulary:
        by_length.setdefault(len(word), []).append(word)
    text = " ".join(
        rng.choice(by_length[len(word)])
        if word in by_length.get(len(word), ()) and rng.random() < 0.25
        else word
        for word in note.text.split(" ")
    )
    key = f"{note.key}-{copy}"
    # An answer joins a copy with its original if both name the same work, so the copy loses these fields.
    told = {k: v for k, v in note.metadata.items() if k not in ("doi", "arxiv", "paper")}
    twin = Source(
        **{
            **vars(note),
            "key": key,
            "title": f"{note.title} ({copy})",
            "metadata": told,
            "text": text,
            "content_hash": key,
            "path": f"{note.path}-{copy}",
        }
    )
    return twin, [
        replace(p, id=f"{key}:{p.start}-{p.end}", source=key, text=text[p.start : p.end])
        for p in cut
    ]


if __name__ == "__main__":
    main()
