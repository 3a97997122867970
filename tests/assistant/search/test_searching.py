"""An index whose files are whole may still hold what is not its own; that is found by asking it."""

import numpy as np
import pytest

from assistant.search.searching import fault


@pytest.fixture
def index(assistant):
    return assistant.index()


def test_a_sound_index_finds_its_own_content(index):
    assert fault(index) == ""


def test_vectors_that_are_no_numbers_are_noticed(index, monkeypatch):
    spoilt = index._matrix.copy()
    spoilt[0, 0] = np.nan
    monkeypatch.setattr(index, "_matrix", spoilt)
    assert "no number" in fault(index)


def test_words_of_other_passages_are_noticed(index, monkeypatch):
    monkeypatch.setattr(index, "frequency", lambda _term: 10**6)
    assert "words" in fault(index)


def test_vectors_of_other_passages_are_noticed(index, monkeypatch):
    ranked = index.dense
    monkeypatch.setattr(index, "dense", lambda vector, k: ranked(-vector, k))
    assert "not found by its own vector" in fault(index)
