import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probes.metrics import energy

STATES = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 40)),
                elements=st.floats(-1e6, 1e6))  # fmt: skip


def test_a_single_unit_holds_all_and_alike_units_hold_their_share():
    one, alike = np.eye(20)[0], np.ones(20)
    assert energy.top_energy(one, 0.1) == pytest.approx(1.0)
    assert energy.top_energy(alike, 0.1) == pytest.approx(0.1)
    assert energy.hoyer(one) == pytest.approx(1.0)
    assert energy.hoyer(alike) == pytest.approx(0.0, abs=1e-12)
    assert energy.magnitude_rank(one) == pytest.approx(1 / 20)
    assert energy.magnitude_rank(alike) == pytest.approx(1.0)


@given(STATES, st.floats(0.01, 1.0))
def test_every_measure_stays_in_its_range(states, share):
    top = energy.top_energy(states, share)
    assert (top >= share - 1e-9).all()
    assert (top <= 1 + 1e-9).all()
    hoyer = energy.hoyer(states)
    assert (hoyer >= -1e-9).all()
    assert (hoyer <= 1 + 1e-9).all()
    rank = energy.magnitude_rank(states)
    assert (rank >= 1 / states.shape[-1] - 1e-9).all()
    assert (rank <= 1 + 1e-9).all()


@given(STATES, st.floats(1e-3, 1e3), st.randoms())
def test_scale_signs_and_order_of_units_do_not_matter(states, scale, random):
    # A state that loses numbers to underflow is another state.
    states = np.where(np.abs(states) < 1e-3, 0.0, states)
    order = list(range(states.shape[-1]))
    random.shuffle(order)
    other = -scale * states[:, order]
    for measure in (lambda h: energy.top_energy(h, 0.1), energy.hoyer, energy.magnitude_rank):
        np.testing.assert_allclose(measure(other), measure(states), rtol=1e-6, atol=1e-6)


def test_a_long_gaussian_vector_has_the_values_that_are_told():
    state = np.random.default_rng(0).standard_normal(1_000_000)
    for share, told in ((0.05, 0.28), (0.1, 0.44)):
        assert energy.gaussian_top_energy(share) == pytest.approx(told, abs=0.005)
        assert energy.top_energy(state, share) == pytest.approx(
            energy.gaussian_top_energy(share), abs=0.003
        )
    assert energy.gaussian_top_energy(1.0) == pytest.approx(1.0)
    assert energy.hoyer(state) == pytest.approx(energy.gaussian_hoyer(1_000_000), abs=0.002)
    assert energy.gaussian_hoyer(2048) == pytest.approx(0.21, abs=0.01)
    assert energy.magnitude_rank(state) == pytest.approx(energy.GAUSSIAN_MAGNITUDE_RANK, abs=0.002)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_share_outside_its_range_is_refused(share):
    with pytest.raises(ValueError, match="share"):
        energy.top_energy(np.ones(3), share)
    with pytest.raises(ValueError, match="share"):
        energy.gaussian_top_energy(share)
    with pytest.raises(ValueError, match="two units"):
        energy.hoyer(np.ones(1))
