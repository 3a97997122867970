"""Build a new index beside the old one and swap it in; text that was already embedded is not embedded again."""

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import bm25s
import numpy as np
from jaxtyping import Float

from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.search import index, index_files, neighbours, shipped
from assistant.search.index import passage_sentences
from assistant.search.index_name import index_hash
from assistant.search.neighbours import Unusable
from assistant.search.vectors import VectorStore, content_name
from assistant.text.passages import heading
from assistant.text.prose import Span, stands_alone, stems
from assistant.types import Passage, Progress, Source, VectorServer, part_of
from probes.files import durable, staging
from probes.machines.crew import in_order
from probes.machines.workers import HERE, Workers


def build(
    library: Library, encoder: "PassageEncoder", progress: Progress, *, anew: bool = False
) -> str:
    """Build the index of the library's present content and swap it in; return its hash.

    Text that was already embedded is not embedded again; every finished batch is kept, so a killed
    build continues where it stopped. The old index answers until the new one is complete and on the
    disk. It stays until the next swap for processes that have it open.

    Args:
        library: The library that is indexed.
        encoder: Makes the vectors.
        progress: Called with what is being done.
        anew: Build it even if an index of this content exists, which is then replaced.

    Raises:
        Mendable: the index cannot be written; the old index still answers.
    """
    goal = index_hash(library, encoder.id, encoder.window)
    root = library.data_dir / "indexes"
    folder, before = root / goal, library.fact("index")
    if before == goal and not anew and not index_files.fault(folder):
        return goal
    try:
        durable.make_folder(root)
        staging.sweep(root)
        # Each build gets a new name, because chroma keeps within a process what it once opened at a
        # path.
        with staging.staged(root) as fresh:
            if anew:
                _dropped(library, goal)
            _fill(fresh, goal, library, encoder, progress)
            _swap(fresh, folder)
    except Unusable as error:
        if library.vectors.url:
            raise Mendable(
                f"{error}; what is embedded is kept, and the old index answers."
            ) from error
        raise _unwritable(root, error) from error
    except OSError as error:
        raise _unwritable(root, error) from error
    library.set_fact("index", goal)
    progress("indexing", 1.0)
    for old in root.iterdir():
        if old.is_dir() and old.name not in (goal, before):
            with suppress(Unusable):  # it costs only space
                _dropped(library, old.name)
            shutil.rmtree(old, ignore_errors=True)
    return goal


def _unwritable(root: Path, error: Exception) -> Mendable:
    # numpy has a message of its own for a file that could not be written completely.
    reason = getattr(error, "strerror", None) or error
    return Mendable(
        f"The index could not be written to {root} ({reason}); free some space and run "
        "`inquire sync`; the old index still answers."
    )


def _dropped(library: Library, name: str) -> None:
    """Remove the vectors of an index from the server, if there is one and the index put any there."""
    record = library.data_dir / "indexes" / name / index_files.MANIFEST
    if library.vectors.url and (not record.exists() or library.vectors.url in record.read_text()):
        neighbours.of(record.parent, name, library.vectors).drop()


def _swap(fresh: Path, folder: Path) -> None:
    """Move a finished index into its place, and a damaged one that stood there out of the way."""
    durable.settle(fresh)
    if folder.exists():
        with staging.staged(folder.parent) as bin_:
            folder.rename(bin_ / folder.name)
            durable.publish(fresh, folder)
    else:
        durable.publish(fresh, folder)


def embed(
    library: Library, encoder: "PassageEncoder", progress: Progress, workers: Workers = HERE
) -> None:
    """Embed what is not embedded yet, so that `build` finds its vectors in the store.

    The library is only read: others may write to it meanwhile, and what they add is embedded by the
    build.

    Raises:
        Mendable: the vectors cannot be stored.
    """
    root = library.data_dir / "indexes"
    try:
        durable.make_folder(root)
        store = VectorStore(root / "vectors.sqlite")
        with store.filling():
            _embed(store, encoder, _texts(library, encoder), progress, workers)
    except OSError as error:
        raise Mendable(
            f"The vectors of new texts could not be written to {root} ({error.strerror}); free some space and "
            "run `inquire sync`; the old index still answers."
        ) from error
    except sqlite3.DatabaseError:
        return  # the build repairs a damaged store, because it reads all of it


@dataclass(frozen=True, kw_only=True)
class _Texts:
    """The texts of an index: passages with headings, sentences, and the names of their vectors; "" for non-prose."""

    sources: dict[str, Source]
    passages: Sequence[Passage]
    titles: Sequence[str]
    spans: Sequence[Sequence[Span]]
    names: Sequence[str]


def _texts(library: Library, encoder: "PassageEncoder") -> _Texts:
    sources = {source.key: source for source in library.sources()}
    # Runs of experiments come last: the index counts only the words of other sources, and finds a
    # run by its vector. A source that another writer adds between the two reads is left out.
    passages = sorted(
        (passage for passage in library.passages() if passage.source in sources),
        key=lambda p: sources[p.source].kind == "evidence",
    )
    titles = [heading(sources[p.source]) for p in passages]
    spans = [passage_sentences(p.text) for p in passages]
    names = [
        content_name(encoder.id, title, p.text) if _is_prose(p, sources[p.source], said) else ""
        for title, p, said in zip(titles, passages, spans, strict=True)
    ]
    return _Texts(sources=sources, passages=passages, titles=titles, spans=spans, names=names)


def _fill(
    fresh: Path, goal: str, library: Library, encoder: "PassageEncoder", progress: Progress
) -> None:
    """Write an index of the library into an empty folder."""
    texts = _texts(library, encoder)
    store = VectorStore(fresh.parent / "vectors.sqlite")
    try:
        matrices = _embedded(store, encoder, texts, part_of(progress, 0.0, 0.9))
    except (sqlite3.DatabaseError, KeyError, ValueError) as error:
        if isinstance(error, sqlite3.DatabaseError) and store.is_whole():
            raise OSError(str(error)) from error  # the disk failed
        # A damaged store can be cleared, because its texts can be embedded again.
        store.clear()
        matrices = _embedded(store, encoder, texts, part_of(progress, 0.0, 0.9))
    progress("indexing", 0.9)
    _write(fresh, goal, encoder, texts, library.vectors, matrices)
    with suppress(
        sqlite3.DatabaseError, Mendable, OSError
    ):  # what is kept too long costs only space
        store.keep(set(texts.names))


def _embedded(
    store: VectorStore, encoder: "PassageEncoder", texts: _Texts, progress: Progress
) -> list[Float[np.ndarray, "rows dim"]]:
    """Return for every passage its vector and those of its sentences; none for a passage that is no prose.

    Raises:
        sqlite3.DatabaseError, KeyError, ValueError: the store is damaged.
    """
    _embed(store, encoder, texts, progress)
    stored = store.get(list(dict.fromkeys(filter(None, texts.names))), encoder.dim)
    none = np.zeros((0, encoder.dim), np.float16)
    matrices = [stored[name] if name else none for name in texts.names]
    if [len(m) for m in matrices] != [
        1 + len(said) if name else 0 for said, name in zip(texts.spans, texts.names, strict=True)
    ]:
        raise ValueError("the store holds vectors of other sentences")
    return matrices


def _embed(
    store: VectorStore, encoder: "PassageEncoder", found: _Texts, progress: Progress,
    workers: Workers = HERE,
) -> None:  # fmt: skip
    missing = store.missing(found.names) - {""}
    if missing:
        rows = zip(found.names, found.spans, strict=True)
        shipped.lend(store, {name: 1 + len(said) for name, said in rows if name in missing})
        missing = store.missing(missing)
    todo = {name: i for i, name in enumerate(found.names) if name in missing}
    if not todo:
        return
    total, done = sum(len(found.passages[i].text) for i in todo.values()), 0
    with workers.open() as crew:
        shards = (_Shard.of(found, rows) for rows in _grouped(found, list(todo.values())))
        for shard, matrices in in_order(crew, partial(_vectors, encoder), shards):
            store.put(zip(shard.names, matrices, strict=True))
            done += sum(map(len, shard.texts))
            progress("embedding", done / total)
    progress("embedding", 1.0)


# A shard takes whole sources until it has so many passages: as many as are lost by a kill, and enough for full batches.
_SHARD = 64


def _grouped(found: _Texts, rows: Sequence[int]) -> Iterator[list[int]]:
    """Yield the passages in shards, each of whole sources."""
    shard: list[int] = []
    for row in rows:
        another = shard and found.passages[row].source != found.passages[shard[-1]].source
        if another and len(shard) >= _SHARD:
            yield shard
            shard = []
        shard.append(row)
    yield shard


@dataclass(frozen=True, kw_only=True)
class _Shard:
    """Passages that are embedded together, and stored when they are."""

    names: Sequence[str]
    texts: Sequence[str]
    titles: Sequence[str]
    spans: Sequence[Sequence[Span]]

    @classmethod
    def of(cls, found: _Texts, rows: Sequence[int]) -> "_Shard":
        """Return the shard of these passages."""
        return cls(
            names=[found.names[i] for i in rows],
            texts=[found.passages[i].text for i in rows],
            titles=[found.titles[i] for i in rows],
            spans=[found.spans[i] for i in rows],
        )


def _vectors(encoder: "PassageEncoder", shard: _Shard) -> list[Float[np.ndarray, "rows dim"]]:
    """Return for each passage its vector and those of its sentences, in half precision."""
    made: dict[int, np.ndarray] = {}
    for at, vectors in encoder.passages(shard.texts, shard.titles, shard.spans):
        rows = np.vstack([vectors.passage[None], vectors.sentences])
        made[at] = rows.astype(np.float16)
    return [made[at] for at in range(len(shard.texts))]


def _is_prose(passage: Passage, source: Source, spans: Sequence[Span]) -> bool:
    """Return whether a passage is embedded.

    Tables, formulas and lists of names in papers are found only by their words: they contain no
    sentence to quote, and are a tenth of the text.
    """
    if source.kind != "paper":
        return True
    return any(stands_alone(span.of(passage.text)) for span in spans)


def _write(
    folder: Path, goal: str, encoder: "PassageEncoder", texts: _Texts, server: VectorServer,
    matrices: Sequence[Float[np.ndarray, "rows dim"]],
) -> None:  # fmt: skip
    passages, spans, sources = texts.passages, texts.spans, texts.sources
    ids = [passage.id for passage in passages]
    prose = [row for row, matrix in enumerate(matrices) if len(matrix)]
    places = [
        place
        for row in prose
        for place in [(0, len(passages[row].text)), *((s.start, s.end) for s in spans[row])]
    ]
    _write_vectors(folder / "vectors.npy", encoder.dim, matrices)
    np.save(folder / "offsets.npy", np.cumsum([0, *map(len, matrices)]))
    np.save(folder / "spans.npy", np.array(places, np.int32).reshape(-1, 2))
    (folder / "ids.json").write_text(json.dumps(ids), "utf-8")
    held = neighbours.of(folder, goal, server)
    apart = len(prose) >= max(neighbours.FEWEST, index.CHROMA_FROM)
    if apart:
        held.fill([ids[row] for row in prose], [matrices[row][0] for row in prose])
    documents = [
        stems(f"{sources[p.source].title} {p.section} {p.text}")
        for p in passages
        if sources[p.source].kind != "evidence"
    ]
    _write_words(folder, documents)
    facts = {
        "hash": goal, "embedder": encoder.id, "dim": encoder.dim, "embedded": len(prose),
        "worded": len(documents), "vectors": server.url if apart else None,
    }  # fmt: skip
    index_files.seal(folder, facts)


def _write_vectors(path: Path, dim: int, matrices: Sequence[Float[np.ndarray, "rows dim"]]) -> None:
    """Write matrices below one another into one file of numpy, without a copy of all in memory."""
    header = {"descr": "<f2", "fortran_order": False, "shape": (sum(map(len, matrices)), dim)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for matrix in matrices:
            file.write(np.ascontiguousarray(matrix, "<f2").tobytes())


def _write_words(folder: Path, documents: Sequence[Sequence[str]]) -> None:
    vocabulary = {term: at for at, term in enumerate(sorted(set().union(*documents)))}
    if vocabulary:
        bm25 = bm25s.BM25(k1=1.2, b=0.75)
        rows_of_terms = [[vocabulary[term] for term in document] for document in documents]
        bm25.index((rows_of_terms, vocabulary), show_progress=False)
        bm25.save(str(folder / "bm25"), show_progress=False)
    frequencies = Counter(term for document in documents for term in set(document))
    (folder / "frequencies.json").write_text(json.dumps(frequencies, sort_keys=True), "utf-8")


class PassageEncoder(Protocol):
    """A passage encoder turns passages into vectors: its name, its window, and the length of its vectors."""

    @property
    def id(self) -> str:
        """Return the name under which its vectors are filed."""

    @property
    def window(self) -> int:
        """Return the number of tokens it reads at once."""

    @property
    def dim(self) -> int:
        """Return the dimensions of a vector."""

    def passages(
        self, texts: Sequence[str], titles: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> Iterator[tuple[int, "Vectors"]]:
        """Yield the vectors of each passage and its sentences, with the passage's index, in any order."""


class Vectors(Protocol):
    """The unit vector of a passage and those of its sentences, in order."""

    @property
    def passage(self) -> Float[np.ndarray, " dim"]:
        """Return the vector of the passage."""

    @property
    def sentences(self) -> Float[np.ndarray, "sentences dim"]:
        """Return the vectors of its sentences."""
