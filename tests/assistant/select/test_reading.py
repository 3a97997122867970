"""For a question the best passages are read, and those that answered like questions, where these may count."""

import sqlite3
from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.search.query import Filters
from assistant.search.retrieval import search
from assistant.select.reading import read
from tests.assistant.select.noted import library_of

NOTES = {
    "seal.md": "# Seal tuning\n\nSeal tuning adapts a model with few weights.\n",
    "heron.md": "# On herons\n\nHerons stand still for hours.\n\n## Caveats\n\nNo heron was watched at night.\n",
}
ALL = Filters()
NAMED = [("heron", "No heron was watched at night.")]


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Assistant:
    return library_of(NOTES, tmp_path_factory)


def found(library: Assistant, filters: Filters = ALL):
    desk = library.desk()
    everything = search(desk.library, desk.index, desk.encoder, "What is seal tuning?", 50, filters)
    return replace(everything, found=everything.found[:1])


def texts(library: Assistant, *, named=(), filters: Filters = ALL):
    return [item.passage.text for item in read(library.library, found(library, filters), named)]


def test_a_passage_that_answered_a_like_question_is_read_though_the_search_missed_it(library):
    assert not any("No heron" in text for text in texts(library))
    assert any("No heron" in text for text in texts(library, named=NAMED))


def test_filters_keep_it_out(library):
    assert not any(
        "No heron" in text
        for text in texts(library, named=NAMED, filters=Filters(source=("seal",)))
    )


@pytest.mark.parametrize(
    "named",
    [[("heron", "A heron was watched all night.")], [("owl", "No heron was watched at night.")]],
)
def test_a_sentence_that_is_no_longer_there_names_nothing(library, named):
    assert texts(library, named=named) == texts(library)


def test_an_altered_source_is_not_read(library):
    own = library.library
    stored = own.get("heron").text
    with sqlite3.connect(own.path) as db:
        db.execute(
            "UPDATE sources SET text = ? WHERE key = 'heron'", (stored.replace("hours", "days"),)
        )
    try:
        assert not any("No heron" in text for text in texts(library, named=NAMED))
    finally:
        with sqlite3.connect(own.path) as db:
            db.execute("UPDATE sources SET text = ? WHERE key = 'heron'", (stored,))
