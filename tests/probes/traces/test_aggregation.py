import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.aggregation import (
    converged,
    entropy_bits,
    last_k,
    mode,
    normalised_entropy,
    running_mode,
    settled_at,
    tally,
    thinned,
)

_ANSWERS = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=30)


@given(_ANSWERS)
def test_the_running_mode_is_the_mode_of_every_prefix(answers):
    assert running_mode(answers) == [mode(answers[: i + 1]) for i in range(len(answers))]


@given(_ANSWERS, st.randoms())
def test_a_permutation_changes_nothing_but_ties(answers, random):
    shuffled = answers.copy()
    random.shuffle(shuffled)
    a, b = tally(answers), tally(shuffled)
    assert (a.votes, a.usable, a.unique, a.share_of_total) == (
        b.votes,
        b.usable,
        b.unique,
        b.share_of_total,
    )
    assert a.entropy_bits == b.entropy_bits or a.entropy_bits == pytest.approx(b.entropy_bits)
    counts = [answers.count(x) for x in set(answers) - {None}]
    if counts.count(max(counts, default=0)) == 1:
        assert a.mode == b.mode


@given(_ANSWERS)
def test_entropy_lies_between_nothing_and_all_different(answers):
    usable = [a for a in answers if a is not None]
    entropy = entropy_bits(answers)
    if not usable:
        assert entropy is None
        return
    assert 0 <= entropy <= math.log2(len(set(usable))) + 1e-9
    assert (entropy == 0) == (len(set(usable)) == 1)


@given(_ANSWERS)
def test_a_missing_answer_never_votes(answers):
    usable = [a for a in answers if a is not None]
    assert mode(answers) == mode(usable)
    assert entropy_bits(answers) == entropy_bits(usable)
    assert tally(answers).total == len(answers)


def test_ties_go_to_the_earliest():
    assert mode(["b", "a", "a", "b"]) == "b"


def test_all_different_is_one_bit_per_doubling():
    assert entropy_bits(list("abcdefgh")) == 3.0
    assert normalised_entropy(list("abcdefgh")) == 1.0
    assert normalised_entropy(["a", None]) is None


def test_late_and_thinned_votes():
    answers = ["a", "a", "a", None, "b", "b"]
    assert last_k(answers, 2) == "b"
    assert last_k(answers, 99) == "a"
    assert thinned(answers, 2) == ["a", None, "b"]
    assert thinned(answers, 1) == answers
    with pytest.raises(ValueError, match="k must"):
        last_k(answers, 0)
    with pytest.raises(ValueError, match="step must"):
        thinned(answers, 0)


def test_convergence_needs_k_answers():
    assert converged(["a", None, "a"], 2) is True
    assert converged(["a", "b"], 2) is False
    assert converged(["a"], 2) is None


@given(_ANSWERS)
def test_the_running_mode_settles_once(answers):
    start = settled_at(answers)
    modes = running_mode(answers)
    if start is None:
        assert not any(modes)
    else:
        assert set(modes[start:]) == {modes[-1]}
        assert start == 0 or modes[start - 1] != modes[-1]
