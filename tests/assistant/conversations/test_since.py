"""Whether an answer's sources have changed since is told by their content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversations.since import since

contents = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["0", "1"]))


@given(contents, contents)
def test_every_source_is_as_it_was_or_changed_or_gone(then, now):
    found = since(then, now)
    assert set(found.changed).isdisjoint(found.gone)
    assert {*found.changed, *found.gone} <= set(then)
    for key, content in then.items():
        assert (key in found.gone) == (key not in now)
        assert (key in found.changed) == (key in now and now[key] != content)
    assert bool(found.line) == found.moved


@pytest.mark.parametrize(
    ("then", "now", "line"),
    [
        ({"a": "0"}, {"a": "0"}, ""),
        ({"a": "0"}, {"a": "1"}, "Changed since: 1 source."),
        ({"a": "0", "b": "0", "c": "0"}, {"a": "1", "b": "1"}, "Changed since: 2 sources, 1 source gone."),
        ({"a": "0"}, {}, "Changed since: 1 source gone."),
    ],
)  # fmt: skip
def test_the_line_says_what_happened(then, now, line):
    assert since(then, now).line == line


def test_a_list_that_grew_elsewhere_is_no_change_of_the_sources():
    assert "as they were" in since({"a": "0"}, {"a": "0", "b": "1"}, moved=True).line
