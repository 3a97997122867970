import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probes.statistics import mcnemar
from probes.types import Judgement, Yardstick
from probes.verdict import FEWEST_UNITS, explains, interval, judge, turning, unmeasured

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


@given(
    st.lists(st.floats(-1, 1), max_size=30).map(np.array),
    st.sampled_from([(-1.0, 1.0), (-0.5, 0.5), (0.0, None), (None, None)]),
)
def test_no_interval_leaves_the_possible_range(values, bounds):
    low, high = bounds
    least, most = -np.inf if low is None else low, np.inf if high is None else high
    found = judge(values.clip(least, most), yardstick=Yardstick(low=low, high=high)).interval
    assert least <= found[0] <= found[1] <= most or values.size == 0


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), max_size=60).map(np.array))
def test_paired_answers_stay_in_range_and_are_supported_only_where_mcnemar_tells_them_apart(values):
    found = judge(values, yardstick=Yardstick(scale="paired"))
    first, second = int((values == 1).sum()), int((values == -1).sum())
    assert -1 <= found.interval[0] <= found.interval[1] <= 1
    if mcnemar(first, second) > 0.05:
        assert found.verdict == "inconclusive"


def test_five_to_none_of_a_hundred_is_not_supported():
    pairs = Yardstick(scale="paired")
    assert judge(np.array([1.0] * 5 + [0.0] * 95), yardstick=pairs).verdict == "inconclusive"
    assert judge(np.array([1.0] * 9 + [0.0] * 91), yardstick=pairs).verdict == "supported"
    with pytest.raises(ValueError, match="1, -1 or 0"):
        judge(np.array([0.5] * 10), yardstick=pairs)


def judged(effect, half=0.01, margin=0.03, n=20):
    low, high = effect - half, effect + half
    verdict = "supported" if low > margin else "refuted" if high < margin else "inconclusive"
    return Judgement(verdict=verdict, effect=effect, interval=(low, high), n=n)


@pytest.mark.parametrize(
    ("kind", "control", "taken"),
    [
        ("foil", 0.6, True),  # twice the effect in an untrained twin
        ("foil", 0.16, True),  # half of the effect
        ("foil", 0.05, False),
        ("foil", -0.4, False),
        ("twin", -0.2, True),  # gone without the first token
        ("twin", 0.1, True),  # mostly gone
        ("twin", 0.28, False),
        ("also", -0.1, True),
        ("also", 0.1, False),
        ("scope", -0.4, False),
        ("beside", 0.9, False),
    ],
)
def test_what_takes_the_support_from_an_effect(kind, control, taken):
    own, other = judged(0.3), judged(control)
    assert bool(turning(own, {"one": other}, {"one": kind})) == taken
    assert explains(own, other, kind) == taken


@given(st.floats(-1, 1), st.sampled_from(["foil", "twin", "also"]))
def test_only_support_can_be_taken(control, kind):
    for own in (judged(-0.2), judged(0.03)):
        assert turning(own, {"one": judged(control)}, {"one": kind}) == ""


@pytest.mark.parametrize("kind", ["foil", "twin", "also"])
def test_a_control_that_was_not_measured_leaves_the_support_open(kind):
    missing = judge(unmeasured(), 0.03)
    assert turning(judged(0.3), {"one": missing}, {"one": kind}) == "one"
    assert not explains(judged(0.3), missing, kind)


def test_what_explains_an_effect_comes_before_what_leaves_it_open():
    controls = {"open": judged(0.15, half=0.2), "cause": judged(-0.2)}
    assert turning(judged(0.3), controls, {"open": "twin", "cause": "twin"}) == "cause"
