"""A note made of an answer is read back with its words."""

from dataclasses import replace

import pytest

from assistant.readers import markdown
from assistant.rendering.note import to_note
from tests.assistant.rendering.exported import HOSTILE, answer


@pytest.mark.parametrize(
    "text", [HOSTILE, "# Not a heading", "- no item", "1. no number", "> said", "| a | b |", "a --> b", "``` x"]
)  # fmt: skip
def test_a_note_of_an_answer_is_read_back_with_its_words(tmp_path, text):
    path = tmp_path / "answer-0123456789ab.md"
    path.write_text(to_note(answer(text), "answer-0123456789ab"), "utf-8")
    read = markdown.read(path)
    assert read.warnings == ()
    assert read.metadata["key"] == "answer-0123456789ab"
    assert read.metadata["relations"] == [{"to": "s", "kind": "cites"}]
    assert (read.title, read.metadata["tags"]) == ("Why?", ["answer"])
    assert text.replace("\\", "") in read.text.replace("\\", "")
    assert "[1] A paper (s, p. 3)" in read.text
    assert read.text.count("# Why?") == 1


def test_a_note_keeps_the_quote_of_what_is_in_other_words():
    assert "> Quote of A thing." in to_note(answer("A thing.", "paraphrase"), "k")
    assert "> Quote" not in to_note(answer("A thing."), "k")


def test_a_note_keeps_numbers_and_gaps(full_answer):
    note = to_note(replace(full_answer, author="a model"), "k", "2026-11-30")
    assert "Middle layers beat the last one by 2 to 16 points. [1] [2]" in note
    assert "## What the list does not contain" in note
    assert "writer: a model" in note
