import json
import subprocess
import sys
from pathlib import Path

import pytest

_R1 = Path(__file__).resolve().parents[3] / "../shared/eval/subthoughts/traces/r1_distill_40.jsonl"


def _traces(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", "probe", "traces", *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_recorded_traces_are_judged_and_bad_lines_named(tmp_path):
    lines = [
        {"problem": "2+2?", "trace": "Wait, 4.", "answer": "\\boxed{4}", "gold": "4",
         "continuations": ["\\boxed{4}", "\\boxed{5}", "\\boxed{4}"]},
        {"problem": "2+3?", "trace": "So 6.", "answer": "\\boxed{6}", "gold": "5",
         "continuations": ["\\boxed{5}", "\\boxed{5}"]},
    ]  # fmt: skip
    file = tmp_path / "traces.jsonl"
    file.write_text("\n".join([*map(json.dumps, lines), "no json"]), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "probe", "traces", str(file), "--json"],
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert [row["last_right"] for row in found["traces"]] == [True, False]
    assert [row["mode_right"] for row in found["traces"]] == [True, True]
    assert len(found["unusable"]) == 1


def test_no_mode_is_printed_where_there_are_no_continuations(tmp_path):
    file = tmp_path / "traces.jsonl"
    file.write_text(json.dumps({"question": "2+2?", "response": "#### 4", "gold": "4"}), "utf-8")
    done = _traces(file)
    assert done.returncode == 0
    assert "no mode: none of the traces has continuations" in done.stdout
    assert "McNemar" not in done.stdout
    (row,) = json.loads(_traces(file, "--json").stdout)["traces"]
    assert (row["last_right"], row["mode_right"], row["votes"]) == (True, None, 0)


def test_an_unknown_rule_is_a_wrong_use(tmp_path):
    done = _traces(tmp_path / "traces.jsonl", "--rule", "anywhere")
    assert done.returncode == 2
    assert "word_cs" in done.stderr


@pytest.mark.skipif(not _R1.is_file(), reason="the traces are not beside the checkout")
def test_prefix_accuracies_reach_the_estimate_of_three_arms():
    arms = {
        arm["model"].split("/")[1]: arm for arm in json.loads(_traces(_R1, "--json").stdout)["arms"]
    }
    qwen, llama = arms["DeepSeek-R1-Distill-Qwen-14B"], arms["DeepSeek-R1-Distill-Llama-8B"]
    for arm, expected in ((qwen, (0.734, 0.768, 0.895)), (llama, (0.570, 0.585, 0.637))):
        assert (arm["last"], arm["mode"], arm["majority"]) == pytest.approx(expected, abs=2e-3)
