import numpy as np
import pytest

from probes.networks import digit_scores, digit_tasks
from probes.networks.digit_scores import Answers

PROBLEMS = digit_tasks.problems("+", 2, 200, seed=0)
WANTED = PROBLEMS.test[:, -PROBLEMS.answer :] - digit_tasks.FIRST_DIGIT


def _certain(written):
    return Answers(written=written, probabilities=np.eye(10)[written])


def test_right_answers_score_1_and_those_of_other_problems_0():
    found = digit_scores.scored(
        _certain(np.stack([WANTED, np.roll(WANTED, 1, axis=0)])), PROBLEMS, 20
    )
    for name in ("exact", "expected", "edit", "brier", "exact_few", "power"):
        assert found[name][0] == pytest.approx(1.0)
    for name in ("exact", "expected", "edit"):
        assert found[name][1] == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(found["digits"][0], 1.0)


def test_one_wrong_digit_costs_all_of_exact_match_and_a_third_of_the_digits():
    near = WANTED.copy()
    near[:, -1] = (near[:, -1] + 1) % 10
    found = digit_scores.scored(_certain(near[None]), PROBLEMS, 20)
    assert found["exact"][0] <= 0
    assert 0.4 < found["edit"][0] < 0.7
    np.testing.assert_allclose(found["digits"][0], [1, 1, 0])


def test_saying_how_often_each_digit_stands_there_is_guessing_under_brier():
    shares = np.stack([(digit == WANTED).mean(axis=0) for digit in range(10)], axis=-1)
    told = Answers(
        written=WANTED[None], probabilities=np.broadcast_to(shares, (1, *WANTED.shape, 10))
    )
    found = digit_scores.scored(told, PROBLEMS, 20)
    assert found["brier"][0] == pytest.approx(0.0, abs=1e-9)
    assert abs(found["expected"][0]) < 0.1
