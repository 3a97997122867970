import numpy as np
import pytest

from probes.networks import digit_tasks


@pytest.mark.parametrize("operation", ["+", "*"])
@pytest.mark.parametrize("digits", [1, 2])
def test_every_row_is_right_and_all_of_one_length(operation, digits):
    found = digit_tasks.problems(operation, digits, 20, seed=3)
    rows = [digit_tasks.text(row) for row in np.concatenate([found.train, found.test])]
    assert len({len(row) for row in rows}) == 1
    assert len(set(rows)) == len(rows) == 100**digits
    for row in rows[:200]:
        question, _, answer = row.partition("=")
        assert len(answer) == found.answer
        assert len(question) + 1 == found.question
        first, second = (int(number) for number in question.split(operation))
        assert int(answer) == (first + second if operation == "+" else first * second)


def test_no_problem_is_both_learnt_and_tested_and_the_split_is_the_seeds():
    one, same, other = (digit_tasks.problems("+", 1, 30, seed=s) for s in (0, 0, 1))
    learnt = {digit_tasks.text(row) for row in one.train}
    assert not learnt & {digit_tasks.text(row) for row in one.test}
    np.testing.assert_array_equal(one.test, same.test)
    assert (one.test != other.test).any()


@pytest.mark.parametrize(("digits", "tested"), [(0, 5), (4, 5), (1, 0), (1, 100)])
def test_what_cannot_be_split_is_refused(digits, tested):
    with pytest.raises(ValueError, match="held out"):
        digit_tasks.problems("+", digits, tested, seed=0)
