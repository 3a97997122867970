"""Measure how the two indexes grow: chroma and bm25s from 1,000 to 1,000,000 passages, on synthetic copies.

    python benchmarks/growth.py [SECONDS] [SIZES...]

Passages are those of the bundled notes, with a quarter of their words drawn anew from the list's own and their vectors
turned a little at random: good for measuring cost, worthless for quality. Every size and index runs in a process of its
own, so that its peak memory is its own. A process that does not end within SECONDS (300) of wall time is stopped and
reported, and larger sizes of that index are not tried: nothing is extrapolated. The third column is an exact comparison
of all vectors (NumPy, half precision on disk), which filters use. Processor milliseconds per question are medians of 20
on one thread. Memory is the process's peak, including Python and, for bm25s, the lists of stems that it is given.
"""

import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

SIZES = (1_000, 10_000, 100_000, 1_000_000)
KINDS = ("exact", "bm25s", "chroma")
DIM, QUESTIONS, FOUND = 384, 20, 100


def main() -> None:
    limit = float(sys.argv[1]) if sys.argv[1:] else 300.0
    sizes = tuple(map(int, sys.argv[2:])) or SIZES
    print(f"one thread; {limit:.0f} s of wall time each at most", flush=True)
    print("index     passages    build CPU-s   query CPU-ms   peak memory MB   disk MB")
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for kind in KINDS:
            for size in sizes:
                line = measured(kind, size, folder, limit)
                print(f"{kind:8} {size:10,}    {line}", flush=True)
                if line.startswith("stopped"):
                    break


def measured(kind, size, folder, limit) -> str:
    place = Path(folder) / "index"
    command = [sys.executable, __file__, "--one", kind, str(size), folder]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"stopped after {limit:.0f} s"
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if done.returncode:
        return f"stopped: {(done.stderr.strip().splitlines() or ['killed'])[-1]}"
    return done.stdout.strip()


def one(kind, size, folder) -> None:
    folder = Path(folder)
    place = folder / "index"
    place.mkdir()
    begun = time.process_time()
    ask, making = {"chroma": chroma, "bm25s": bm25, "exact": exact}[kind](size, folder, place)
    build = time.process_time() - begun - making
    rng, asked = np.random.default_rng(1), []
    vectors = normal(np.load(folder / "seeds.npy")[:QUESTIONS], rng)
    for number in range(QUESTIONS + 2):
        begun = time.process_time()
        ask(vectors[number % QUESTIONS], number)
        asked.append(time.process_time() - begun)
    peak = peak_memory()
    disk = sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / 2**20
    query = 1000 * statistics.median(asked[2:])
    print(f"{build:11.1f}   {query:12.2f}   {peak:14.0f}   {disk:7.0f}")


def peak_memory() -> float:
    """Return the most memory this process has held, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        # In rusage a new program inherits the maximum of the process that started it, but not in this file.
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** (
        20 if sys.platform == "darwin" else 10
    )


def chroma(size, folder, place):
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(place), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        "passages",
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 200}},
    )
    making = 0.0
    for at, rows, spent in batches(size, folder, 2_000):
        making += spent
        collection.add(ids=[f"p{at + n}" for n in range(len(rows))], embeddings=rows)

    def ask(vector, number):
        del number
        collection.query(query_embeddings=[vector.tolist()], n_results=FOUND, include=["distances"])

    return ask, making


def exact(size, folder, place):
    matrix = np.lib.format.open_memmap(
        place / "vectors.npy", mode="w+", dtype=np.float16, shape=(size, DIM)
    )
    making = 0.0
    for at, rows, spent in batches(size, folder, 20_000):
        making += spent
        matrix[at : at + len(rows)] = rows
    matrix.flush()

    def ask(vector, number):
        del number
        cosines = np.concatenate(
            [
                matrix[at : at + 100_000].astype(np.float32) @ vector
                for at in range(0, size, 100_000)
            ]
        )
        np.argpartition(-cosines, min(FOUND, size - 1))

    return ask, making


def bm25(size, folder, place):
    import bm25s

    begun = time.process_time()
    texts = json.loads((folder / "stems.json").read_text("utf-8"))
    vocabulary = {term: at for at, term in enumerate(sorted(set().union(*texts)))}
    coded = [np.array([vocabulary[term] for term in text], np.int64) for text in texts]
    pool, rng = np.concatenate(coded), np.random.default_rng(0)
    documents = []
    for number in range(size):
        document = coded[number % len(coded)].copy()
        drawn = rng.random(len(document)) < 0.25
        document[drawn] = rng.choice(pool, drawn.sum())
        documents.append(document.tolist())
    making = time.process_time() - begun
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index((documents, vocabulary), show_progress=False)
    index.save(str(place), show_progress=False)

    def ask(vector, number):
        del vector
        terms = random.Random(number).sample(coded[number % len(coded)].tolist(), 8)
        scores = index.get_scores_from_ids(list(dict.fromkeys(terms)))
        np.argpartition(-scores, min(FOUND, size - 1))

    return ask, making


def batches(size, folder, step):
    """Yield unit vectors near the notes' own, with the place where they begin and the seconds that making them took."""
    known, rng = np.load(Path(folder) / "seeds.npy"), np.random.default_rng(0)
    for at in range(0, size, step):
        begun = time.process_time()
        rows = normal(known[np.arange(at, min(at + step, size)) % len(known)], rng)
        yield at, rows, time.process_time() - begun


def normal(rows, rng):
    turned = rows + rng.normal(scale=0.03, size=rows.shape)
    return (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)


def prepare(folder):
    """Return vectors and stems of the bundled notes' passages, in the form that the index needs."""
    from assistant import Assistant
    from assistant.text.prose import stems

    with tempfile.TemporaryDirectory() as data:
        assistant = Assistant.open(data, threads=1)
        index = assistant.index()
        rows = index.vectors(list(index.ids))
        titles = {source.key: source.title for source in assistant.library.sources()}
        texts = [
            stems(f"{titles[p.source]} {p.section} {p.text}") for p in assistant.library.passages()
        ]
        assistant.library.close()
    np.save(folder / "seeds.npy", np.stack([matrix[0] for matrix in rows.values()]))
    (folder / "stems.json").write_text(json.dumps(texts), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main()
