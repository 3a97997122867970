"""A search for a question puts a passage that answers first, and only moves passages among the first places."""

from dataclasses import replace

import numpy as np
import pytest

from assistant import Assistant
from assistant.search.retrieval import Search, search
from assistant.select.ordering import FIRST, ordered

# The words are those of the note on MTEB; the gain stands in the note on Layer by Layer.
QUESTION = "How many points do you win if you take embeddings from the best hidden layer instead of the final one?"


@pytest.fixture(scope="module")
def library(reading_list) -> Assistant:
    return Assistant.open(reading_list)


def found(library: Assistant, question: str = QUESTION) -> Search:
    return search(library.library, library.index(), library.embedder, question, 2 * FIRST)


def test_a_passage_that_answers_comes_before_one_that_shares_more_words(library):
    assert found(library).found[0].passage.source != "layer-by-layer"
    assert library.search(QUESTION)[0].passage.source == "layer-by-layer"


def test_the_passages_stay_and_each_rank_keeps_its_score(library):
    before = found(library)
    after = ordered(library.library, before, library.desk().scores)
    assert {item.passage.id for item in after.found} == {item.passage.id for item in before.found}
    assert [item.score for item in after.found] == [item.score for item in before.found]
    assert after.found[FIRST:] == before.found[FIRST:]


@pytest.mark.parametrize(
    "text",
    [
        "Middle layers give better embeddings than the last one.",
        "Layers that are dropped or shuffled do not change the answer.",
        "points of the best hidden layer",
    ],
)
def test_a_statement_and_key_words_keep_the_order_of_the_search(library, text):
    before = found(library, text)
    assert ordered(library.library, before, library.desk().scores) is before


def test_of_long_passages_only_the_first_are_read(library):
    before = found(library)
    item = before.found[0]
    passage = replace(item.passage, text="It is so. " * 180)
    many = replace(before, found=(replace(item, passage=passage),) * 5)
    read = []

    def scores(question, readings):
        read.extend(readings)
        return [np.full((len(one.sentences), 3), 0.5) for one in readings]

    assert ordered(library.library, many, scores) == many
    assert len(read) == 2


def test_a_search_of_one_is_the_first_of_a_search_of_many(library):
    assert library.search(QUESTION, 1) == library.search(QUESTION, 10)[:1]


def test_without_the_selector_the_search_keeps_its_own_order(library, monkeypatch):
    monkeypatch.setitem(library.__dict__, "selector", (None, ()))
    assert library.search(QUESTION, 5) == found(library).hits()[:5]
