"""Values go into a column and come back as they were, and a damaged column is a damaged database."""

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.rows import (
    dump,
    labels,
    pages_to_json,
    reference_from_row,
    source_from_row,
    words_to_bytes,
)
from assistant.types import Page, Source, Word

PLACES = st.floats(0, 1000, width=32)
WORDS = st.builds(
    Word, start=st.integers(0, 9), end=st.integers(0, 9), left=PLACES, bottom=PLACES, right=PLACES, top=PLACES
)  # fmt: skip
PAGES = st.lists(st.lists(WORDS, max_size=3).map(tuple), max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def row(**fields):
    return fields


@given(PAGES)
def test_the_boxes_of_words_come_back_as_they_were(words):
    pages = tuple(
        Page(number=at + 1, start=at, end=at + 1, words=each) for at, each in enumerate(words)
    )
    stored = row(
        key="k", kind="paper", title="T", claim="", text="", content_hash="0", path="",
        metadata="{}", pages=pages_to_json(pages), words=words_to_bytes(pages),
    )  # fmt: skip
    assert source_from_row(stored) == Source(
        key="k", kind="paper", title="T", claim="", text="", content_hash="0", pages=pages
    )


@pytest.mark.parametrize("damage", [{"words": b"no zlib"}, {"pages": "["}, {"pages": "[[1]]"}])
def test_a_damaged_column_names_its_source(damage):
    sound = row(
        key="k", kind="paper", title="T", claim="", text="", content_hash="0", path="",
        metadata="{}", pages="[]", words=words_to_bytes(()),
    )  # fmt: skip
    assert source_from_row(sound).key == "k"
    with pytest.raises(sqlite3.DatabaseError, match="'k'"):
        source_from_row({**sound, **damage})


@pytest.mark.parametrize("record", ["", "[]", "{}", "null", '{"key": "a"}'])
def test_a_damaged_reference_is_a_damaged_database(record):
    with pytest.raises(sqlite3.DatabaseError):
        reference_from_row(row(record=record))


@given(VALUES)
def test_a_value_is_read_back_whatever_it_is(value):
    assert json.loads(dump(value)) == value


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (float("nan"), '"nan"'),
        (float("inf"), "1e999"),
        (float("-inf"), "-1e999"),
        ("NaN, Infinity", '"NaN, Infinity"'),
        ("\ud800", '"?"'),
    ],
)
def test_what_json_does_not_have_is_written_so_that_sqlite_reads_it(value, stored):
    assert dump(value) == stored
    assert (
        sqlite3.connect(":memory:").execute("SELECT json_valid(?)", (dump([value]),)).fetchone()[0]
    )


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("a, b ,,c", ("a", "b", "c")),
        (["a", " b ", None, 3], ("a", "b", "3")),
        (None, ()),
        ({"a": 1}, ()),
        (7, ("7",)),
    ],
)
def test_tags_are_a_list_or_words_between_commas(value, names):
    assert labels(value) == names
