"""Retrieve passages for a question by words and vectors, fuse both rankings, and rank again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Float

from assistant.library.store import Library
from assistant.question.thesaurus import near
from assistant.search.filtering import allowed
from assistant.search.index import Index, Ranked
from assistant.search.query import Filters
from assistant.search.reranking import rerank
from assistant.types import Hit, Passage

# Shares of the two rankings and the depth over which cosines are scaled. On SciFact dev this convex
# combination gives nDCG@10 .736, reciprocal rank fusion .724 to .729, BM25 alone .679.
_LEXICAL, _DENSE, _DEPTH = 0.7, 0.3, 100
_NONE = Filters()


# A reader's cross-encoder reads this many passages.
_READ_TOGETHER = 20

# Returns how well each text answers a question; greater is better.
Reranker = Callable[[str, Sequence[str]], Float[np.ndarray, " texts"]]


class QuestionEncoder(Protocol):
    """A question encoder turns a question into a vector."""

    def question(self, text: str) -> Float[np.ndarray, " dim"]:
        """Return the unit vector of a question."""


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """A ranked passage with its score in each ranking."""

    passage: Passage
    score: float
    cosine: float
    bm25: float


@dataclass(frozen=True, kw_only=True)
class Search:
    """The retrieval for one question: its vector and its passages, best first.

    `altered` are the sources that were found but left out, because their stored text was altered.
    `restricted` tells whether filters kept sources from being found.
    """

    question: str
    vector: Float[np.ndarray, " dim"]
    found: tuple[Retrieved, ...]
    altered: tuple[str, ...] = ()
    restricted: bool = False

    def hits(self) -> list[Hit]:
        """Return the passages as ranked hits, counting from 1."""
        return [
            Hit(rank=rank, passage=item.passage, score=item.score)
            for rank, item in enumerate(self.found, 1)
        ]


def search(
    library: Library, index: Index, encoder: QuestionEncoder, question: str, k: int,
    filters: Filters = _NONE, reranker: Reranker | None = None,
) -> Search:  # fmt: skip
    """Return the `k` best passages for a question. Ties are broken by passage id, so that runs agree.

    Filters are applied before ranking, so the result has `k` passages if the filters allow as many.
    With a reranker the first 20 passages are put in its order. Runs of experiments are found only
    if the filters name their kind or a source, so that no measured result takes the place of a note
    or paper.

    Raises:
        UsageError: a filter names something that does not exist.
    """
    vector = encoder.question(question)
    depth = max(k, _DEPTH)
    among = allowed(library, index, filters) if filters else None
    runs = library.passage_ids("evidence") if among is None else ()
    nearest = index.dense(vector, depth + len(runs), among)
    dense = [hit for hit in nearest if hit.passage not in runs][:depth]
    lexical = index.lexical(question, depth, among, near)
    first = fuse(lexical, dense)
    ids = [hit.passage for hit in first]
    vectors, words = index.vectors(ids), index.bm25(question, ids)
    ranked = rerank(first, index.bm25(question, ids, near), vectors, vector)
    if reranker is not None:
        ranked = _reread(library, ranked, question, reranker)
    ranked = ranked[:k]
    cosines = {hit.passage: hit.score for hit in dense}
    passages = {p.id: p for p in library.passages([hit.passage for hit in ranked])}
    altered = library.altered(passage.source for passage in passages.values())
    found = tuple(
        Retrieved(
            passage=passages[hit.passage],
            score=hit.score,
            cosine=cosines.get(hit.passage, 0.0),
            bm25=words[hit.passage],
        )
        for hit in ranked
        if hit.passage in passages and passages[hit.passage].source not in altered
    )
    return Search(
        question=question,
        vector=vector,
        found=found,
        altered=tuple(altered),
        restricted=bool(filters),
    )


def _reread(
    library: Library, ranked: Sequence[Ranked], question: str, reranker: Reranker
) -> list[Ranked]:
    """Return the first passages in the reranker's order, with the scores that stood at these ranks."""
    head = {hit.passage: hit.score for hit in ranked[:_READ_TOGETHER]}
    texts = {passage.id: passage.text for passage in library.passages(list(head))}
    judged = dict(zip(texts, reranker(question, list(texts.values())), strict=True))
    order = sorted(texts, key=lambda id: (-float(judged[id]), -head[id], id))
    scores = sorted((head[id] for id in texts), reverse=True)
    first = [Ranked(id, score) for id, score in zip(order, scores, strict=True)]
    return [*first, *ranked[_READ_TOGETHER:]]


def fuse(lexical: Sequence[Ranked], dense: Sequence[Ranked]) -> list[Ranked]:
    """Return the convex combination of two rankings, each scaled to [0, 1]; a missing passage has score 0.

    BM25 scores are divided by their maximum (their zero means "no word shared"); cosines are
    scaled between their smallest and largest, because their zero means nothing.
    """
    scores: dict[str, float] = {}
    if lexical:
        top = max(hit.score for hit in lexical)
        for hit in lexical:
            scores[hit.passage] = _LEXICAL * hit.score / top
    if dense:
        high = max(hit.score for hit in dense)
        low = min(hit.score for hit in dense)
        spread = (high - low) or 1.0
        for hit in dense:
            share = (hit.score - low) / spread if high > low else 1.0
            scores[hit.passage] = scores.get(hit.passage, 0.0) + _DENSE * share
    ranked = [Ranked(passage, round(score, 6)) for passage, score in scores.items()]
    return sorted(ranked, key=lambda hit: (-hit.score, hit.passage))
