"""`inquire verify` judges any sentences: one line of JSON for each line, whatever stands in it."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.assistant.command_line import one_line

QUOTE = "The dip of Mamba is flat in 3 of 32 tasks."
GOOD = {"id": "a", "evidence": [QUOTE], "titles": ["How flat?"], "sentence": QUOTE}


@pytest.fixture
def verify(inquire, tmp_path):
    """Run a file of lines and return its lines with what it left."""

    def run(*rows, options=("--json",)):
        file = tmp_path / "claims.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        file.write_text("\n".join(lines), "utf-8")
        ran = inquire("verify", str(file), *options)
        return [json.loads(line) for line in ran.out.splitlines()], ran

    return run


def test_each_line_gets_its_ruling_with_its_id_first(verify):
    rows, ran = verify(
        GOOD,
        {"id": 7, "evidence": [QUOTE], "sentence": "The dip of Mamba is flat in 4 of 32 tasks."},
        {"evidence": QUOTE, "sentence": QUOTE, "titles": None},
    )
    assert ran.code == 0
    assert [list(row) for row in rows] == [["id", "supported", "probability", "reason"]] * 3
    assert [row["id"] for row in rows] == ["a", 7, None]
    assert rows[0] == {"id": "a", "supported": True, "probability": 1.0, "reason": ""}
    assert (rows[1]["supported"], rows[1]["probability"]) == (False, 0.0)
    assert "number 4" in rows[1]["reason"]
    assert rows[2]["supported"]


def test_a_bad_line_is_one_line_with_its_number_and_loses_no_other(verify):
    rows, ran = verify(
        "no json", {"id": "none"}, {**GOOD, "id": "words", "sentence": 3}, {**GOOD, "id": "empty", "sentence": " "},
        {**GOOD, "id": "bare", "evidence": []}, {**GOOD, "id": "blank", "evidence": [" "]},
        {**GOOD, "id": "mixed", "evidence": ["x", 1]}, {**GOOD, "id": "titled", "titles": [1]}, "", "[1]",
        '{"id": NaN}', "[" * 100_000, GOOD,
    )  # fmt: skip
    assert ran.code == 3
    assert len(rows) == 12
    assert all(one_line(row["error"]) for row in rows[:-1])
    assert rows[1]["error"].startswith("Line 2 ")
    assert "Line 10 " in rows[8]["error"]
    assert [row["id"] for row in rows[1:8]] == [
        "none",
        "words",
        "empty",
        "bare",
        "blank",
        "mixed",
        "titled",
    ]
    assert rows[-1]["supported"]


@pytest.mark.parametrize("titles", [0, False, {}, 3.5, [None], [["a"]]])
def test_titles_of_another_type_are_refused_however_empty_they_are(verify, titles):
    rows, ran = verify({**GOOD, "titles": titles})
    assert ran.code == 3
    assert rows == [{"id": "a", "error": "Line 1 has no list of texts as `titles`."}]


@pytest.mark.parametrize("identity", [["a"], {"a": 1}, True, 1.5])
def test_an_id_is_a_text_or_a_whole_number(verify, identity):
    rows, ran = verify({**GOOD, "id": identity})
    assert ran.code == 3
    assert rows == [
        {"id": None, "error": "Line 1 has an `id` that is neither a text nor a whole number."}
    ]


def test_the_lines_are_the_same_without_json(verify):
    assert verify(GOOD, options=())[0] == verify(GOOD)[0]


def test_lines_may_come_from_standard_input(inquire, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert json.loads(inquire("verify", "-", "--json").out)["supported"]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
def test_a_file_without_end_is_one_line_and_what_stood_before_is_answered(inquire, verify):
    ran = inquire("verify", "/dev/zero")
    assert ran.code == 3
    assert one_line(ran.err)
    rows, ran = verify(GOOD, "x" * (2**24 + 1), GOOD)
    assert ran.code == 3
    assert [row.get("id") for row in rows] == ["a", None]
    assert rows[1]["error"]["message"].startswith("Line 2 of ")


def test_a_file_that_is_not_there_is_one_line(inquire, tmp_path):
    ran = inquire("verify", str(tmp_path / "none.jsonl"))
    assert ran.code == 3
    assert one_line(ran.err)
    assert "`evidence`" in ran.err


def test_a_judge_that_cannot_be_had_is_said_before_any_line(verify, monkeypatch):
    monkeypatch.setenv("INQUIRE_JUDGE", "server")
    rows, ran = verify(GOOD, options=())
    assert rows == []
    assert ran.code == 3
    assert one_line(ran.err)
    assert "INQUIRE_WRITER_URL" in ran.err


def test_a_model_that_is_not_there_is_the_error_of_each_line_that_needs_it(verify, monkeypatch):
    monkeypatch.setenv("INQUIRE_JUDGE", "/no/such/model")
    rows, ran = verify(GOOD, {**GOOD, "sentence": "Mamba has a dip that is flat."})
    assert ran.code == 3
    assert rows[0]["supported"]
    assert "INQUIRE_JUDGE" in rows[1]["error"]


def test_one_sentence_is_held_against_one_source(inquire, own_library, own_corpus):
    def run(*arguments):
        return inquire("verify", *arguments, data=own_library, corpus=own_corpus)

    said = "Under the logit lens the predictions of GPT-2 converge gradually over the layers."
    good = run("--sentence", said, "--source", "logit-lens", "--json")
    assert (good.code, good.document["supported"]) == (0, True)
    assert said in [quote["text"].strip("- ") for quote in good.document["quotes"]]
    bad = run("--sentence", said.replace("GPT-2", "GPT-4"), "--source", "logit-lens")
    assert bad.code == 1
    assert "This source does not support it: " in bad.out
    for wrong in (
        ("--sentence", said),
        ("--source", "logit-lens"),
        (),
        ("file", "--sentence", said),
    ):
        ran = run(*wrong)
        assert ran.code == 2
        assert one_line(ran.err)
