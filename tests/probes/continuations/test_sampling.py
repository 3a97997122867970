"""A token is drawn from the nucleus by the number that the caller gives, and by nothing else."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from probes.continuations.sampling import draw

ROWS = st.lists(st.floats(-8, 8), min_size=2, max_size=40)


def drawn(logits, temperature, top_p, uniform):
    return draw(torch.tensor([logits]), [temperature], [top_p], [uniform])


@given(ROWS, st.floats(0.1, 3), st.floats(0.05, 1), st.floats(0, 0.999))
def test_what_is_drawn_is_in_the_smallest_set_that_has_the_probability(
    logits, temperature, top_p, uniform
):
    token = drawn(logits, temperature, top_p, uniform).tokens[0]
    scaled = np.array(logits) / temperature
    shares = np.exp(scaled - scaled.max())
    shares /= shares.sum()
    likelier = shares[shares > shares[token]].sum()
    assert likelier < top_p + 1e-6


@given(ROWS)
def test_without_temperature_the_likeliest_is_taken_and_its_probability_is_the_models(logits):
    found = drawn(logits, 0.0, 0.5, 0.9)
    values = torch.tensor(logits)
    assert logits[found.tokens[0]] == pytest.approx(max(logits))
    assert found.logprobs[0] == pytest.approx(float(values.log_softmax(-1).max()), abs=1e-5)
    assert found.confidences[0] > 0


def test_a_nucleus_wider_than_the_likeliest_is_found_by_sorting_all():
    logits = [0.0] * 500
    tokens = {drawn(logits, 1.0, 1.0, (n + 0.5) / 500).tokens[0] for n in range(500)}
    assert tokens == set(range(500))


def test_a_row_does_not_depend_on_the_rows_beside_it():
    rows = torch.randn(3, 50, generator=torch.Generator().manual_seed(0))
    together = draw(rows, [0.0, 1.0, 2.0], [1.0, 0.9, 0.5], [0.1, 0.5, 0.9])
    for at, (temperature, top_p, uniform) in enumerate([(0, 1, 0.1), (1, 0.9, 0.5), (2, 0.5, 0.9)]):
        alone = draw(rows[at : at + 1], [temperature], [top_p], [uniform])
        assert alone.tokens == [together.tokens[at]]
        assert alone.logprobs[0] == pytest.approx(together.logprobs[at], abs=1e-5)
