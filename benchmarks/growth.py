"""Measure how an index grows from 1,000 to 1,000,000 passages: building, asking, recall, memory, disk, first sentence.

    python benchmarks/growth.py FOLDER [SIZES...] [--keep PLACE]

FOLDER is a data directory whose embedded passages are the seeds, as `benchmarks/retrieval.py ../shared FOLDER` leaves
one of SciFact. No passage is embedded here. A passage's vector is that of a random seed, turned at random within the
covariance of all seeds, by as much as lies between a passage and the nearest passage of another source; its sentences
come from the seed, one in four from another. Vectors of sentences are those of the passage turned by a little more. So
cost and recall are realistic, and the answers mean nothing. Fifty passages are one source.

Every size is built by the product's own functions (chroma, bm25s, files, SQLite), each part in a process of its own,
so that its peak memory is its own, and asked in another one. Recall compares the first 10 and 100 passages that chroma
finds with those of an exact comparison of all vectors. The questions are SciFact's claims where `--claims` names their
archive, and first sentences of seeds otherwise. CPU time counts all threads.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from assistant import Assistant
from assistant.library.content import content_hash
from assistant.library.store import Library
from assistant.search import index, index_files, indexing, neighbours
from assistant.search.index import Index, passage_sentences
from assistant.search.index_name import index_hash
from assistant.search.vectors import VectorStore, content_name
from assistant.text.passages import heading
from assistant.text.prose import stems
from assistant.types import Passage, Source

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PARTS = ("library", "words", "vectors", "chroma")
DIM, QUESTIONS, ASKED, IN_A_SOURCE, SENTENCES = 384, 40, 12, 50, 5
STEP = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--claims", type=Path, help="scifact.zip, whose dev claims are asked")
    parser.add_argument("--keep", type=Path, help="build here and leave it")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(ACTS[options.one](options.keep, options.sizes[0])))
        return
    with tempfile.TemporaryDirectory() as temporary:
        for size in options.sizes:
            place = (options.keep or Path(temporary)) / str(size)
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            prepare(options.folder, place, options.claims)
            print(f"{size:,} passages", flush=True)
            for name in (*PARTS, "nearest", "ask"):
                print(f"  {name:8} {told(act(name, place, size))}", flush=True)
            if not options.keep:
                shutil.rmtree(place)


def act(name: str, place: Path, size: int) -> dict:
    command = [sys.executable, __file__, "-", str(size), "--keep", str(place), "--one", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def told(found: dict) -> str:
    return ", ".join(f"{name} {value:,.4g}" for name, value in found.items())


def measured(work) -> dict:
    """Run one part of a build; return its seconds without those spent on making what it is given, and its memory."""
    cpu, wall = time.process_time(), time.perf_counter()
    making = work() or 0.0
    return {
        "CPU s": time.process_time() - cpu - making,
        "wall s": time.perf_counter() - wall,
        "peak MB": peak_memory(),
    }


def peak_memory() -> float:
    """Return the most memory of its own that this process has held, in MB; mapped files count while they are read."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def disk(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


# ── what is indexed ──────────────────────────────────────────────────────────────────────────────


def prepare(folder: Path, place: Path, claims: Path | None) -> None:
    """Keep seeds (vectors and sentences), the size of a turn, and questions, in the folder of one size."""
    assistant = Assistant.open(folder, corpus_dir=None, threads=1)
    library, embedder = assistant.library, assistant.embedder.id
    titles = {source.key: heading(source) for source in library.sources()}
    names = {p.id: content_name(embedder, titles[p.source], p.text) for p in library.passages()}
    stored = VectorStore(folder / "indexes" / "vectors.sqlite").get(list(names.values()), DIM)
    passages = [p for p in library.passages() if names[p.id] in stored]
    rows = np.stack([stored[names[p.id]][0] for p in passages]).astype(np.float32)
    texts = [[s.of(p.text) for s in passage_sentences(p.text)] or [p.text] for p in passages]
    sources = np.array([p.source for p in passages])
    near = rows[:2000] @ rows.T
    near[sources[:2000, None] == sources[None]] = -1
    cosine = float(np.median(near.max(axis=1)))
    questions = [" ".join(text[0].split()) for text in texts[:QUESTIONS]]
    if claims:
        import retrieval

        questions = [claim["claim"] for claim in retrieval.read(claims)[1][:QUESTIONS]]
    asked = np.stack([assistant.embedder.question(text) for text in questions])
    library.close()
    np.savez(place / "seeds.npz", rows=rows, asked=asked, cosine=cosine)
    (place / "seeds.json").write_text(json.dumps([texts, questions, embedder]), "utf-8")
    print(f"{len(rows)} seeds; the nearest of another source has a median cosine of {cosine:.3f}")


class Made:
    """The passages of one size: which seeds they come from, their vectors and sentences, always the same."""

    def __init__(self, place: Path, size: int) -> None:
        stored = np.load(place / "seeds.npz")
        self.rows, self.asked = stored["rows"], stored["asked"]
        self.texts, self.questions, self.embedder = json.loads(
            (place / "seeds.json").read_text("utf-8")
        )
        self.size, self.cosine = size, float(stored["cosine"])
        self.seeds = np.random.default_rng(0).integers(0, len(self.rows), size)
        spread = np.linalg.cholesky(np.cov(self.rows.T) + 1e-6 * np.eye(DIM))
        self.spread = (spread / np.sqrt((spread**2).sum())).astype(np.float32)

    def vectors(self) -> Iterator[np.ndarray]:
        """Yield the unit vectors of all passages, many at a time."""
        rng = np.random.default_rng(1)
        for at in range(0, self.size, STEP):
            yield self.turned(self.rows[self.seeds[at : at + STEP]], self.cosine, rng)

    def turned(self, rows: np.ndarray, cosine: float, rng: np.random.Generator) -> np.ndarray:
        """Return unit vectors that have about this cosine to the given ones."""
        noise = rng.standard_normal(rows.shape, np.float32) @ self.spread.T
        found = rows + noise * np.sqrt(1 / cosine**2 - 1)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def sentences(self) -> Iterator[list[tuple[int, int]]]:
        """Yield each passage as its sentences: (seed, number)."""
        rng = np.random.default_rng(2)
        others = rng.integers(0, len(self.rows), (self.size, SENTENCES))
        foreign = rng.random((self.size, SENTENCES)) < 0.25
        starts = rng.integers(0, 1000, self.size)
        for seed, other, swapped, start in zip(self.seeds, others, foreign, starts, strict=True):
            picked = other * swapped + seed * ~swapped
            yield [(int(s), int(start + n) % len(self.texts[s])) for n, s in enumerate(picked)]

    def documents(self) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
        """Yield the key, the text and the sentences' spans of each passage in its source."""
        for at, sentences in enumerate(self.sentences()):
            said = [self.texts[seed][number] for seed, number in sentences]
            ends = np.cumsum([len(text) + 1 for text in said])
            spans = [
                (int(end) - 1 - len(text), int(end) - 1)
                for end, text in zip(ends, said, strict=True)
            ]
            yield f"s{at // IN_A_SOURCE:06}", " ".join(said), spans


# ── the parts of an index ────────────────────────────────────────────────────────────────────────


def library(place: Path, size: int) -> dict:
    """Store the sources and passages in SQLite, and the names and spans of the index."""
    made = Made(place, size)
    ids: list[str] = []
    places: list[tuple[int, int]] = []

    def work() -> None:
        with Library(place) as stored:
            texts: list[str] = []
            cut: list[Passage] = []
            start = 0

            def put(key: str) -> None:
                title, whole = f"What does study {key} report?", "\n\n".join(texts)
                source = Source(
                    key=key, kind="note", title=title, claim="", text=whole,
                    content_hash=content_hash("note", whole, {}, key), path=f"/{key}.md", metadata={}, pages=(),
                )  # fmt: skip
                stored.put(source, cut)

            for at, (key, text, spans) in enumerate(made.documents()):
                end = start + len(text)
                id = f"{key}:{start}-{end}"
                cut.append(
                    Passage(
                        id=id, source=key, text=text, start=start, end=end, page=None, section=""
                    )
                )
                ids.append(id)
                places.extend([(0, len(text)), *spans])
                texts.append(text)
                start = end + 2
                if (at + 1) % IN_A_SOURCE == 0 or at + 1 == size:
                    put(key)
                    texts, cut, start = [], [], 0

    found = measured(work)
    folder = place / "parts"
    folder.mkdir()
    np.save(folder / "spans.npy", np.array(places, np.int32))
    (folder / "ids.json").write_text(json.dumps(ids), "utf-8")
    return {**found, "disk MB": (place / "library.sqlite").stat().st_size / 2**20}


def words(place: Path, size: int) -> dict:
    """Build the lexical index from stems, which are not counted."""
    made = Made(place, size)
    cut = [[stems(sentence) for sentence in text] for text in made.texts]
    documents = [
        [term for seed, number in sentences for term in cut[seed][number]]
        for sentences in made.sentences()
    ]
    found = measured(lambda: indexing._write_words(place / "parts", documents))
    names = [place / "parts" / "bm25", place / "parts" / "words"]
    return {**found, "disk MB": sum(map(disk, names))}


def vectors(place: Path, size: int) -> dict:
    """Write the vectors of passages and sentences, in half precision."""
    made, each = Made(place, size), 1 + SENTENCES
    path = place / "parts" / "vectors.npy"

    def work() -> float:
        making, rng = 0.0, np.random.default_rng(3)
        matrix = np.lib.format.open_memmap(path, "w+", np.float16, (size * each, DIM))
        np.save(place / "parts" / "offsets.npy", np.arange(0, size * each + 1, each))
        begun, at = time.process_time(), 0
        for rows in made.vectors():
            around = np.repeat(rows, each, axis=0)
            around[np.arange(len(around)) % each > 0] = made.turned(
                np.repeat(rows, SENTENCES, axis=0), 0.7, rng
            )
            making += time.process_time() - begun
            matrix[at : at + len(around)] = around
            at, begun = at + len(around), time.process_time()
        matrix.flush()
        return making

    return {**measured(work), "disk MB": path.stat().st_size / 2**20}


def chroma(place: Path, size: int) -> dict:
    """Build chroma's graph as the product does, and write the manifest that makes the folder an index."""
    folder = place / "parts"
    ids = json.loads((folder / "ids.json").read_text("utf-8"))
    matrix = np.load(folder / "vectors.npy", mmap_mode="r")
    rows = matrix[:: 1 + SENTENCES]

    def fill() -> None:
        if size >= index.CHROMA_FROM:
            neighbours.Embedded(folder).fill(ids, rows)

    found = measured(fill)
    embedder = json.loads((place / "seeds.json").read_text("utf-8"))[2]
    with Library(place) as stored:
        name = index_hash(stored, embedder, 256)
        facts = {"hash": name, "embedder": embedder, "dim": DIM, "embedded": size, "worded": size}
        index_files.seal(folder, facts)
        (place / "indexes").mkdir()
        folder.rename(place / "indexes" / name)
        stored.set_fact("index", name)
        stored.set_fact("synced", name)
    return {**found, "disk MB": disk(place / "indexes" / name / "chroma")}


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def opened(place: Path) -> Index:
    with Library(place) as stored:
        return Index(place / "indexes" / str(stored.fact("index")))


def nearest(place: Path, size: int) -> dict:
    """Compare what chroma finds with an exact comparison of all vectors."""
    made, index = Made(place, size), opened(place)
    matrix = np.load(index.folder / "vectors.npy", mmap_mode="r")[:: 1 + SENTENCES]
    begun = time.process_time()
    parts = [
        matrix[at : at + STEP].astype(np.float32) @ made.asked.T for at in range(0, size, STEP)
    ]
    exact = time.process_time() - begun
    cosines = np.concatenate(parts)
    best = np.argsort(-cosines, axis=0, kind="stable")[:100].T
    found: dict = {"exact CPU ms": 1000 * exact / len(made.asked)}
    if not (index.folder / "chroma").is_dir():
        return found
    spent, shares = [], {10: [], 100: []}
    for vector, truth in zip(made.asked, best, strict=True):
        begun = time.process_time()
        ids = index._nearest(vector, 100)
        spent.append(time.process_time() - begun)
        for k, found_of in shares.items():
            found_of.append(len({index.ids[row] for row in truth[:k]} & set(ids[:k])) / k)
    found["chroma CPU ms"] = 1000 * statistics.median(spent[2:])
    return found | {f"recall@{k}": statistics.mean(of) for k, of in shares.items()}


class _Heard(Exception):
    """This error stops an answer once its first cited sentence has come."""


def ask(place: Path, size: int) -> dict:
    """Ask the whole program: opening, a search, and the first cited sentence of an answer."""
    made = Made(place, size)

    def listen(sentence) -> None:
        if sentence.citations:
            raise _Heard

    def answer(question: str) -> bool:
        try:
            assistant.ask(question, listen=listen)
        except _Heard:
            return True
        return False

    begun, wall = time.process_time(), time.perf_counter()
    assistant = Assistant.open(place, corpus_dir=None, threads=1)
    answer(made.questions[0])
    found = {
        "first answer CPU s": time.process_time() - begun,
        "its wall s": time.perf_counter() - wall,
    }
    for name, work in (("search", lambda q: assistant.search(q, 10)), ("first sentence", answer)):
        spent = []
        for question in made.questions[1:]:
            begun = time.process_time()
            # An answer that cites nothing has no first sentence.
            if work(question):
                spent.append(time.process_time() - begun)
            if len(spent) == ASKED:
                break
        found[f"{name} CPU ms"] = 1000 * statistics.median(spent) if spent else float("nan")
        found[f"of {name}"] = len(spent)
    return {**found, "peak MB": peak_memory()}


ACTS = {
    "library": library, "words": words, "vectors": vectors, "chroma": chroma, "nearest": nearest, "ask": ask,
}  # fmt: skip


if __name__ == "__main__":
    main()
