"""The index is derived: it is replaced as a whole, rebuilt when damaged, and the same for the same content."""

import numpy as np
import pytest

from assistant import Assistant
from assistant.search.index import passage_sentences
from tests.assistant.search.ranked import QUESTION


def test_an_empty_library_has_an_index_that_finds_nothing(tmp_path):
    (tmp_path / "corpus").mkdir()
    assistant = Assistant.open(tmp_path / "data", corpus_dir=tmp_path / "corpus")
    assistant.sync()
    assert assistant.search(QUESTION) == []


def test_a_note_of_function_words_only_is_indexed(tmp_path):
    (tmp_path / "a.md").write_text("It is what it is and so on.\n")
    assistant = Assistant.open(tmp_path / "data", corpus_dir=None)
    assistant.add([tmp_path / "a.md"])
    assert assistant.search("nothing of this", 3)


def test_dense_ranking_is_the_cosine_ranking(small_library, small_corpus):
    assistant = Assistant.open(small_library, corpus_dir=small_corpus)
    index, vector = assistant.index(), assistant.embedder.question(QUESTION)
    ids = [p.id for p in assistant.library.passages()]
    exact = {id: float(matrix[0] @ vector) for id, matrix in index.vectors(ids).items()}
    ranked = index.dense(vector, len(ids))
    assert {hit.passage for hit in ranked} == set(ids)
    assert [hit.score for hit in ranked] == sorted((hit.score for hit in ranked), reverse=True)
    assert all(hit.score == pytest.approx(exact[hit.passage], abs=2e-3) for hit in ranked)


def test_equal_cosines_are_ranked_by_id_wherever_the_list_is_cut(
    small_library, small_corpus, monkeypatch
):
    assistant = Assistant.open(small_library, corpus_dir=small_corpus)
    index, vector = assistant.index(), assistant.embedder.question(QUESTION)
    # All passages but one point the same way; the smallest parts are ranked first, then merged.
    same = np.repeat(vector[None].astype(np.float16), len(index._matrix), axis=0)
    same[index._offsets[0]] *= -1
    monkeypatch.setattr(index, "_matrix", same)
    monkeypatch.setattr("assistant.search.index._AT_ONCE", 3)
    whole = index.dense(vector, len(index.ids))
    assert [hit.passage for hit in whole] == [*sorted(index.ids[1:]), index.ids[0]]
    for k in range(1, len(index.ids)):
        assert index.dense(vector, k) == whole[:k]


def test_what_is_near_a_stem_counts_half_and_never_lowers_a_score(small_library, small_corpus):
    index = Assistant.open(small_library, corpus_dir=small_corpus).index()
    plain = index.bm25("entropy", index.ids)
    other = index.bm25("layers", index.ids)
    both = index.bm25("entropy", index.ids, lambda stem: ["layer"] if stem == "entropi" else [])
    assert any(other.values())
    assert both == {
        id: pytest.approx(max(plain[id], 0.5 * other[id]), abs=1e-5) for id in index.ids
    }
    assert index.bm25("entropy layers", index.ids, lambda _: ["layer", "entropi"]) == index.bm25(
        "entropy layers", index.ids
    )


def test_the_stored_sentences_are_those_of_the_text_one_for_each_vector(
    small_library, small_corpus
):
    assistant = Assistant.open(small_library, corpus_dir=small_corpus)
    index, passages = assistant.index(), assistant.library.passages()
    spans = index.spans([p.id for p in passages])
    assert spans == {p.id: passage_sentences(p.text) for p in passages}
    vectors = index.vectors(list(spans))
    assert {id: len(rows) - 1 for id, rows in vectors.items()} == {
        id: len(found) for id, found in spans.items()
    }


def test_rarity_falls_with_frequency(small_library, small_corpus):
    index = Assistant.open(small_library, corpus_dir=small_corpus).index()
    assert index.rarity("nosuchstem") == 1.0
    assert index.frequency("layer") > index.frequency("vote") >= 1
    assert 0 <= index.rarity("layer") < index.rarity("vote") < 1
