"""`inquire ask --batch` gives one line of JSON for each line of questions, whatever stands in it."""

import io
import json
import sys

import pytest

from assistant.answering.answer import LONGEST_QUESTION
from tests.assistant.command_line import QUESTION, one_line

OTHER = "Can a hidden state be read with the unembedding matrix?"


def lines(*rows):
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)


@pytest.fixture
def batch(inquire, tmp_path):
    """Run a batch of lines and return its lines with what it left."""

    def run(text, *options):
        file = tmp_path / "questions.jsonl"
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        ran = inquire("ask", "--batch", str(file), *options)
        return [json.loads(line) for line in ran.out.splitlines()], ran

    return run


def said(answer):
    return {key: answer[key] for key in answer.keys() - {"id", "seconds"}}


def test_each_question_gets_the_answer_that_it_gets_alone_with_its_id_first(batch, inquire):
    rows, ran = batch(lines({"id": "a", "question": QUESTION}, {"id": 7, "question": OTHER}))
    assert ran.code == 0
    assert [next(iter(row)) for row in rows] == ["id", "id"]
    assert [row["id"] for row in rows] == ["a", 7]
    assert [row["question"] for row in rows] == [QUESTION, OTHER]
    alone = inquire("ask", QUESTION, "--json").document
    assert said(rows[0]) == said(alone)


def test_a_bad_line_is_one_line_with_its_reason_and_loses_no_other(batch):
    rows, ran = batch(
        lines(
            "no json", {"id": "none"}, {"id": "list", "question": ["x"]}, {"id": "empty", "question": "?"},
            {"id": "long", "question": "word " * LONGEST_QUESTION}, "", "[1]", '{"id": NaN}', "[" * 100_000,
            {"id": "good", "question": QUESTION},
        )
    )  # fmt: skip
    assert ran.code == 3
    assert [row["id"] for row in rows] == [
        None,
        "none",
        "list",
        "empty",
        "long",
        None,
        None,
        None,
        "good",
    ]
    *bad, good = rows
    assert all(set(row) == {"id", "error"} and one_line(row["error"]) for row in bad)
    assert "Line 1 " in bad[0]["error"]
    assert good["sentences"]


def test_a_line_need_be_neither_ascii_nor_whole_utf_8(batch):
    text = (
        b"\xef\xbb\xbf"
        + lines({"id": "\ud800é", "question": QUESTION}).encode()
        + b'{"id": "\xff"}\n'
    )
    rows, _ = batch(text)
    assert rows[0]["id"] == "\ud800é"
    assert rows[1]["id"] == "\N{REPLACEMENT CHARACTER}"


def test_a_batch_goes_with_a_length_and_with_json(batch):
    rows, _ = batch(lines({"id": 1, "question": QUESTION}), "--length", "full", "--json")
    assert (rows[0]["length"], rows[0]["folds"]) == ("full", [])


def test_standard_input_is_read_line_by_line(inquire, monkeypatch):
    given = lines({"id": 1, "question": QUESTION}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
    ran = inquire("ask", "--batch", "-")
    assert json.loads(ran.out)["id"] == 1


def test_a_batch_is_no_question_that_a_follow_up_leans_on(batch, inquire):
    inquire("ask", OTHER)
    batch(lines({"id": 1, "question": QUESTION}))
    assert inquire("ask", "--follow", "why?", "--json").document["read_as"].endswith(OTHER[3:])


@pytest.mark.parametrize(
    "options",
    [
        ["--batch", "file", QUESTION], [], ["--batch", "file", "--follow"], ["--batch", "file", "--format", "md"],
        ["--batch", "file", "--length", "long"],
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_wrong_use(inquire, options):
    ran = inquire("ask", *options)
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran.err)


def test_a_file_that_is_not_there_and_a_writer_that_is_not_known_are_said_once(inquire, batch):
    ran = inquire("ask", "--batch", "/nowhere/questions.jsonl")
    assert (ran.code, ran.out) == (3, "")
    assert one_line(ran.err)
    rows, ran = batch(lines({"id": 1, "question": QUESTION}), "--writer", "nobody")
    assert (ran.code, rows) == (2, [])
    assert one_line(ran.err)
