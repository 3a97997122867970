import json
from collections import Counter
from pathlib import Path

import pytest

from probes.conformance.subthoughts import checks
from probes.conformance.types import UnreadableFolderError

_GOLDEN = Path(__file__).resolve().parents[3] / ".." / "shared" / "golden" / "subthoughts"


@pytest.mark.skipif(not _GOLDEN.is_dir(), reason="the golden folder is not beside the checkout")
def test_the_golden_folder_agrees():
    found = list(checks(_GOLDEN))
    assert [check for check in found if check.outcome == "failed"] == []
    cases = sum(len(json.loads(p.read_text("utf-8"))["cases"]) for p in _GOLDEN.glob("*.json"))
    assert len(found) == len({check.id for check in found}) == cases
    exact = {"segmentation", "aggregation", "weighted_voting", "confidence", "statistics"}
    for check in found:
        assert check.id.split("/")[0] not in exact or check.outcome == "passed"


def _write(folder: Path, name: str, cases: list[dict]) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"cases": cases}), "utf-8")


def test_a_wrong_value_fails_and_a_disagreement_is_advisory(tmp_path):
    agreed = {"prm800k_grade_answer": False, "math_verify": False}
    _write(
        tmp_path,
        "equality",
        [
            {"id": "wrong", "pred": "1", "gold": "1.0", "outputs": agreed},
            {"id": "right", "pred": "1", "gold": "2", "outputs": agreed},
            {"id": "split", "pred": "1", "gold": "2", "outputs": agreed | {"math_verify": True}},
        ],
    )
    _write(
        tmp_path,
        "extraction",
        [
            {"id": "wrong", "text": r"\boxed{3}", "outputs": {"a": "4", "b": ["4"]}},
            {"id": "right", "text": r"\boxed{3}", "outputs": {"a": "3", "b": ["1", "3"]}},
            {"id": "none", "text": "no", "outputs": {"a": None, "b": [], "c": "[invalid]"}},
            {"id": "split", "text": r"\boxed{3}", "outputs": {"a": "4", "b": "3"}},
            {
                "id": "inside",
                "text": r"<think>\boxed{3}</think>no",
                "outputs": {"a": "3", "b": "3"},
            },
        ],
    )
    _write(
        tmp_path,
        "statistics",
        [{"id": "p", "b_only_first_correct": 4, "c_only_second_correct": 0, "p": 0.1250001}],
    )
    outcomes = {check.id: check.outcome for check in checks(tmp_path)}
    assert outcomes == {
        "equality/wrong": "failed",
        "equality/right": "passed",
        "equality/split": "advisory",
        "extraction/wrong": "failed",
        "extraction/right": "passed",
        "extraction/none": "passed",
        "extraction/split": "advisory",
        "extraction/inside": "advisory",
        "statistics/p": "failed",
    }
    assert Counter(outcomes.values())["failed"] == 3


def test_a_folder_without_cases_or_with_damage_says_so(tmp_path):
    with pytest.raises(UnreadableFolderError, match=r"segmentation\.json"):
        list(checks(tmp_path))
    (tmp_path / "equality.json").write_text("{", "utf-8")
    with pytest.raises(UnreadableFolderError, match=r"equality\.json"):
        list(checks(tmp_path))
