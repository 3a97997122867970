"""A file keeps its source when it is moved, a copy is kept once, and every source has a key of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.sync import slug
from tests.assistant.library.sync.following import follow, write


def test_a_moved_file_keeps_its_source(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    library.remark("a", "comment", "mine")
    (folder / "sub").mkdir()
    path.rename(folder / "sub" / "b.md")
    fates, reports = follow(library, folder)
    assert fates == {"b.md": "unchanged"}
    assert str(path) in reports["b.md"].message
    assert library.keys() == {"a"}
    assert library.get("a").path == str(folder / "sub" / "b.md")
    assert follow(library, folder)[1]["b.md"].message == ""


def test_the_same_text_under_two_names_is_one_source(library, folder):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "One thing.")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", "b.md": "duplicate"}
    assert "a" in reports["b.md"].message
    assert follow(library, folder)[0] == {"a.md": "unchanged", "b.md": "duplicate"}
    assert library.keys() == {"a"}


def test_a_copy_takes_the_place_of_a_deleted_original_at_once(library, folder):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "One thing.")
    follow(library, folder)
    (folder / "a.md").unlink()
    fates, _ = follow(library, folder)
    assert fates == {"a.md": "deleted", "b.md": "new"}
    assert [p.text for p in library.passages()] == ["One thing."]


@pytest.mark.parametrize("edited", ["a.md", "b.md"])
def test_a_copy_that_is_none_any_more_becomes_a_source(library, folder, edited):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "One thing.")
    follow(library, folder)
    write(folder / edited, "Another thing altogether.")
    follow(library, folder)
    assert sorted(p.text for p in library.passages()) == ["Another thing altogether.", "One thing."]
    assert {source.path for source in library.sources()} == {
        str(folder / "a.md"), str(folder / "b.md"),
    }  # fmt: skip


def test_a_key_that_another_file_holds_is_refused(library, folder):
    write(folder / "a.md", "One thing.", key="same")
    write(folder / "b.md", "Another thing.", key="same")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", "b.md": "refused"}
    assert "'same' is already taken by" in reports["b.md"].message
    assert library.get("same").text == "One thing.\n"


def test_a_new_key_in_the_front_matter_replaces_the_old_one(library, folder):
    path = write(folder / "a.md", "One thing.", key="old")
    follow(library, folder)
    write(path, "One thing.", key="newer")
    assert follow(library, folder)[0] == {"a.md": "changed"}
    assert library.keys() == {"newer"}


@given(st.text(max_size=90))
def test_slugs_are_short_lower_case_ascii(name):
    made = slug(name)
    assert made.isascii()
    assert made == made.lower()
    assert len(made) <= 60
    assert slug(made) == made
