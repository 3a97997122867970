"""A reader's mark on a sentence is kept with its source, one mark for each sentence and question."""

import numpy as np
import pytest

from assistant.errors import UsageError
from assistant.library import labels, marks
from assistant.library.store import Library
from assistant.types import Source

TEXT = "Sea otters hold hands\nwhile they sleep. An otter eats a quarter of its weight a day."
FIRST, SECOND = (
    "Sea otters hold hands while they sleep.",
    "An otter eats a quarter of its weight a day.",
)
ASKED = "Why do otters hold hands?"


def source(key="otters"):
    return Source(
        key=key, kind="note", title=key, claim="", text=TEXT, content_hash=key, path=f"/{key}.md"
    )


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "data") as opened:
        opened.put(source(), [])
        yield opened


def said(library):
    return [(each.source, each.sentence, each.grade) for each in marks.marks(library)]


def test_a_mark_is_kept_on_one_line_and_survives_a_restart(library):
    made = marks.put(
        library, ASKED, source(), "Sea otters hold hands\n  while they sleep.", "answers"
    )
    assert (made.sentence, made.grade) == (FIRST, "answers")
    with Library(library.data_dir) as again:
        assert marks.marks(again) == [made]
        assert marks.grade_of(again, ASKED, "otters", FIRST) == "answers"
        assert marks.grade_of(again, "Another question?", "otters", FIRST) is None


def test_a_later_word_takes_the_place_of_the_earlier(library):
    before = marks.put(library, ASKED, source(), FIRST, "answers")
    after = marks.put(library, ASKED, source(), FIRST, "misleads")
    assert before.id == after.id
    assert said(library) == [("otters", FIRST, "misleads")]


@pytest.mark.parametrize(
    ("sentence", "grade", "told"),
    [
        ("Sea otters juggle stones.", "helps", "does not say"),
        ("otters", "helps", "give it whole"),
        ("x" * 2_001, "helps", "give it whole"),
        ("", "helps", "give it whole"),
        (FIRST, "splendid", "answers, helps, misleads"),
    ],
)
def test_what_cannot_be_marked_is_one_line_and_stores_nothing(library, sentence, grade, told):
    with pytest.raises(UsageError, match=told) as raised:
        marks.put(library, ASKED, source(), sentence, grade)
    assert "\n" not in str(raised.value)
    assert said(library) == []


def test_a_mark_that_was_taken_back_is_gone_and_there_is_none_to_take_back_twice(library):
    kept = marks.put(library, ASKED, source(), SECOND, "helps")
    marks.put(library, ASKED, source(), FIRST, "answers")
    marks.take_back(library, ASKED, "otters", FIRST)
    assert marks.marks(library) == [kept]
    with pytest.raises(UsageError, match="Nothing is marked"):
        marks.take_back(library, ASKED, "otters", FIRST)


def test_the_number_of_a_mark_that_is_gone_is_given_to_no_other(library):
    gone = marks.put(library, ASKED, source(), FIRST, "helps")
    marks.take_back(library, ASKED, "otters", FIRST)
    assert marks.put(library, ASKED, source(), SECOND, "helps").id > gone.id


def test_a_source_that_takes_over_another_takes_its_marks_where_it_has_no_word(library):
    marks.put(library, ASKED, source(), FIRST, "answers")
    marks.put(library, ASKED, source("seals"), FIRST, "misleads")
    marks.put(library, ASKED, source("seals"), SECOND, "helps")
    labels.hand_over(library, "seals", "otters")
    assert sorted(said(library)) == [("otters", SECOND, "helps"), ("otters", FIRST, "answers")]


def test_a_file_that_is_read_under_another_key_keeps_its_marks(library):
    marks.put(library, ASKED, source(), FIRST, "answers")
    library.put(source("sea-otters"), [], replaces="otters")
    assert said(library) == [("sea-otters", FIRST, "answers")]


def test_a_vector_is_that_of_one_embedder(library):
    marks.put(library, ASKED, source(), FIRST, "answers")
    assert marks.vectors(library, "one") == {}
    vector = np.linspace(-1, 1, 5, dtype=np.float32)
    marks.keep_vectors(library, "one", {ASKED: vector})
    assert (np.frombuffer(marks.vectors(library, "one")[ASKED], np.float32) == vector).all()
    marks.put(library, ASKED, source(), SECOND, "helps")  # the second mark needs no vector
    assert list(marks.vectors(library, "one")) == [ASKED]
    assert marks.vectors(library, "another") == {}
