"""Reranking changes the order only for its reasons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.search.index import Ranked
from assistant.search.reranking import rerank

IDS = [f"a:{n}-{n + 1}" for n in range(8)]
QUESTION = np.array([1.0, 0.0, 0.0, 0.0])


def unit(*numbers):
    vector = np.array(numbers, dtype=float)
    return vector / np.linalg.norm(vector)


@st.composite
def found(draw):
    """A first ranking with its BM25 scores and vectors; some passages have none."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=8))
    scores = draw(st.lists(st.floats(0, 1), min_size=len(ids), max_size=len(ids)))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    vectors = {}
    for id in ids:
        if draw(st.booleans()):
            rows = rng.normal(size=(draw(st.integers(1, 4)), 4))
            vectors[id] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    first = [Ranked(id, score) for id, score in zip(ids, sorted(scores)[::-1], strict=True)]
    return first, {id: float(rng.uniform(0, 9)) for id in ids}, vectors


@given(found())
def test_it_is_complete_ordered_and_bounded(found):
    first, bm25, vectors = found
    ranked = rerank(first, bm25, vectors, QUESTION)
    assert {hit.passage for hit in ranked} == {hit.passage for hit in first}
    assert ranked == sorted(ranked, key=lambda hit: (-hit.score, hit.passage))
    assert all(0 <= hit.score <= 1 for hit in ranked)
    if first:
        assert ranked[0].score == 1


@given(found(), st.floats(0.1, 100))
def test_the_unit_of_bm25_does_not_matter(found, factor):
    first, bm25, vectors = found
    scaled = {id: score * factor for id, score in bm25.items()}
    expected = {hit.passage: hit.score for hit in rerank(first, bm25, vectors, QUESTION)}
    for hit in rerank(first, scaled, vectors, QUESTION):
        assert hit.score == pytest.approx(expected[hit.passage], abs=1e-5)


def test_of_equal_passages_the_one_with_the_better_sentence_comes_first():
    passage = unit(1, 1, 0, 0)
    vectors = {
        "a:0-1": np.stack([passage, unit(1, 2, 0, 0), unit(1, 3, 0, 0)]),
        "b:0-1": np.stack([passage, unit(0, 1, 0, 0), unit(9, 1, 0, 0)]),
    }
    first = [Ranked("a:0-1", 0.5), Ranked("b:0-1", 0.5)]
    ranked = rerank(first, {"a:0-1": 1.0, "b:0-1": 1.0}, vectors, QUESTION)
    assert [hit.passage for hit in ranked] == ["b:0-1", "a:0-1"]


def test_what_is_like_the_first_passages_rises():
    first_look = unit(1, 1, 0, 0)
    vectors = {
        "a:0-1": np.stack([first_look]),
        "b:0-1": np.stack([unit(1, 0, 2, 0)]),  # as near to the question as c
        "c:0-1": np.stack([unit(1, 2, 0, 0)]),  # and nearer to the first passage
    }
    first = [Ranked("a:0-1", 1.0), Ranked("b:0-1", 0.0), Ranked("c:0-1", 0.0)]
    ranked = rerank(first, dict.fromkeys(vectors, 1.0), vectors, QUESTION)
    assert [hit.passage for hit in ranked] == ["a:0-1", "c:0-1", "b:0-1"]


def test_a_passage_without_a_vector_is_ranked_by_its_words():
    vectors = {id: np.stack([unit(1, n, 0, 0)]) for n, id in enumerate(IDS[:4])}
    first = [Ranked(id, 1 - n / 10) for n, id in enumerate(IDS[:6])]
    bm25 = {**dict.fromkeys(IDS[:4], 1.0), IDS[4]: 9.0, IDS[5]: 0.5}
    ranked = [hit.passage for hit in rerank(first, bm25, vectors, QUESTION)]
    assert ranked.index(IDS[4]) < min(ranked.index(IDS[3]), ranked.index(IDS[5]))
