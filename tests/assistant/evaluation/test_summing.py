"""A figure is a mean over the questions for which it is defined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.summing import averaged, summed

VALUES = st.dictionaries(st.sampled_from(["a", "b"]), st.floats(0, 1))


@given(st.lists(VALUES))
def test_a_question_without_a_figure_does_not_count_for_it(values):
    for name, mean in averaged(values).items():
        known = [each[name] for each in values if name in each]
        assert mean == pytest.approx(sum(known) / len(known), abs=1e-4)


def test_no_questions_have_no_figures_and_no_division_by_zero():
    found = summed([], seed=0)
    assert (found["questions"], found["citations"], found["dropped"]) == (0, 0, 0)
    assert found["quotes_exist"] is found["abstained"] is found["sides"] is None
    assert found["missed"] == []
