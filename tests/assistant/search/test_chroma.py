"""Chroma finds what the exact search finds, and a part of it that is gone is built anew."""

import shutil

from tests.assistant.search.ranked import QUESTION, found, generation


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
