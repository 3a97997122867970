"""Search the derived index: vectors in one array and, if there are many, in chroma; words in bm25s."""

import json
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.search import index_files, neighbours
from assistant.search.neighbours import Unusable
from assistant.text.prose import Span, blocks, sentences, stems
from assistant.types import EMBEDDED, VectorServer

_log = logging.getLogger(__name__)

Mask = Bool[np.ndarray, " passages"]
# This many vectors are in memory together while all are compared: 15 MB at 384 dimensions.
_AT_ONCE = 10_000
# A cosine is kept to this many decimal digits; two that differ by less than the second number may
# be equal in them.
_DIGITS, _ROUNDED = 6, 1e-6
# From this many passages with a vector on, chroma finds the nearest. To compare so many one by one
# takes some 30 ms of processor time for each question, and chroma 3; but chroma takes 1 s and 60 MB
# to start, in every `inquire ask`.
CHROMA_FROM = 20_000


@dataclass(frozen=True)
class Ranked:
    """A passage id with a score from one ranking."""

    passage: str
    score: float


def passage_sentences(text: str) -> list[Span]:
    """Return the sentences of a passage, as spans of the passage."""
    return [
        span
        for block in blocks(text)
        if block.kind != "heading"
        for span in sentences(text, block.span.start, block.span.end)
    ]


# Returns, for a stem, the stems that may stand for it.
Alternatives = Callable[[str], Sequence[str]]
# Such a stem has this weight. On the lines of benchmarks/inquiring_lines.json and the public ones,
# those within the first five sources rise from .88 to .92; from .35 to 1 this hardly changes.
_NEAR = 0.5


def _none(_: str) -> Sequence[str]:
    return ()


class Damaged(Mendable):
    """The index is missing or altered; a program that may write builds it anew."""


class Index:
    """One generation of the index, open for searching.

    Raises:
        Damaged: a file of it is missing, cut off, altered, or of another index.
    """

    def __init__(self, folder: Path, server: VectorServer = EMBEDDED) -> None:
        if wrong := index_files.fault(folder):
            raise Damaged(wrong)
        self.folder = folder
        facts = index_files.facts(folder)
        self._sealed = index_files.seals(facts)
        if wrong := index_files.altered(folder, self._sealed):
            raise Damaged(wrong)
        self.hash: str = facts["hash"]
        self.embedder: str = facts["embedder"]
        self.dim: int = facts["dim"]
        self._embedded: int = facts["embedded"]
        self._worded: int = facts["worded"]
        self._ids: list[str] = json.loads((folder / "ids.json").read_text("utf-8"))
        self._rows = {id: row for row, id in enumerate(self._ids)}
        # The vectors lie where the index was built; if the settings name another place now, they
        # are put there by the next build.
        self._elsewhere = facts.get("vectors", "") not in (None, server.url)
        self._neighbours = neighbours.of(folder, self.hash, server)
        self._without_chroma = False

    def __len__(self) -> int:
        """Return the number of passages, without those of runs."""
        return self._worded

    @property
    def ids(self) -> Sequence[str]:
        """Return the passages in the order of the index: by source and place, those of runs at the end."""
        return self._ids

    def is_there(self) -> bool:
        """Return whether its files exist with their old length; a mapped file cut off would kill the process."""
        there = (self.folder / index_files.MANIFEST).is_file()
        return there and not index_files.missing(self.folder, self._sealed)

    def is_unsound(self) -> bool:
        """Return whether the index answers without chroma, whose part is damaged."""
        return (self.folder / index_files.UNSOUND).exists()

    def dense(
        self, vector: Float[np.ndarray, " dim"], k: int, among: Mask | None = None
    ) -> list[Ranked]:
        """Return the `k` passages with the largest cosine to `vector`, best first, ties by id.

        In a library with fewer than `CHROMA_FROM` passages all vectors are compared, so the result
        is exact. The same holds if chroma cannot be used (it must write even to be read), and with
        a mask, which admits only passages that it allows.
        """
        if not self._embedded:
            return []
        if among is None:
            near = self._nearest(vector, min(k, self._embedded))
            if near is not None:
                return self._ranked(np.array([self._rows[id] for id in near]), vector, k)
        offsets = np.asarray(self._offsets)
        held = offsets[:-1] < offsets[1:]
        return self._ranked(np.flatnonzero(held if among is None else among & held), vector, k)

    def _ranked(
        self, rows: Int[np.ndarray, " rows"], vector: Float[np.ndarray, " dim"], k: int
    ) -> list[Ranked]:
        offsets = np.asarray(self._offsets)
        ranked: list[Ranked] = []
        for at in range(0, len(rows), _AT_ONCE):
            part = rows[at : at + _AT_ONCE]
            cosines = _cosines(self._matrix[offsets[part]], vector)
            # Among passages that rounding makes equal to the last one, the ids decide.
            least = np.partition(cosines, -k)[-k] - _ROUNDED if k < len(part) else -np.inf
            ranked += [
                Ranked(self._ids[part[row]], round(float(cosines[row]), _DIGITS))
                for row in np.flatnonzero(cosines >= least)
            ]
            ranked = sorted(ranked, key=lambda hit: (-hit.score, hit.passage))[:k]
        return ranked

    def _nearest(self, vector: Float[np.ndarray, " dim"], count: int) -> list[str] | None:
        """Return the passages that chroma finds nearest, or None if it cannot be used."""
        if self._without_chroma or self._embedded < CHROMA_FROM:
            return None
        try:
            near = [] if self._elsewhere else self._neighbours.nearest(vector, count)
        except Unusable as error:
            near = []
            if self._neighbours.served:
                _log.warning("%s; all vectors are compared instead.", error)
        if len(near) == count and all(id in self._rows for id in near):
            return near
        self._without_chroma = True
        if index_files.chroma_fault(self.folder) or near or self._elsewhere:
            _log.warning(
                "A part of the index is damaged or elsewhere; it is searched without, and built anew next."
            )
            with suppress(
                OSError
            ):  # a disk that is read-only or full: the search works without chroma
                (self.folder / index_files.UNSOUND).touch()
        return None

    def lexical(
        self, question: str, k: int, among: Mask | None = None, near: Alternatives = _none
    ) -> list[Ranked]:
        """Return the `k` best passages by BM25 over stems, best first; those sharing no word are left out.

        With a mask only passages that it allows are ranked; their scores are the same as without.
        A stem that is `near` one of the question's counts half, and only if it raises the score.
        """
        scores = self._words(question, near)
        if among is not None:
            scores = np.where(among, scores, 0.0)
        if not len(scores):
            return []
        count = min(k, len(scores))
        top = np.argpartition(-scores, count - 1)[:count]
        ranked = [Ranked(self._ids[i], round(float(scores[i]), 6)) for i in top if scores[i] > 0]
        return sorted(ranked, key=lambda hit: (-hit.score, hit.passage))

    def bm25(
        self, question: str, ids: Sequence[str], near: Alternatives = _none
    ) -> dict[str, float]:
        """Return the BM25 scores of these passages, as `lexical` counts them; 0 for one that shares no word."""
        scores = self._words(question, near)
        return {id: round(float(scores[self._rows[id]]), 6) for id in ids}

    def _words(self, question: str, near: Alternatives) -> Float[np.ndarray, " passages"]:
        asked = list(dict.fromkeys(stems(question)))
        total = np.zeros(len(self._ids), np.float32)
        for stem in asked:
            others = [other for other in near(stem) if other not in asked]
            best = np.zeros(len(self._ids), np.float32) if others else total
            rows, scores = self._column(stem)
            best[rows] += scores
            for other in others:
                rows, scores = self._column(other)
                best[rows] = np.maximum(best[rows], _NEAR * scores)
            if others:
                total += best
        return total

    def _column(self, stem: str) -> tuple[np.ndarray, Float[np.ndarray, " rows"]]:
        """Return the passages that contain a stem, by row, and its BM25 score in each."""
        if stem not in self._frequencies:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        data, rows, ends = self._scores
        term = self._vocabulary[stem]
        part = slice(ends[term], ends[term + 1])
        return rows[part], data[part]

    def containing(self, stem: str) -> Mask:
        """Return which passages contain a stem, including in their titles and sections."""
        mask = np.zeros(len(self._ids), dtype=bool)
        mask[self._column(stem)[0]] = True
        return mask

    def of_sources(self, keys: Collection[str]) -> Mask:
        """Return which passages are of these sources."""
        return np.fromiter((key in keys for key, _, _ in self._places), bool, len(self._ids))

    def spanning(self, key: str, spans: Sequence[tuple[int, int]]) -> Mask:
        """Return which passages of a source contain one of these stretches of its text whole."""
        mask = np.zeros(len(self._ids), dtype=bool)
        for row in self._rows_of.get(key, ()):
            _, start, end = self._places[row]
            mask[row] = any(start <= a and b <= end for a, b in spans)
        return mask

    @cached_property
    def _places(self) -> list[tuple[str, int, int]]:
        """Return for each passage its source, start and end, from its id."""
        places = []
        for id in self._ids:
            key, _, place = id.rpartition(":")
            start, _, end = place.partition("-")
            places.append((key, int(start), int(end)))
        return places

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, (key, _, _) in enumerate(self._places):
            rows.setdefault(key, []).append(row)
        return rows

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a stem, between 0 (everywhere) and 1 (in no passage)."""
        count = self._frequencies.get(term, 0)
        total = max(2, len(self))
        return float(np.log((total + 1) / (count + 1)) / np.log(total + 1))

    def frequency(self, term: str) -> int:
        """Return in how many passages (with their titles) a stem occurs, without those of runs."""
        return self._frequencies.get(term, 0)

    def vocabulary(self) -> Collection[str]:
        """Return every stem that a passage contains, without those of runs."""
        return self._frequencies.keys()

    def whole(self) -> tuple[list[str], Float[np.ndarray, "passages dim"]]:
        """Return the ids of the passages that have a vector, and their vectors."""
        offsets = np.asarray(self._offsets)
        held = np.flatnonzero(np.diff(offsets))
        return [self._ids[at] for at in held], self._matrix[offsets[held]].astype(np.float32)

    def vectors(self, ids: Sequence[str]) -> dict[str, Float[np.ndarray, "rows dim"]]:
        """Return the vectors of these passages (first row) and their sentences (the others), if there are any."""
        known = [(id, self._rows[id]) for id in ids if id in self._rows]
        offsets = self._offsets
        return {
            id: self._matrix[offsets[row] : offsets[row + 1]].astype(np.float32)
            for id, row in known
            if offsets[row] < offsets[row + 1]
        }

    def spans(self, ids: Sequence[str]) -> dict[str, list[Span]]:
        """Return the sentences of these passages in the order of their vectors, if there are any.

        They are those of `passage_sentences`, found once when the index was built.
        """
        offsets, known = self._offsets, ((id, self._rows[id]) for id in ids if id in self._rows)
        return {
            id: [Span(*pair) for pair in self._spans[offsets[row] + 1 : offsets[row + 1]].tolist()]
            for id, row in known
            if offsets[row] < offsets[row + 1]
        }

    @cached_property
    def _spans(self) -> Int[np.ndarray, "rows 2"]:
        return self._mapped("spans.npy")

    @cached_property
    def _matrix(self) -> Float[np.ndarray, "rows dim"]:
        return self._mapped("vectors.npy")

    @cached_property
    def _offsets(self) -> list[int]:
        return [int(offset) for offset in self._mapped("offsets.npy")]

    def _mapped(self, name: str) -> Shaped[np.ndarray, "..."]:
        try:
            mapped: np.ndarray = np.load(self.folder / name, mmap_mode="r")
        except ValueError as error:
            raise Damaged(
                f"The index in {self.folder} is damaged ({name}: {error}); `inquire doctor --repair` builds it "
                "anew, and nothing of the library is lost."
            ) from error
        # This is a plain view of the mapped file, because slices of a memmap are slow.
        return mapped.view(np.ndarray)

    @cached_property
    def _scores(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the scores of all stems as bm25s stores them, by stem: the scores, their rows, each stem's end.

        They are mapped: to load them, bm25s would import scipy, which takes longer than a search.
        """
        data, rows, ends = (
            self._mapped(f"bm25/{name}.csc.index.npy") for name in ("data", "indices", "indptr")
        )
        return data, rows, ends

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(
            (self.folder / "bm25" / "vocab.index.json").read_text("utf-8")
        )
        return found

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        found = json.loads((self.folder / "frequencies.json").read_text("utf-8"))
        return {str(term): int(count) for term, count in found.items()}


def current(library: Library) -> Index:
    """Return the index in use.

    Raises:
        Damaged: there is none yet, or it cannot be used.
    """
    name = library.fact("index")
    if name is None:
        raise Damaged(f"{library.data_dir} has no index; `inquire sync` builds it.")
    return Index(library.data_dir / "indexes" / name, library.vectors)


def _cosines(
    rows: Float[np.ndarray, "rows dim"], vector: Float[np.ndarray, " dim"]
) -> Float[np.ndarray, " rows"]:
    """Return the cosine of each row to a unit vector; a row's cosine does not depend on the other rows."""
    wide = rows.astype(np.float32)
    # This is not a product of matrices, whose sums depend on the number of rows.
    return np.asarray((wide * vector).sum(axis=1) / np.sqrt((wide * wide).sum(axis=1)))
