"""Labelled answers are recognised by their columns, and bad rows are named."""

import json

import pytest

from assistant.errors import UsageError
from assistant.evaluation import sets

ROW = {
    "id": "Q1", "question": "Why?", "coverage": "partial", "opening": ["a:1"], "brief": ["a:1", "a:2"],
    "good": [], "bad_but_tempting": ["a:3"], "caveat": ["a:2"],
}  # fmt: skip


SENTENCES = {"a:1": {"source": "a", "section": "claim", "start": 3, "end": 8, "text": "Hello"}}


def write(folder, *rows, name="questions.jsonl", sentences=SENTENCES):
    (folder / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")
    if sentences is not None:
        (folder / "sentences.json").write_text(json.dumps(sentences), "utf-8")
    return folder


def test_a_folder_and_its_file_alone_are_the_same_labels(tmp_path):
    (found,) = sets.read(write(tmp_path, ROW))
    (alone,) = sets.read(tmp_path / "questions.jsonl")
    assert found == alone
    (case,) = found.cases
    assert case.helpful == {"a:1", "a:2"}
    assert case.named == {"a:1", "a:2", "a:3"}
    assert (found.sentences[0].name, found.sentences[0].start) == ("a:1", 3)


def test_a_file_of_ones_own_may_leave_out_what_is_not_known(tmp_path):
    row = {"question": "Why?", "opening": [], "brief": [], "good": ["a:1"]}
    write(tmp_path, row, name="mine.jsonl")
    (found,) = sets.read(tmp_path / "mine.jsonl")
    assert (found.cases[0].id, found.cases[0].coverage) == ("1", None)


def test_training_questions_are_left_out_where_there_are_others(tmp_path):
    write(tmp_path, ROW)
    write(tmp_path, {**ROW, "id": "T1"}, name="training.jsonl")
    assert [case.id for each in sets.read(tmp_path) for case in each.cases] == ["Q1"]
    assert [case.id for case in sets.read(tmp_path / "training.jsonl")[0].cases] == ["T1"]


@pytest.mark.parametrize(
    ("row", "sentences", "said"),
    [
        ({**ROW, "coverage": "maybe"}, SENTENCES, "Q1: coverage is 'maybe'; it is one of answered"),
        ({**ROW, "good": "a:1"}, SENTENCES, "Q1: good is no list of names"),
        ({**ROW, "brief": [1]}, SENTENCES, "Q1: brief is no list of names"),
        (ROW, None, "which says where they stand, is not there"),
        (ROW, {}, "it holds no sentences"),
        (ROW, [], "it holds no sentences"),
        (ROW, {"a:1": {"source": "a"}}, "cannot be read"),
        (ROW, {"a:1": {**SENTENCES["a:1"], "start": "x"}}, "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(tmp_path, row, sentences, said):
    with pytest.raises(UsageError) as caught:
        sets.read(write(tmp_path, row, sentences=sentences))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_questions_may_not_share_an_id(tmp_path):
    with pytest.raises(UsageError, match="two questions Q1"):
        sets.read(write(tmp_path, ROW, ROW))
