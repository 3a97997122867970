"""Comments have a day each and are numbered from the earliest; one can become a note."""

import pytest

from assistant.errors import UsageError
from assistant.library.comments import Comments, comments, hand_over
from assistant.library.days import today
from assistant.library.store import Library
from assistant.readers import markdown


@pytest.fixture
def said(library, tmp_path):
    return Comments(library, tmp_path / "data")


@pytest.fixture
def library(own_library):
    with Library(own_library) as opened:
        yield opened


def test_comments_are_kept_in_order_and_taken_back_by_number(said, library):
    source = library.get("logit-lens")
    for text in ("First.", "Second.", "Third."):
        assert said.put(source, text).day == today()
    said.take_back(source, 2)
    assert [each["text"] for each in comments(library, "logit-lens")] == ["First.", "Third."]
    with pytest.raises(UsageError, match="no comment 3"):
        said.take_back(source, 3)


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
def test_a_comment_of_no_words_or_too_many_is_refused(said, library, text):
    with pytest.raises(UsageError):
        said.put(library.get("logit-lens"), text)
    assert said.of("logit-lens") == []


def test_a_comment_becomes_a_note_on_its_source(said, library):
    source = library.get("logit-lens")
    said.put(source, "The lens is biased. It needs a probe.")
    note = markdown.read(said.note(source, 1))
    assert note.metadata["relations"] == [{"to": "logit-lens", "kind": "note-on"}]
    assert "It needs a probe." in note.text


def test_comments_move_with_their_source(said, library):
    said.put(library.get("logit-lens"), "Moved.")
    hand_over(library, "logit-lens", "self-consistency")
    assert [each.text for each in said.of("self-consistency")] == ["Moved."]
    assert said.of("logit-lens") == []


def test_what_another_version_stored_is_no_comment(said, library):
    library.remark("logit-lens", "comments", '[{"other": 1}]')
    assert said.of("logit-lens") == []
