import json

import pytest

from probes.traces.recorded import RecordedTrace, judge, read_recording
from probes.types import ProbeError


def _line(**fields):
    return json.dumps({"problem": "p", "trace": "t", "answer": "1", "gold": "1", **fields})


def test_bad_lines_are_named_and_the_others_are_read(tmp_path):
    path = tmp_path / "traces.jsonl"
    lines = [
        _line(),
        "{",
        _line(gold=None),
        "",
        _line(gold=" "),
        _line(answer=None, gold=5, trace="a\u2028b"),
        _line(continuations=[1]),
        _line(answer=[]),
        "[]",
    ]
    path.write_text("\n".join(lines), "utf-8")
    found = read_recording(path)
    assert [t.id for t in found.traces] == ["1", "6"]
    assert found.traces[1].answer is None
    assert found.traces[1].gold == "5"
    assert [line.split(":")[0] for line in found.unusable] == [
        f"traces.jsonl line {n}" for n in (2, 3, 5, 7, 8, 9)
    ]


def test_a_file_without_a_usable_line_is_refused(tmp_path):
    path = tmp_path / "traces.jsonl"
    path.write_text("{}\n", "utf-8")
    with pytest.raises(ProbeError, match=r"line 1: problem is missing"):
        read_recording(path)
    with pytest.raises(ProbeError, match="Cannot read"):
        read_recording(tmp_path / "absent.jsonl")


def test_missing_answers_are_counted_and_do_not_vote():
    trace = RecordedTrace(
        id="1",
        problem="p",
        trace="t",
        answer="3",
        gold="4",
        continuations=(
            r"</think>\boxed{4}",
            r"so \boxed{3} and on",
            r"so \boxed{3}",
            "</think>4.0",
            "</think>the answer is 5",
        ),
    )
    verdict = judge(trace)
    assert (verdict.last_right, verdict.mode_right) == (False, True)
    assert (verdict.tally.total, verdict.tally.usable, verdict.tally.votes) == (5, 3, 2)


def test_a_trace_without_continuations_has_no_mode():
    trace = RecordedTrace(id="1", problem="p", trace="t", answer="4", gold="4")
    verdict = judge(trace)
    assert verdict.last_right
    assert verdict.mode_right is None
    assert verdict.tally.total == 0


def test_continuations_without_any_answer_have_a_wrong_mode():
    trace = RecordedTrace(
        id="1", problem="p", trace="t", answer="4", gold="4", continuations=("hm", "<think>4")
    )
    assert judge(trace).mode_right is False
