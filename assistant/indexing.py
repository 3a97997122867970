"""Build the index beside the old one and swap it in whole; what was embedded before is not again."""

import json
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from jaxtyping import Float

from assistant.errors import Mendable
from assistant.index import chroma, passage_sentences, usable
from assistant.index_name import LAYOUT, index_hash, is_whole
from assistant.library import Library
from assistant.passages import heading
from assistant.text import Span, stands_alone, stems
from assistant.types import Passage, Progress, Source
from assistant.vectors import VectorStore, content_name


def build(library: Library, encoder: "PassageEncoder", progress: Progress) -> str:
    """Bring the index up to the library's content and swap it in; returns its hash.

    Texts embedded before are not embedded again; every finished batch is kept, so a killed
    build goes on where it stopped. The old index answers until the new one is complete, and
    stays for those who have it open until the next swap.
    """
    goal = index_hash(library, encoder.id, encoder.window)
    root = library.data_dir / "indexes"
    root.mkdir(exist_ok=True)
    folder, before = root / goal, library.fact("index")
    if before == goal and is_whole(folder):
        return goal
    sources = {source.key: source for source in library.sources()}
    # Runs of experiments last: the index counts the words of what is read, and finds a run by its vector.
    passages = sorted(library.passages(), key=lambda p: sources[p.source].kind == "evidence")
    titles = [heading(sources[p.source]) for p in passages]
    spans = [passage_sentences(p.text) for p in passages]
    names = [
        content_name(encoder.id, title, p.text) if _is_prose(p, sources[p.source], said) else ""
        for title, p, said in zip(titles, passages, spans, strict=True)
    ]
    store = VectorStore(root / "vectors.sqlite")
    for attempt in (1, 2):
        # A new name each time: chroma remembers within a process what it once opened at a path.
        fresh = root / f"{goal}.{time.time_ns()}.new"
        try:
            _embed(store, encoder, passages, spans, titles, names, progress)
            progress("indexing", 0.95)
            _write(fresh, goal, encoder, passages, spans, names, sources, store)
            store.keep(set(names))
            break
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Mendable(
                f"The index could not be written to {root} ({error.strerror}); free some space and run "
                "`inquire sync`; the old index still answers."
            ) from error
        except (sqlite3.DatabaseError, KeyError, ValueError):
            # A damaged store is only a store: its texts are embedded again.
            if attempt == 2:
                raise
            store.path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    library.set_fact("index", goal)
    for old in root.iterdir():
        if old.is_dir() and old.name not in (goal, before):
            shutil.rmtree(old, ignore_errors=True)
    return goal


def _embed(
    store: VectorStore, encoder: "PassageEncoder", passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]], titles: Sequence[str], names: Sequence[str], progress: Progress,
) -> None:  # fmt: skip
    missing = store.missing(names) - {""}
    todo = list({name: i for i, name in enumerate(names) if name in missing}.values())
    if not todo:
        return
    texts = [passages[i].text for i in todo]
    total, done = sum(map(len, texts)), 0
    batch: list[tuple[str, np.ndarray]] = []
    for at, vectors in encoder.passages(texts, [titles[i] for i in todo], [spans[i] for i in todo]):
        batch.append((names[todo[at]], np.vstack([vectors.passage[None], vectors.sentences])))
        done += len(texts[at])
        if len(batch) >= 64:
            store.put(batch)
            batch = []
            progress("embedding", 0.95 * done / total)
    store.put(batch)


def _is_prose(passage: Passage, source: Source, spans: Sequence[Span]) -> bool:
    """Whether a passage is embedded.

    Tables, formulas and lists of names in papers are found by their words alone: they hold no
    sentence that could be quoted, and are a tenth of the text.
    """
    if source.kind != "paper":
        return True
    return any(stands_alone(span.of(passage.text)) for span in spans)


def _write(
    folder: Path, goal: str, encoder: "PassageEncoder", passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]], names: Sequence[str], sources: dict[str, Source], store: VectorStore,
) -> None:  # fmt: skip
    import bm25s  # noqa: PLC0415  only a build needs it

    dim = encoder.dim
    folder.mkdir(parents=True)
    ids = [passage.id for passage in passages]
    stored = store.get(list(dict.fromkeys(filter(None, names))), dim)
    none = np.zeros((0, dim), np.float16)
    matrices = [stored[name] if name else none for name in names]
    places = [
        [(0, len(p.text)), *((span.start, span.end) for span in said)] if name else []
        for p, said, name in zip(passages, spans, names, strict=True)
    ]
    if list(map(len, places)) != list(map(len, matrices)):
        raise ValueError("the store holds vectors of other sentences")
    np.save(folder / "vectors.npy", np.vstack([np.zeros((0, dim), np.float16), *matrices]))
    np.save(folder / "offsets.npy", np.cumsum([0, *map(len, matrices)]))
    np.save(
        folder / "spans.npy",
        np.array([row for rows in places for row in rows], np.int32).reshape(-1, 2),
    )
    with usable(folder), chroma(folder) as client:
        collection = client.create_collection(
            "passages",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 200}},
        )
        prose = [row for row, name in enumerate(names) if name]
        for at in range(0, len(prose), 2000):
            part = prose[at : at + 2000]
            rows = np.stack([matrices[row][0] for row in part]).astype(np.float32)
            collection.add(ids=[ids[row] for row in part], embeddings=rows)
    documents = [
        stems(f"{sources[p.source].title} {p.section} {p.text}")
        for p in passages
        if sources[p.source].kind != "evidence"
    ]
    vocabulary = {term: at for at, term in enumerate(sorted(set().union(*documents)))}
    if vocabulary:
        bm25 = bm25s.BM25(k1=1.2, b=0.75)
        rows_of_terms = [[vocabulary[term] for term in document] for document in documents]
        bm25.index((rows_of_terms, vocabulary), show_progress=False)
        bm25.save(str(folder / "bm25"), show_progress=False)
    frequencies = Counter(term for document in documents for term in set(document))
    (folder / "frequencies.json").write_text(json.dumps(frequencies, sort_keys=True), "utf-8")
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    manifest = {
        "hash": goal, "layout": LAYOUT, "embedder": encoder.id, "dim": dim, "ids": ids,
        "embedded": len(prose), "worded": len(documents), "files": files,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


class PassageEncoder(Protocol):
    """What turns passages into vectors: its name, how much it reads at once, and their length."""

    @property
    def id(self) -> str:
        """What its vectors are filed under."""

    @property
    def window(self) -> int:
        """Tokens it reads at once."""

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""

    def passages(
        self, texts: Sequence[str], titles: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> Iterator[tuple[int, "Vectors"]]:
        """Vectors of each passage and its sentences, with the passage's index, in any order."""


class Vectors(Protocol):
    """The unit vector of a passage and those of its sentences, in order."""

    @property
    def passage(self) -> Float[np.ndarray, " dim"]:
        """Of the passage."""

    @property
    def sentences(self) -> Float[np.ndarray, "sentences dim"]:
        """Of its sentences."""
