import numpy as np
import pytest
import torch

from probes.metrics import seq_vcr
from probes.networks.seq_vcr import Penalty, penalties, projections
from probes.networks.small_networks import Shape, initial

PENALTY = Penalty(dims=7)


def drawn(*shape, seed=0, scale=1.0):
    return scale * torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


@pytest.mark.parametrize("scale", [0.1, 1.0, 3.0])
def test_each_run_has_the_value_of_the_metric_on_its_projected_states(scale):
    states, projection = drawn(3, 6, 4, 5, scale=scale), drawn(3, 5, 7, seed=1)
    penalty = Penalty(dims=7, variance=0.3, covariance=0.2)
    found = penalties(penalty, projection, states)
    for run in range(3):
        wanted = seq_vcr((states[run] @ projection[run]).numpy(), 0.3, 0.2).loss
        assert found[run].item() == pytest.approx(wanted, rel=1e-9)


def test_it_is_the_published_sum_term_by_term():
    """Position by position and dimension by dimension, as the formula stands."""
    states, projection = drawn(1, 5, 3, 4), drawn(1, 4, 7, seed=1)
    projected = (states[0] @ projection[0]).numpy()
    total = 0.0
    for place in range(3):
        shared = np.cov(projected[:, place].T)
        for k in range(7):
            total += max(0.0, 1 - np.sqrt(shared[k, k] + 0.001))
            total += 0.004 * sum(shared[k, j] ** 2 for j in range(7) if j != k)
    assert penalties(PENALTY, projection, states).item() == pytest.approx(total / (3 * 7))


def test_its_gradient_is_that_of_its_value():
    states, projection = drawn(2, 5, 3, 4, scale=0.4), drawn(2, 4, 7, seed=1)
    for value in (states, projection):
        value.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda s, p: penalties(Penalty(dims=7, covariance=0.5), p, s), (states, projection)
    )


def test_collapsed_states_cost_the_most_variance_and_no_covariance():
    states = torch.ones(1, 8, 3, 4).double()
    cost = penalties(PENALTY, drawn(1, 4, 7), states).item()
    assert cost == pytest.approx(1 - np.sqrt(0.001))
    wide = penalties(Penalty(dims=7, covariance=0.0), drawn(1, 4, 7), drawn(1, 8, 3, 4, scale=50.0))
    assert wide.item() == 0.0


def test_a_projection_is_the_seeds_and_none_of_the_networks_weights():
    one, same, other = (projections(PENALTY, 16, (seed,)) for seed in (3, 3, 4))
    torch.testing.assert_close(one, same, rtol=0, atol=0)
    assert not torch.allclose(one, other)
    torch.testing.assert_close(projections(PENALTY, 16, (4, 3))[1:], one, rtol=0, atol=0)
    network = initial(Shape(kind="transformer", width=16, blocks=1), (3,))
    assert not any(torch.isin(one, value).any() for value in network.values())
