"""Two rankings become one, the same way every time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.search.index import Ranked
from assistant.search.retrieval import fuse, search

rankings = st.dictionaries(
    st.sampled_from("abcdefgh"), st.floats(0.001, 1.0), max_size=8
).map(lambda scores: [Ranked(id, score) for id, score in scores.items()])  # fmt: skip


@given(rankings, rankings)
def test_fusing_is_bounded_ordered_and_complete(lexical, dense):
    fused = fuse(lexical, dense)
    assert {hit.passage for hit in fused} == {hit.passage for hit in (*lexical, *dense)}
    assert all(0 <= hit.score <= 1 for hit in fused)
    assert fused == sorted(fused, key=lambda hit: (-hit.score, hit.passage))


@given(rankings, rankings, st.floats(0.1, 100))
def test_the_unit_of_bm25_does_not_matter(lexical, dense, factor):
    scaled = [Ranked(hit.passage, hit.score * factor) for hit in lexical]
    expected = {hit.passage: hit.score for hit in fuse(lexical, dense)}
    for hit in fuse(scaled, dense):
        assert hit.score == pytest.approx(expected[hit.passage], abs=2e-6)


@given(rankings, rankings, st.randoms(use_true_random=False))
def test_the_order_of_the_rankings_does_not_matter(lexical, dense, shuffler):
    expected = fuse(lexical, dense)
    shuffler.shuffle(lexical)
    shuffler.shuffle(dense)
    assert fuse(lexical, dense) == expected


def test_the_best_of_both_rankings_comes_first():
    both = [Ranked("a", 2.0), Ranked("b", 1.0)]
    assert fuse(both, both)[0] == Ranked("a", 1.0)
    assert fuse([], []) == []


def test_a_search_finds_the_note_that_asks_the_question(small_library, small_corpus):
    assistant = Assistant.open(small_library, corpus_dir=small_corpus)
    for source in assistant.library.sources():
        hits = assistant.search(source.title, 3)
        assert hits[0].passage.source == source.key
        assert [hit.rank for hit in hits] == [1, 2, 3]


def test_a_search_gives_the_same_passages_every_time(small_library, small_corpus, unremembered):
    assistant = Assistant.open(small_library, corpus_dir=small_corpus)
    parts = assistant.library, assistant.index(), assistant.embedder
    one, other = (search(*parts, "What does the residual stream hold?", 50) for _ in range(2))
    assert one.found == other.found
    assert len({item.passage.id for item in one.found}) == len(one.found)
    stored = {source.key: source.text for source in assistant.library.sources()}
    for hit in one.hits():
        place = hit.passage
        assert stored[place.source][place.start : place.end] == place.text
