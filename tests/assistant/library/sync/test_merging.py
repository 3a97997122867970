"""Sources that stand for one work are found, merged, and stay merged."""

import pytest

from assistant.errors import UsageError
from assistant.library.comments import Comments
from assistant.library.labels import Change, label
from assistant.library.sync.merging import duplicates, merge
from tests.assistant.library.sync.following import follow, write

TITLE = "Do middle layers carry the better features"


def note(folder, name, body, **front):
    return write(folder / f"{name}.md", body, key=name, title=TITLE, **front)


@pytest.fixture
def two(library, folder):
    note(folder, "long", "Middle layers carry better features than the last layer does.", year=2025)
    note(folder, "short", "Middle layers do.", year=2025)
    write(folder / "other.md", "Whales sing.", key="other", title="Whales sing in the dark")
    follow(library, folder)
    return library


def test_the_same_work_is_found_longest_first(two):
    assert duplicates(two) == [["long", "short"]]


def test_years_and_short_titles_tell_works_apart(library, folder):
    note(folder, "one", "Middle layers.", year=2020)
    note(folder, "two", "Middle layers again.", year=2025)
    write(folder / "a.md", "Whales.", key="a", title="Whales")
    write(folder / "b.md", "More whales.", key="b", title="Whales")
    follow(library, folder)
    assert duplicates(library) == []


def test_what_is_kept_takes_over_and_the_other_stays_away(two, folder):
    label(two, ["short"], [Change("tag", "sea")])
    said = Comments(two, folder)
    said.put(two.get("short"), "Read twice.")
    said.put(two.get("long"), "Read.")
    merge(two, "long", ["short"])
    assert two.keys() == {"long", "other"}
    assert [each.text for each in said.of("long")] == ["Read.", "Read twice."]
    assert {record.key: record.tags for record in two.records()}["long"] == ("sea",)
    assert duplicates(two) == []
    fates, _ = follow(two, folder)
    assert fates == {"long.md": "unchanged", "short.md": "duplicate", "other.md": "unchanged"}
    # A change of either file does not undo the merge.
    note(folder, "short", "Middle layers do, or do they?", year=2025)
    note(
        folder,
        "long",
        "Middle layers carry better features than the last layer does, on average.",
        year=2025,
    )
    fates, _ = follow(two, folder)
    assert fates["short.md"] == "duplicate"
    assert two.keys() == {"long", "other"}


def test_without_the_one_that_was_kept_the_other_is_read_again(two, folder):
    merge(two, "long", ["short"])
    (folder / "long.md").unlink()
    follow(two, folder)
    follow(two, folder)
    assert two.keys() == {"short", "other"}


@pytest.mark.parametrize(
    ("keep", "others", "said"),
    [("none", ["long"], "no source 'none'"), ("long", ["long"], "others than it"), ("long", [], "others than it")],
)  # fmt: skip
def test_what_cannot_be_merged_changes_nothing(two, keep, others, said):
    with pytest.raises(UsageError, match=said):
        merge(two, keep, others)
    assert two.keys() == {"long", "short", "other"}
