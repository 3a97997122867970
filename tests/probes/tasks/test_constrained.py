import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.tasks import constrained
from probes.tasks.constrained import KINDS

EVERY = pytest.mark.parametrize("kind", sorted(KINDS))


@EVERY
@pytest.mark.parametrize("seed", [0, 5])
def test_the_solver_finds_the_best_of_all_allowed_answers(kind, seed):
    for problem in constrained.problems(kind, 12, seed):
        best = max(problem.value(answer) for answer in problem.allowed)
        assert problem.value(problem.optimum) == pytest.approx(best)
        assert all(problem.satisfied(problem.optimum))
        assert problem.gap(problem.optimum) == 0.0


@EVERY
def test_the_heuristic_keeps_every_constraint_and_no_answer_beats_the_optimum(kind):
    rng = np.random.default_rng(0)
    for problem in constrained.problems(kind, 12, 1):
        assert all(problem.satisfied(problem.greedy()))
        assert problem.gap(problem.greedy()) >= 0
        assert problem.gap(problem.guessed_allowed(rng)) >= 0
        guess = problem.guessed(rng)
        assert problem.satisfied(guess)[-1]
        assert math.isnan(problem.gap(guess)) == (not all(problem.satisfied(guess)))


@EVERY
def test_what_breaks_a_constraint_is_told_apart(kind):
    problem = constrained.problems(kind, 1, 0)[0]
    above = tuple(top + 1 for top in problem.most)
    kept = dict(zip([c.name for c in problem.constraints], problem.satisfied(above), strict=True))
    assert not kept["ranges"]
    if kind == "power flow":
        assert problem.satisfied((0.0, 0.0)) == (False, True, True)
    else:
        assert all(problem.satisfied((0.0,) * len(problem.names)))


@EVERY
def test_more_problems_only_add_and_all_differ(kind):
    few, many = (constrained.problems(kind, count, 2) for count in (4, 9))
    assert [p.question for p in few] == [p.question for p in many[:4]]
    assert len({p.question for p in many}) == 9


@EVERY
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_written_is_read(kind, data):
    problem = constrained.problems(kind, 1, 3)[0]
    answer = tuple(float(data.draw(st.integers(-99, 99))) for _ in problem.names)
    assert problem.read(problem.written(answer)) == answer
    assert problem.read(f"So {problem.written(answer)}. Done.") == answer


@given(st.text(alphabet="AB=0123456789.- ,G", max_size=40))
def test_any_text_is_read_or_not_and_never_fails(text):
    problem = constrained.problems("linear", 1, 0)[0]
    found = problem.read(text)
    assert found is None or (len(found) == 2 and all(map(math.isfinite, found)))


def test_an_answer_without_each_name_cannot_be_read():
    problem = constrained.problems("linear", 1, 0)[0]
    assert problem.read("A=3") is None
    assert problem.read("A=3, C=4") is None
    assert problem.read("A=3, B=4, A=9") == (3.0, 4.0)


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="knapsack"):
        constrained.problems("sudoku", 1, 0)
