from collections import Counter

import numpy as np
import pytest

from probes.conformance.layer_metrics import checks
from probes.conformance.types import UnreadableFolderError
from tests.probes.conformance.golden import GOLDEN, copied, edited


@pytest.fixture(scope="module")
def golden():
    """What is found of the golden cases as they are."""
    return list(checks(GOLDEN))


def test_every_golden_case_passes_or_is_marked_as_no_target(golden):
    results = golden
    assert [c for c in results if c.outcome == "failed"] == []
    assert Counter(c.outcome for c in results) == {"passed": 384, "skipped": 19}


@pytest.mark.parametrize("wrong", [1.8164, "NaN", "Inf", "-Inf"])
def test_a_wrong_value_fails_with_both_values(tmp_path, wrong):
    def edit(case):
        case["expected"]["float64"]["cov"] = wrong

    (check,) = checks(edited(tmp_path, edit))
    assert check.outcome == "failed"
    assert check.expected == wrong
    assert check.got == pytest.approx(1.81637379275)
    assert "float64.cov" in check.note


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("metric", "unheard_of", "nothing computes"),
        ("inputs", {"X": "no_such_array"}, "no_such_array"),
        ("params", {"alpha": 1, "pre": "whiten"}, "whiten"),
        ("params", {}, "alpha"),
        ("expected", {"float64": {"gram": 1.81637379275, "other": 1.0}}, "other"),
    ],
)
def test_a_case_that_cannot_be_computed_fails_and_says_why(tmp_path, field, value, said):
    (check,) = checks(edited(tmp_path, lambda case: case.update({field: value})))
    assert check.outcome == "failed"
    assert said in check.note


def test_a_missing_file_is_named(tmp_path):
    folder = copied(tmp_path)
    (folder / "inputs.npz").unlink()
    with pytest.raises(UnreadableFolderError, match=r"inputs\.npz"):
        list(checks(folder))


def test_arrays_that_are_not_finite_fail_their_cases_and_no_other(golden, tmp_path):
    folder = copied(tmp_path)
    with np.load(folder / "inputs.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    spoilt = {name: a * np.nan if name == "iid_small" else a for name, a in arrays.items()}
    np.savez(folder / "inputs.npz", **spoilt)
    before = {check.id: check.outcome for check in golden}
    after = {check.id: check for check in checks(folder)}
    assert set(after) == set(before)
    changed = {name for name, check in after.items() if check.outcome != before[name]}
    assert changed
    assert all(after[name].outcome == "failed" and "iid_small" in name for name in changed)
