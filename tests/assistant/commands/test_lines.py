"""Each line of a file is answered under its id, and a bad one loses no other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.commands import lines
from assistant.errors import Mendable, UsageError

IDS = st.none() | st.integers(-9, 9) | st.text(max_size=5)


def answered(path, answer=lambda _asked, number: {"n": number}):
    told = []
    code = lines.answer_each(
        str(path), "`id`", answer, lambda _message, _share: None, told.append, "question"
    )
    return code, [json.loads(line) for line in told]


@given(st.lists(IDS, max_size=5))
def test_each_line_is_answered_under_its_id_in_order(tmp_path_factory, ids):
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    path.write_text("".join(json.dumps({"id": each}) + "\n" for each in ids), "utf-8")
    assert answered(path) == (0, [{"id": each, "n": at} for at, each in enumerate(ids, 1)])


@pytest.mark.parametrize(
    "bad", ["no json", "[1]", '{"id": 1.5}', '{"id": true}', '{"id": NaN}', "[" * 99_999]
)
def test_a_bad_line_has_an_error_and_the_next_is_answered(tmp_path, bad):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{bad}\n\n{{"id": "next"}}\n', "utf-8")
    code, (first, second) = answered(path)
    assert code == Mendable.exit_code
    assert (first["id"], "Line 1" in first["error"]) == (None, True)
    assert second == {"id": "next", "n": 3}


def test_what_cannot_be_answered_is_told_and_what_is_a_fault_ends_it(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1}\n', "utf-8")

    def refuse(_asked, _number):
        raise UsageError("Ask something.")

    def fail(_asked, _number):
        raise ZeroDivisionError

    assert answered(path, refuse)[1] == [{"id": 1, "error": "Ask something."}]
    with pytest.raises(ZeroDivisionError):
        answered(path, fail)


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_LONGEST", 10)
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "far too long"}', "utf-8")
    with pytest.raises(Mendable, match="Line 1"):
        answered(path)
    with pytest.raises(Mendable, match="cannot be read"):
        answered(tmp_path / "gone.jsonl")
