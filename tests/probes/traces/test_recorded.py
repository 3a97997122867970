import json

import pytest

from probes.errors import ProbeError
from probes.traces.recorded import RecordedTrace, judge, read_recording


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


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("3:45 PM", ["The answer is 3:45 p.m.", "It is **3:45 pm**.", "The answer is 15:45."]),
        (r"3\frac{1}{2}", ["The answer is 3 1/2.", "The answer is 3½.", "\\boxed{7/2}", "so 3.5"]),
        (r"\frac{\sqrt{3}}{2}", ["The answer is √3/2.", "Answer: sqrt(3)/2", r"so $\sqrt{3}/2$."]),
        ("2, 3", ["The answer is x = 2 or x = 3.", "The answer is 2 and 3.", r"\boxed{\{3, 2\}}"]),
        ("10^{-3}", ["The answer is 10⁻³.", "The answer is 10^-3.", "so 0.001"]),
        ("12", ["Answer: 3*4=12 apples", "The answer is:\n\\[ 3 \\times 4 = 12 \\]"]),
        ("5", ["The answer is:\n\\begin{align*}\nx &= 2 + 3 \\\\\n&= 5.\n\\end{align*}",
               "The answer is:\n\\begin{equation}\n5\n\\end{equation}", "Answer:\n$$\nx = 5.\n$$"]),
        (r"7\frac{1}{4}", [r"\boxed{7¼}", "The answer is 7¼ cups.", "so 7.25"]),
        (r"6.02\times10^{23}", ["The answer is 6.02 × 10²³.", "so 6.02e23", "so 6.02 x 10^23"]),
        ("3 to 5", ["The answer is 3-5.", "The answer is 3–5.", "The answer is between 3 and 5."]),
        ("-5", ["The answer is −5.", "The answer is minus 5."]),
        ("18", ["The area is 18 cm^2.", "The area is 18 cm²."]),
        ("$1,250.50", ["The answer is 1250.50 dollars.", r"The answer is \$1{,}250.50."]),
        ("2.5 hours", ["The answer is 2 hours and 30 minutes.", "The answer is 150 minutes."]),
        ("B", ["The answer is (B).", "The correct option is B", r"\boxed{\text{(B)}}", "Answer: B) 7"]),
        ("twelve", ["The answer is twelve.", "**Answer: Twelve**"]),
    ],
)  # fmt: skip
def test_one_answer_is_one_vote_however_it_is_written(gold, said):
    trace = RecordedTrace(
        id="1", problem="p", trace="t", answer=gold, gold=gold, continuations=tuple(said)
    )
    verdict = judge(trace)
    assert verdict.mode_right
    assert (verdict.tally.usable, verdict.tally.unique) == (len(said), 1)
