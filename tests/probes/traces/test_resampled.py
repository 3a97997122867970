import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from probes.errors import ProbeError
from probes.statistics import mcnemar
from probes.traces.aggregation import tally
from probes.traces.recorded import judge, read_recording
from probes.traces.resampled import (
    arm_accuracies,
    is_resampled,
    majority_probability,
    read_resampled,
    relative_cost,
    vote_accuracies,
)

_EVAL = Path(__file__).resolve().parents[3] / ".." / "shared" / "eval" / "subthoughts"
_R1 = _EVAL / "traces" / "r1_distill_40.jsonl"
_ANALYSIS = _EVAL / "analysis" / "r1_distill_mode_vs_last.json"
_FIGURE_2 = _EVAL / "paper" / "figure2_answer_sequences.json"
_FIGURE_4 = _EVAL / "paper" / "paper_results.json"
_beside = pytest.mark.skipif(not _EVAL.is_dir(), reason="the traces are not beside the checkout")


@given(st.integers(1, 30), st.floats(0, 1))
def test_equal_votes_are_binomial(n, p):
    assert majority_probability([p] * n) == pytest.approx(binom.sf(n // 2, n, p), abs=1e-9)


@_beside
def test_the_published_traces_give_the_known_accuracies():
    expected = {
        "DeepSeek-R1-Distill-Qwen-14B": (0.734, 0.768, 0.895),
        "DeepSeek-R1-Distill-Llama-8B": (0.570, 0.585, 0.637),
    }
    found = {arm.model.split("/")[1]: arm for arm in arm_accuracies(read_resampled(_R1))}
    assert found.keys() == expected.keys()
    for model, (last, mode, majority) in expected.items():
        arm = found[model]
        assert arm.problems == 10
        assert arm.last == pytest.approx(last, abs=5e-4)
        assert arm.mode == pytest.approx(mode, abs=2e-3)
        assert arm.majority == pytest.approx(majority, abs=2e-3)


@_beside
@pytest.mark.parametrize(
    ("variant", "rule"),
    [
        ("anywhere_word_cs", "word_cs"),
        ("sentence_word_cs", "sentence_cs"),
        ("line_word_cs", "line_cs"),
    ],
)
def test_every_trace_agrees_with_its_published_row(variant, rule):
    rows = json.loads(_ANALYSIS.read_text("utf-8"))["rows"]
    by_key = {(r["model"], r["kind"], r["problem"]): r for r in rows if r["variant"] == variant}
    for trace in read_resampled(_R1):
        kind = f"{'correct' if trace.base_right else 'incorrect'}_base_solution"
        problem = "problem_" + trace.id.rsplit("-", 1)[1]
        row = by_key[trace.model.split("/")[1].lower(), kind, problem]
        votes = vote_accuracies(trace, rule)
        assert len(votes) == row["n"]
        assert trace.empty_prefix_accuracy == pytest.approx(row["p0"], abs=1e-4)
        assert relative_cost(trace, rule) == pytest.approx(row["relcost"])
        assert sum(votes) / len(votes) == pytest.approx(row["mean_p"], abs=0.03)


@_beside
def test_the_last_answers_of_the_published_traces_are_read_as_published():
    published = [json.loads(line)["published_last_correct"] for line in _R1.open(encoding="utf-8")]
    assert [judge(trace).last_right for trace in read_recording(_R1).traces] == published


def test_only_lines_with_prefix_accuracies_are_resampled(tmp_path):
    path = tmp_path / "traces.jsonl"
    for text, expected in (
        ('{"prefix_accuracy": []}', True),
        ("{}", False),
        ("", False),
        ("[", False),
    ):
        path.write_text(text, "utf-8")
        assert is_resampled(path) is expected


def test_a_line_that_is_no_resampled_trace_is_named(tmp_path):
    path = tmp_path / "traces.jsonl"
    path.write_text('{"id": "x"}\n', "utf-8")
    with pytest.raises(ProbeError, match=r"traces\.jsonl line 1"):
        read_resampled(path)


@_beside
def test_a_problem_without_its_pair_is_named():
    with pytest.raises(ProbeError, match="right and a wrong base trace"):
        arm_accuracies(read_resampled(_R1)[:1])


@_beside
def test_the_nine_printed_modes_of_the_paper():
    sequences = json.loads(_FIGURE_2.read_text("utf-8"))["sequences"]
    assert len(sequences) == 9
    for panel in sequences:
        found = tally([str(answer) for answer in panel["answers"]])
        assert found.mode == str(panel["A_mode_printed"])
        assert found.votes == panel["mode_votes"]
        assert found.unique == panel["n_unique"]
        assert found.entropy_bits == pytest.approx(panel["entropy_bits"], abs=1e-6)
        # If the answers that were not plotted count as missing, only shares change.
        missing = tally([*map(str, panel["answers"]), *[None] * panel["n_missing"]])
        assert missing.mode == found.mode
        assert missing.total == panel["last_candidate_index"]


@_beside
def test_the_papers_table():
    cells = json.loads(_FIGURE_4.read_text("utf-8"))["figure4"]

    def total(dataset, completion, arm):
        return sum(
            cell[f"correct_{arm}"]
            for cell in cells
            if (cell["dataset"], cell["completion"]) == (dataset, completion)
        )

    for dataset, sums in (("AIME2024", (101, 111, 120)), ("AIME2025", (81, 85, 92))):
        assert (
            total(dataset, "greedy", "last"),
            total(dataset, "greedy", "mode"),
            total(dataset, "nongreedy", "mode"),
        ) == sums
    for cell in cells:
        net = cell["correct_mode"] - cell["correct_last"]
        assert mcnemar(max(0, -net), max(0, net)) == cell["most_favourable_mcnemar_p"]
    assert min(cell["most_favourable_mcnemar_p"] for cell in cells) == 0.125
    losing = [cell["completion"] for cell in cells if cell["net_problems"] < 0]
    assert sorted(losing) == ["greedy", "greedy", "greedy", "nongreedy"]
