import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, multinomial

from probes.statistics import (
    auroc,
    auroc_interval,
    bootstrap_mean,
    clopper_pearson,
    holm,
    mcnemar,
    mcnemar_of,
    paired_bootstrap,
    paired_difference,
    wilson,
    wilson_mean,
)

_COUNTS = st.integers(0, 200)
_SCORES = st.lists(st.integers(-5, 5), min_size=1, max_size=20)


@given(b=_COUNTS, c=_COUNTS)
def test_mcnemar_is_the_exact_binomial_test(b, c):
    p = mcnemar(b, c)
    assert p == mcnemar(c, b)
    assert 0 < p <= 1
    assert p == (pytest.approx(binomtest(b, b + c).pvalue) if b + c else 1.0)


def test_mcnemar_counts_only_the_problems_on_which_the_arms_differ():
    found = mcnemar_of([True, True, False, False], [True, False, True, True])
    assert (found.only_first, found.only_second) == (1, 2)
    assert found.p == mcnemar(1, 2)
    with pytest.raises(ValueError, match="shorter"):
        mcnemar_of([True, False], [True])
    with pytest.raises(ValueError, match="negative"):
        mcnemar(-1, 2)


@given(n=st.integers(1, 300), data=st.data())
def test_the_paired_interval_holds_its_estimate_stays_in_range_and_agrees_with_mcnemar(n, data):
    first = data.draw(st.integers(0, n))
    second = data.draw(st.integers(0, n - first))
    found = paired_difference(first, second, n)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert found.estimate == (first - second) / n
    if mcnemar(first, second) > 0.05:
        assert found.low <= 0 <= found.high
    mirrored = paired_difference(second, first, n)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low), abs=1e-8)


def test_five_against_none_of_a_hundred_is_not_told_from_nothing():
    found = paired_difference(5, 0, 100)
    assert mcnemar(5, 0) == pytest.approx(0.0625)
    assert found.low <= 0 < found.high < 0.2
    assert paired_difference(6, 0, 100).low > 0


def test_without_a_difference_the_paired_interval_has_a_closed_form():
    none = paired_difference(0, 0, 20)
    z2 = 1.959963984540054**2
    assert none.high == pytest.approx(z2 / (20 + z2))
    assert none.low == -none.high


@pytest.mark.parametrize(("only_first", "only_second", "n"), [(1, 0, 0), (-1, 0, 5), (3, 3, 5)])
def test_impossible_pairs_are_refused(only_first, only_second, n):
    with pytest.raises(ValueError, match="do not differ among"):
        paired_difference(only_first, only_second, n)


@pytest.mark.parametrize("shares", [(0.1, 0.1), (0.2, 0.05), (0.5, 0.3), (0.05, 0.0)])
def test_the_paired_interval_covers_the_truth_in_an_exact_enumeration(shares):
    n, (first, second) = 20, shares
    covered = 0.0
    for b in range(n + 1):
        for c in range(n + 1 - b):
            weight = multinomial.pmf([b, c, n - b - c], n, [first, second, 1 - first - second])
            found = paired_difference(b, c, n)
            covered += weight * (found.low - 1e-9 <= first - second <= found.high + 1e-9)
    assert covered >= 0.93


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9, 0.99])
def test_the_interval_of_a_share_covers_the_truth_in_an_exact_enumeration(share):
    n = 40
    covered = 0.0
    for k in range(n + 1):
        found = wilson_mean([1.0] * k + [0.0] * (n - k))
        covered += binom.pmf(k, n, share) * (found.low <= share <= found.high)
    assert covered >= 0.92


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_the_interval_of_a_mean_share_stays_in_range_and_is_wilsons_for_counts(values):
    found = wilson_mean(values)
    assert 0 <= found.low <= found.estimate + 1e-12
    assert found.estimate - 1e-12 <= found.high <= 1
    counts = np.round(values)
    ours, theirs = wilson_mean(counts), wilson(int(counts.sum()), counts.size)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize("values", [[], [1.2], [-0.1, 0.5]])
def test_a_share_outside_its_range_is_refused(values):
    with pytest.raises(ValueError, match="each in"):
        wilson_mean(values)


@given(n=st.integers(1, 400), data=st.data())
def test_a_proportion_lies_in_its_intervals_and_the_exact_one_is_wider(n, data):
    k = data.draw(st.integers(0, n))
    score, exact = wilson(k, n), clopper_pearson(k, n)
    assert 0 <= score.low <= score.estimate + 1e-12
    assert score.estimate - 1e-12 <= score.high <= 1
    assert exact.high - exact.low >= score.high - score.low - 0.02


@pytest.mark.parametrize(("k", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_an_impossible_proportion_is_refused(k, n):
    with pytest.raises(ValueError, match="proportion"):
        wilson(k, n)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_monotone_and_never_below_the_raw_value(p):
    adjusted = holm(p)
    assert all(a >= b for a, b in zip(adjusted, p, strict=True))
    assert all(a <= 1 for a in adjusted)
    order = sorted(range(len(p)), key=p.__getitem__)
    assert [adjusted[i] for i in order] == sorted(adjusted)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_rejects_all_that_bonferroni_rejects(p):
    assert all(a <= min(1.0, len(p) * b) + 1e-12 for a, b in zip(holm(p), p, strict=True))
    assert min(holm(p)) == pytest.approx(min(1.0, len(p) * min(p)))


@given(_SCORES, _SCORES)
def test_auroc_is_the_share_of_pairs_won(a, b):
    won = sum((x > y) + (x == y) / 2 for x in a for y in b) / (len(a) * len(b))
    assert auroc(a, b) == pytest.approx(won)
    assert auroc(a, b) + auroc(b, a) == pytest.approx(1)


@settings(max_examples=20)
@given(_SCORES, _SCORES)
def test_the_auroc_interval_is_ordered_seeded_and_within_bounds(a, b):
    found = auroc_interval(a, b, seed=1, resamples=200)
    assert 0 <= found.low <= found.high <= 1 + 1e-12
    assert found == auroc_interval(a, b, seed=1, resamples=200)


def test_auroc_needs_both_sides():
    with pytest.raises(ValueError, match="0 negative"):
        auroc([1.0], [])
    with pytest.raises(ValueError, match="0 positive"):
        auroc_interval([], [1.0], seed=0)


def test_the_bootstrap_of_a_constant_is_that_constant():
    found = bootstrap_mean([2.0, 2.0, 2.0], seed=0)
    assert (found.low, found.estimate, found.high) == (2.0, 2.0, 2.0)


def test_the_bootstrap_agrees_with_the_normal_interval_on_many_values():
    values = np.random.default_rng(0).normal(1.0, 2.0, 400)
    found = bootstrap_mean(values, seed=1)
    half = 1.96 * values.std() / np.sqrt(values.size)
    assert found.low == pytest.approx(values.mean() - half, abs=0.03)
    assert found.high == pytest.approx(values.mean() + half, abs=0.03)
    assert found == bootstrap_mean(values, seed=1)


def test_pairs_stay_together():
    first = np.random.default_rng(0).normal(0, 100, 50)
    found = paired_bootstrap(first, first + 1, seed=0)
    assert found.low == pytest.approx(1)
    assert found.high == pytest.approx(1)
    with pytest.raises(ValueError, match="one length"):
        paired_bootstrap([1.0, 2.0], [1.0], seed=0)
    with pytest.raises(ValueError, match="two or more"):
        bootstrap_mean([1.0], seed=0)
