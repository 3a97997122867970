"""A stored answer is saved in each form, and what cannot be saved says why."""

from dataclasses import replace

import pytest

from assistant.conversations.exports import FORMS, exported, file_name, note_file
from assistant.conversations.records import Turn
from assistant.errors import NegativeResult, UsageError


@pytest.fixture
def turn(asked):
    return Turn(id="a1", answer=asked, asked="2026-11-30T12:00:00+00:00")


@pytest.mark.parametrize("form", [form for form in FORMS if form != "bibtex"])
def test_each_form_has_content_and_a_name_with_its_ending(turn, form, library):
    data = exported(turn, form, library)
    assert data
    assert not FORMS[form].text or turn.answer.question in data.decode("utf-8")
    assert file_name(turn, form) == f"answer-a1.{FORMS[form].suffix}"


def test_an_unknown_form_is_refused_with_those_there_are(turn, library):
    with pytest.raises(UsageError) as caught:
        exported(turn, "odt", library)
    assert all(form in str(caught.value) for form in FORMS)


def test_records_of_sources_that_are_gone_cannot_be_saved(turn, library):
    with pytest.raises(NegativeResult):
        exported(turn, "bibtex", library)


def test_an_answer_becomes_a_note_only_if_it_cites(turn, tmp_path):
    path = note_file(turn, tmp_path)
    assert path == tmp_path / "notes" / "answer-a1.md"
    assert turn.answer.question in path.read_text("utf-8")
    silent = replace(turn, answer=replace(turn.answer, sentences=()))
    with pytest.raises(NegativeResult):
        note_file(silent, tmp_path)
