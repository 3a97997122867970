import json

import pytest

from probes.errors import ProbeError
from probes.tasks.own import SETTING, located, read


def _file(tmp_path, *rows):
    path = tmp_path / "problems.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def _rows(count):
    return [{"question": f"What is {n} + 1?", "answer": str(n + 1)} for n in range(count)]


def test_problems_keep_their_order_and_are_asked_once(tmp_path):
    rows = [*_rows(6), _rows(1)[0]]
    found = read(_file(tmp_path, *rows))
    assert [(p.question, p.gold, p.setting) for p in found] == [
        (row["question"], row["answer"], SETTING) for row in rows[:6]
    ]


def test_other_names_of_fields_and_worked_answers(tmp_path):
    extra = [{"problem": "p", "gold": 7}, {"prompt": "q", "target": "1 + 1 = 2\n#### 2"}]
    found = read(_file(tmp_path, *_rows(4), *extra))
    assert [p.gold for p in found[4:]] == ["7", "2"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "q"}, "line 7 lacks a question or an answer"),
        ({"answer": "1"}, "line 7 lacks"),
        ({"question": "q", "answer": " "}, "line 7 lacks"),
        ([1], "line 7 lacks"),
    ],
)
def test_a_line_that_is_no_problem_is_named(tmp_path, row, said):
    with pytest.raises(ProbeError, match=said):
        read(_file(tmp_path, *_rows(6), row))


def test_a_file_that_cannot_be_used_is_one_line(tmp_path):
    with pytest.raises(ProbeError, match="at least 6"):
        read(_file(tmp_path, *_rows(5)))
    with pytest.raises(ProbeError, match="takes a JSONL file"):
        located(str(tmp_path / "absent.jsonl"))
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(ProbeError, match="UTF-8"):
        located(str(tmp_path / "bad.jsonl"))
    assert located("") == ""
