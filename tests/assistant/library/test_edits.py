"""A reader's edits take precedence and can be taken back to exactly what was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.library.edits import FIELDS, as_read, edited, merged, parsed
from assistant.types import Source

EDITS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["x", "y", "z"]))


def source(**metadata):
    return Source(
        key="k",
        kind="paper",
        title="As read",
        claim="",
        text="",
        content_hash="0",
        metadata=metadata,
    )


def told(source):
    """The title and the fields beside it; the title as it was read may stand among the fields too."""
    return source.title, {field: source.metadata.get(field) for field in FIELDS if field != "title"}


@given(EDITS, EDITS, st.booleans())
def test_edits_leave_no_trace_once_they_are_taken_back(first, second, dated):
    plain = source(year=2020) if dated else source()
    once = edited(plain, first)
    assert told(as_read(once)) == told(plain)
    assert told(edited(once, second)) == told(edited(plain, second))
    assert told(edited(once, {})) == told(plain)
    for field, value in first.items():
        assert (once.title if field == "title" else once.metadata[field]) == value


@given(EDITS, EDITS)
def test_a_later_edit_wins_and_none_takes_one_back(first, second):
    assert merged(first, second) == {**first, **second}
    assert merged(first, dict.fromkeys(first)) == {}


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("title", "  Two \n words ", "Two words"),
        ("authors", "Ada Lovelace; ; Bo Ek", ["Ada Lovelace", "Bo Ek"]),
        ("year", "2024", 2024),
        ("venue", " ", None),
    ],
)
def test_typed_text_becomes_the_value_of_its_field(field, typed, value):
    assert parsed(field, typed) == value


@pytest.mark.parametrize("typed", ["24", "20245", "MMXX", "-2024"])
def test_a_year_that_is_none_is_refused(typed):
    with pytest.raises(UsageError, match="four digits"):
        parsed("year", typed)
