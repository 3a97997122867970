import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from probes.traces.aggregation import mode
from probes.traces.voting import (
    adaptive_consistency,
    early_stopping,
    prefix_consistency,
    self_consistency,
    softmax_vote,
    top_share_vote,
    weighted_vote,
)

_VOTES = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.floats(0, 50)), max_size=20)


@given(st.lists(st.sampled_from(["a", "b", None])))
def test_equal_weights_are_a_plain_majority(answers):
    ones = [1.0] * len(answers)
    assert weighted_vote(answers, ones) == self_consistency(answers) == mode(answers)
    assert softmax_vote(answers, ones) == mode(answers)
    assert top_share_vote(answers, ones, 100) == mode(answers)
    assert prefix_consistency([[a] for a in answers]) == mode(answers)


@given(_VOTES)
def test_a_missing_answer_never_wins(votes):
    answers, weights = [a for a, _ in votes], [w for _, w in votes]
    for winner in (weighted_vote(answers, weights), softmax_vote(answers, weights)):
        assert (winner is None) == (not any(answers))


def test_a_small_share_listens_to_the_surest_only():
    assert top_share_vote(["a", "a", "b"], [1, 2, 9], 10) == "b"
    assert top_share_vote(["a", "a", "b"], [4, 6, 9], 100) == "a"


def test_a_low_temperature_listens_to_the_surest_only():
    assert softmax_vote(["a", "a", "b"], [1, 1, 2], 0.1) == "b"
    assert softmax_vote(["a", "a", "b"], [1, 1, 1.1], 10) == "a"


def test_agreement_weighs_more_at_a_higher_power():
    groups = [["a", "b"], ["a", "c"], ["a", "d"], ["b", "b"]]
    assert prefix_consistency(groups, 1) == "a"
    assert prefix_consistency(groups, 3) == "b"


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        weighted_vote(["a"], [weight])


def test_votes_and_weights_must_pair_up():
    with pytest.raises(ValueError, match="2 answers but 1"):
        top_share_vote(["a", "b"], [1.0], 50)
    with pytest.raises(ValueError, match="percent"):
        top_share_vote(["a"], [1.0], 0)
    with pytest.raises(ValueError, match="temperature"):
        softmax_vote(["a"], [1.0], 0)
    with pytest.raises(ValueError, match="window"):
        early_stopping(["a"], 0)


@given(st.lists(st.sampled_from(["a", "b", None]), max_size=40))
def test_adaptive_consistency_stops_at_the_first_sure_lead(answers):
    def sure(drawn):
        a, b = sorted((drawn.count("a"), drawn.count("b")), reverse=True)
        return a > 0 and beta.sf(0.5, a + 1, b + 1) >= 0.95

    stop = adaptive_consistency(answers)
    lengths = [i for i in range(1, len(answers) + 1) if sure(answers[:i])]
    assert stop.samples == (lengths[0] if lengths else None)
    assert stop.answer == mode(answers[: stop.samples])


def test_early_stopping_reads_whole_windows():
    assert early_stopping(["b", "a", "a", "a"], 2).samples == 4
    assert early_stopping(["a", None, "a", "b"], 2).samples is None
    assert early_stopping([None, None], 2).answer is None
