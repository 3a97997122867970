"""Tags and collections of the reader stand beside those of the file and survive its next reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.library.labels import Change, Labelled, changes, checked, hand_over, label, labelled
from assistant.library.store import Library

NAMES = st.sampled_from(["a", "b", "c"])


@given(st.lists(NAMES, unique=True), st.dictionaries(NAMES, st.booleans()))
def test_additions_are_there_and_removals_are_gone_whatever_the_file_says(names, said):
    after = Labelled({("k", "tag"): said}).after("k", "tag", names)
    assert set(after) == {n for n in names if said.get(n, True)} | {n for n in said if said[n]}
    assert len(after) == len(set(after))
    assert Labelled({}).after("k", "tag", names) == tuple(names)


def test_the_last_change_of_a_name_counts_and_is_handed_over(tmp_path):
    with Library(tmp_path) as library:
        label(library, ["old"], changes(["x", "y"], ["Shelf/One"], [], []))
        label(library, ["old"], [Change("tag", "x", present=False)])
        label(library, ["new"], [Change("tag", "y", present=False)])
        hand_over(library, "old", "new")
        with library.reading() as db:
            said = labelled(db)
    assert said.after("new", "tag", ["x", "z"]) == ("z",)  # its own word on y stands
    assert said.after("new", "collection", []) == ("Shelf/One",)
    assert said.after("old", "tag", []) == ()


@pytest.mark.parametrize("name", ["", "  ", 'a "quoted" one', "x" * 101])
def test_a_name_that_no_filter_can_hold_is_refused(name):
    with pytest.raises(UsageError, match="is no tag"):
        checked("tag", name)
    assert checked("tag", " two\n words ") == "two words"
