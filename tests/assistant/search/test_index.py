"""The index is derived: it is replaced as a whole, rebuilt when damaged, and the same for the same content."""

import shutil

import numpy as np
import pytest

from assistant import Assistant
from assistant.search.index import current, passage_sentences
from assistant.search.index_files import fault
from assistant.search.indexing import build
from assistant.search.retrieval import search

QUESTION = "Do middle layers give better features than the last layer?"


def quiet(message, fraction):
    """Report nothing."""


@pytest.fixture
def assistant(own_library, own_corpus):
    # The copy of the corpus has another path, so its files count as moved.
    return Assistant.open(own_library, corpus_dir=own_corpus)


@pytest.fixture(scope="module")
def answers(small_library, small_corpus):
    """What the undamaged library finds."""
    return found(Assistant.open(small_library, corpus_dir=small_corpus))


def found(assistant):
    return [(hit.passage.id, hit.score) for hit in assistant.search(QUESTION, 20)]


def generation(assistant):
    return assistant.data_dir / "indexes" / assistant.library.fact("index")


def embedded(assistant, monkeypatch):
    """The texts that are embedded from now on."""
    seen = []
    real = assistant.embedder.passages

    def watched(texts, titles, spans):
        seen.extend(texts)
        return real(texts, titles, spans)

    monkeypatch.setattr(assistant.embedder, "passages", watched)
    return seen


def test_the_same_content_gives_the_same_index(
    small_corpus, tmp_path, answers, small_library, unremembered
):
    again = Assistant.open(tmp_path / "again", corpus_dir=small_corpus)
    report = again.sync()
    assert report.index_hash == Assistant.open(small_library).library.fact("index")
    assert found(again) == answers


def test_a_new_note_and_its_removal_lead_back_to_the_same_index(assistant, own_corpus, answers):
    first = assistant.sync().index_hash
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    second = assistant.sync().index_hash
    assert second != first
    assert found(assistant) != answers
    (own_corpus / "extra.md").unlink()
    assert assistant.sync().index_hash == first
    assert found(assistant) == answers


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: shutil.rmtree(folder.parent),
        shutil.rmtree,
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text('{"hash": "'),
        lambda folder: (folder / "vectors.npy").unlink(),
        lambda folder: shutil.rmtree(folder / "bm25"),
        lambda folder: (folder.parent / "vectors.sqlite").write_bytes(b"no database" * 999),
        lambda folder: (folder.parent / "vectors.sqlite").unlink(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("act", ["sync", "ask"])
def test_what_is_deleted_or_damaged_is_built_anew(assistant, answers, damage, act):
    damage(generation(assistant))
    if act == "sync":
        assistant.sync()
    assert found(assistant) == answers


def test_a_library_of_many_passages_finds_the_same_with_chroma(in_chroma, answers, monkeypatch):
    index, ranked = in_chroma.index(), []
    with monkeypatch.context() as watched:
        watched.setattr(index, "_ranked", lambda rows, *_: ranked.append(len(rows)))
        index.dense(in_chroma.embedder.question(QUESTION), 2)
    assert ranked == [2]
    assert found(in_chroma) == answers


def test_a_part_of_chroma_that_is_deleted_is_built_anew(in_chroma, answers):
    shutil.rmtree(generation(in_chroma) / "chroma")
    assert found(in_chroma) == answers
    assert (generation(in_chroma) / "chroma").is_dir()


def test_an_index_of_another_layout_is_written_anew_from_the_stored_vectors(
    assistant, answers, monkeypatch
):
    manifest = generation(assistant) / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"layout"', '"order"'), "utf-8")
    (manifest.parent / "spans.npy").unlink()
    seen = embedded(assistant, monkeypatch)
    assert found(assistant) == answers
    assert seen == []


def test_a_store_damaged_in_the_middle_is_begun_anew(assistant, own_corpus):
    store = generation(assistant).parent / "vectors.sqlite"
    whole = store.read_bytes()
    store.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    assistant.sync()
    assert not fault(generation(assistant))
    assert "extra" in {hit.passage.source for hit in assistant.search("better features", 5)}


def test_nothing_is_embedded_twice(assistant, own_corpus, monkeypatch):
    seen = embedded(assistant, monkeypatch)
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    (own_corpus / "hostile.md").unlink()
    assistant.sync()
    assert seen == ["Middle layers of another model are better features."]
    shutil.rmtree(generation(assistant))
    assistant.sync()
    assert len(seen) == 1


def test_a_sync_of_nothing_new_loads_no_model(assistant):
    assistant.sync()
    again = Assistant.open(assistant.data_dir, corpus_dir=assistant.settings.corpus_dir)
    report = again.sync()
    assert report.count("unchanged") == len(report.files)
    assert "embedder" not in vars(again)


def test_the_old_index_answers_during_a_build_and_after_it(assistant, own_corpus, answers):
    old = current(assistant.library)
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    heard = []

    def ask_meanwhile(message, fraction):
        if message == "embedding" or (message == "indexing" and fraction < 1):
            reader = Assistant.open(assistant.data_dir, corpus_dir=own_corpus)
            index = current(reader.library)
            heard.append((index.hash, index.lexical(QUESTION, 5)))

    expected = old.lexical(QUESTION, 5)
    assistant.sync(progress=ask_meanwhile)
    assert heard
    assert {one[0] for one in heard} == {old.hash}
    assert [one[1] for one in heard] == [expected] * len(heard)
    assert assistant.library.fact("index") != old.hash
    # `old` had not opened its vectors before the swap, and still has them.
    then = search(assistant.library, old, assistant.embedder, QUESTION, 20)
    assert [(item.passage.id, item.score) for item in then.found] == answers


def test_at_most_one_older_generation_is_kept(assistant, own_corpus):
    for n in range(3):
        (own_corpus / "extra.md").write_text(f"Note number {n} speaks of layers.\n")
        assistant.sync()
    folders = [path for path in generation(assistant).parent.iterdir() if path.is_dir()]
    assert len(folders) == 2


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


def test_a_build_of_what_is_there_does_nothing(assistant, monkeypatch):
    seen = embedded(assistant, monkeypatch)
    before = generation(assistant)
    assert build(assistant.library, assistant.embedder, quiet) == before.name
    assert seen == []
