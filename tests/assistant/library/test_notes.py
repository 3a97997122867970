"""A note of the program appears whole or not at all."""

import pytest

from assistant.errors import Mendable
from assistant.library.notes import NOTES, publish_note


def test_a_note_stands_under_its_key_and_a_later_one_replaces_it(tmp_path):
    for text in ("first", "second"):
        path = publish_note(tmp_path, "k", text)
        assert path.read_text("utf-8") == text
    assert list((tmp_path / NOTES).iterdir()) == [tmp_path / NOTES / "k.md"]


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path):
    (tmp_path / NOTES).write_text("a file in its place", "utf-8")
    with pytest.raises(Mendable, match="cannot be written") as caught:
        publish_note(tmp_path, "k", "text")
    assert "\n" not in str(caught.value)
