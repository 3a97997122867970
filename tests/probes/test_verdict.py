import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probes.verdict import FEWEST_UNITS, interval, judge

effects = st.lists(st.floats(-1e3, 1e3), min_size=FEWEST_UNITS, max_size=40).map(np.array)


@given(effects)
def test_interval_is_students(values):
    low, high = interval(values)
    if values.std(ddof=1) > 1e-9:
        t = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        np.testing.assert_allclose((low, high), t, rtol=1e-6, atol=1e-9)
    assert low <= values.mean() + 1e-9
    assert high >= values.mean() - 1e-9


@given(effects, st.floats(-10, 10))
def test_verdict_follows_from_interval_and_margin(values, margin):
    judged = judge(values, margin)
    low, high = judged.interval
    assert (judged.verdict == "supported") == (low > margin)
    assert (judged.verdict == "refuted") == (high < margin)


@given(effects)
def test_reversing_the_effects_reverses_the_verdict(values):
    opposite = {"supported": "refuted", "refuted": "supported", "inconclusive": "inconclusive"}
    assert judge(-values).verdict == opposite[judge(values).verdict]


@pytest.mark.parametrize("n", range(FEWEST_UNITS))
def test_few_units_decide_nothing_even_when_unanimous(n):
    assert judge(np.full(n, 1.0)).verdict == "inconclusive"
    assert judge(np.full(FEWEST_UNITS, 1.0)).verdict == "supported"


def test_undefined_units_are_left_out_and_counted():
    values = np.array([1.0, 1.1, 0.9, 1.0, 1.2, 1.1, np.nan, np.inf])
    judged = judge(values)
    assert (judged.n, judged.missing, judged.verdict) == (6, 2, "supported")
    assert judged.effect == pytest.approx(1.05)


def test_nothing_at_all_is_inconclusive_and_finite():
    judged = judge(np.array([np.nan, np.nan]))
    assert (judged.verdict, judged.effect, judged.n) == ("inconclusive", 0.0, 0)
