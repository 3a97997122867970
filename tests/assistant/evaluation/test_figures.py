"""The figures keep their bounds and closed forms, and agree with their definitions written out slowly."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.figures import (
    citation_precision,
    citation_recall,
    interval,
    macro_f1,
    mean,
    ndcg,
    recall,
    resampled,
)

keys = st.lists(st.sampled_from("abcdefghijkl"), max_size=15)
some = st.sets(st.sampled_from("abcdefghijkl"), min_size=1)
depth = st.integers(1, 12)


@given(keys, some, depth)
def test_ranking_figures_lie_between_0_and_1(ranking, relevant, k):
    for figure in (ndcg, recall):
        assert 0.0 <= figure(ranking, relevant, k) <= 1.0


@given(some, depth)
def test_the_ideal_ranking_has_ndcg_1_and_finds_as_many_as_have_room(relevant, k):
    ranking = [*sorted(relevant), *"xyz"]
    assert ndcg(ranking, relevant, k) == pytest.approx(1.0)
    assert recall(ranking, relevant, k) == min(k, len(relevant)) / len(relevant)


@given(st.integers(1, 12), st.integers(1, 12))
def test_one_relevant_document_gives_the_inverse_logarithm_of_its_rank(rank, k):
    ranking = [*(f"other{n}" for n in range(rank - 1)), "it"]
    assert ndcg(ranking, {"it"}, k) == pytest.approx(1 / math.log2(rank + 1) if rank <= k else 0.0)


@given(st.permutations("abcdefgh"), some, depth)
def test_ndcg_is_its_definition(ranking, relevant, k):
    def gained(order):
        return sum((key in relevant) / math.log2(at + 2) for at, key in enumerate(order[:k]))

    ideal = gained(sorted(relevant))
    assert ndcg(ranking, relevant, k) == pytest.approx(gained(list(ranking)) / ideal)


@given(keys, some, st.integers(1, 11))
def test_recall_never_falls_with_depth(ranking, relevant, k):
    assert recall(ranking, relevant, k) <= recall(ranking, relevant, k + 1)


@given(keys, some, depth)
def test_a_document_counts_once(ranking, relevant, k):
    doubled = [key for key in ranking for _ in (0, 1)]
    assert ndcg(doubled, relevant, k) == ndcg(ranking, relevant, k)
    assert recall(doubled, relevant, k) == recall(ranking, relevant, k)


@pytest.mark.parametrize("figure", [ndcg, recall])
def test_nothing_relevant_is_no_figure(figure):
    with pytest.raises(ValueError, match="relevant"):
        figure(["a"], set(), 10)


# The support of a statement: a table over all subsets of its citations that says which of them bear it.
tables = st.lists(
    st.integers(0, 3).flatmap(
        lambda count: st.tuples(
            st.just(count), st.lists(st.booleans(), min_size=2**count, max_size=2**count)
        )
    ),
    max_size=4,
)


def judge(table):
    def supports(at, chosen):
        return table[at][1][sum(1 << one for one in chosen)]

    return supports


@given(tables)
def test_citation_figures_are_their_definitions(table):
    """ALCE, section 3: recall and precision written out over sets of citations."""
    borne = [count > 0 and held[-1] for count, held in table]
    counts = [count for count, _ in table]
    expected = sum(borne) / len(table) if table else None
    assert citation_recall(counts, judge(table)) == expected
    useful = []
    for (count, held), supported in zip(table, borne, strict=True):
        for one in range(count):
            alone, rest = held[1 << one], held[(2**count - 1) ^ (1 << one)]
            irrelevant = not alone and count > 1 and rest
            useful.append(supported and not irrelevant)
    expected = sum(useful) / len(useful) if useful else None
    assert citation_precision(counts, judge(table)) == expected


@given(st.lists(st.integers(1, 3), min_size=1, max_size=5))
def test_a_judge_of_one_mind_gives_all_or_nothing(counts):
    for answer in (True, False):
        assert citation_recall(counts, lambda _at, _chosen, said=answer: said) == float(answer)
        assert citation_precision(
            [1] * len(counts), lambda _at, _chosen, said=answer: said
        ) == float(answer)


def test_an_uncited_statement_lowers_recall_and_not_precision():
    def supports(_at, _chosen):
        return True

    assert citation_recall([1, 0], supports) == 0.5
    assert citation_precision([1, 0], supports) == 1.0


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.integers(0, 5))
def test_an_interval_lies_within_the_values_and_is_the_same_for_the_same_seed(values, seed):
    low, high = interval(values, seed, resamples=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert interval(values, seed, resamples=50) == (low, high)


def test_an_interval_covers_the_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    for trial in range(200):
        low, high = interval(list(rng.normal(0.5, 0.2, 40)), trial, resamples=300)
        covered += low <= 0.5 <= high
    assert 0.88 <= covered / 200 <= 0.99


def test_equal_values_have_an_interval_of_no_width():
    assert interval([0.25] * 7) == (0.25, 0.25)
    assert mean([]) is None
    with pytest.raises(ValueError, match="at least one"):
        interval([])


def test_all_orders_of_two_documents():
    scores = {order: ndcg(order, {"a"}, 2) for order in itertools.permutations("ab")}
    assert scores["a", "b"] == 1.0 > scores["b", "a"] == pytest.approx(1 / math.log2(3))


def test_macro_f1_is_the_mean_of_both_labels_and_silence_costs_recall():
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", None)]
    assert macro_f1(pairs, "ab") == pytest.approx((2 / 3 + 2 / 4) / 2)
    assert macro_f1([("a", "a")], "ab") == 1.0
    assert macro_f1([], "ab") is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(0, 3))
def test_the_interval_of_any_figure_is_that_of_the_mean_where_it_is_the_mean(values, seed):
    observed = np.array(values)
    assert resampled(observed, lambda drawn: drawn.mean(axis=1), seed) == interval(values, seed)
    low, high = resampled(observed, lambda drawn: np.median(drawn, axis=1), seed)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert resampled(observed, lambda drawn: drawn.max(axis=1), seed)[1] == max(values)
