"""Recordings that follow public bug reports are judged as their page says."""

from pathlib import Path

import pytest

from probes.traces.equality import close
from probes.traces.recorded import judge, read_recording

_CASES = Path(__file__).resolve().parents[3] / ".." / "shared" / "cases"

pytestmark = pytest.mark.skipif(not _CASES.is_dir(), reason="the cases are not beside the checkout")


@pytest.fixture(autouse=True, scope="module")
def _worker():
    yield
    close()


def _judged(case):
    return {
        found.id: found
        for found in map(judge, read_recording(_CASES / case / "traces.jsonl").traces)
    }


def test_an_answer_is_not_cut_at_its_first_number():
    judged = _judged("07-answer-cut-at-first-number")
    times = judged.pop("clock")
    assert times.tally.unique == 3
    assert judged.pop("two").tally.unique == 3
    assert all(found.mode_right and found.tally.unique == 1 for found in judged.values())


def test_a_display_is_read_as_its_formula():
    judged = _judged("08-display-math-becomes-bracket")
    assert judged["display"].mode_right
    assert judged["display"].tally.unique == 3
    assert judged["dollars"].mode_right


def test_a_box_inside_a_thought_never_votes():
    judged = _judged("09-box-in-unknown-thought-tag")
    assert judged.pop("cut").tally.usable == 0
    assert all(found.mode_right and found.tally.usable == 3 for found in judged.values())


def test_superscripts_and_fractions_of_unicode_are_read_as_written():
    judged = _judged("10-unicode-superscript-fraction")
    assert {name: found.mode_right for name, found in judged.items()} == {
        "square": True,
        "wrong-square": False,
        "half": True,
    }


def test_large_integers_are_compared_exactly():
    assert not any(found.mode_right for found in _judged("11-large-integers-equal").values())
