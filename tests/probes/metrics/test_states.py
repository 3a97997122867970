"""States become arrays of float64, and a mean says over how many terms it was taken."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from probes.metrics.states import as_array, mean_estimate, mean_estimates

ROWS = st.integers(1, 5).flatmap(
    lambda n: st.lists(
        st.lists(st.tuples(st.floats(-9, 9), st.booleans()), min_size=n, max_size=n), min_size=1, max_size=4
    )
)  # fmt: skip


@given(ROWS)
def test_the_means_of_rows_are_those_of_each_row(rows):
    terms = np.array([[value for value, _ in row] for row in rows])
    defined = np.array([[known for _, known in row] for row in rows])
    found = mean_estimates(terms, defined)
    for at in range(len(rows)):
        alone = mean_estimate(terms[at][defined[at]], total=terms.shape[1])
        assert (found[at].n, found[at].missing) == (alone.n, alone.missing)
        assert found[at].value == (alone.value and pytest.approx(alone.value, abs=1e-12))


@pytest.mark.parametrize(
    "states",
    [
        [[1, 2], [3, 4]],
        np.array([[1, 2], [3, 4]], np.float16),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.bfloat16, requires_grad=True),
    ],
)
def test_lists_arrays_and_tensors_are_the_same_states(states):
    found = as_array(states, 2)
    assert found.dtype == np.float64
    assert found.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([1.0], "Expected an array with 2 axes"),
        (np.zeros((0, 3)), "Nothing to measure"),
        ([[1.0, np.nan, np.inf]], "2 of 3 values are NaN or infinite"),
    ],
)
def test_what_cannot_be_measured_is_refused(states, said):
    with pytest.raises(ValueError, match=said):
        as_array(states, 2)


def test_a_reference_variant_may_take_what_is_not_finite():
    assert np.isnan(as_array([[np.nan]], 2, finite=False)).all()
