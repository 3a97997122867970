import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.metrics import sharpness

WORDS = st.lists(st.integers(0, 3), min_size=1, max_size=6)


def test_one_jump_is_one_step_and_equal_steps_are_equal_parts():
    assert sharpness.largest_step([0.0, 0.0, 1.0, 1.0]) == 1.0
    assert sharpness.largest_step([0.0, 0.25, 0.5, 0.75, 1.0]) == pytest.approx(0.25)
    assert sharpness.largest_step([0.9, 0.5, 0.1]) == 0.0
    np.testing.assert_allclose(
        sharpness.largest_step([[0.0, 0.3, 0.4], [0.0, 0.1, 0.9]]), [0.3, 0.8]
    )


def test_the_emergence_score_has_the_sign_of_the_change_and_no_bound():
    assert sharpness.emergence_score([0.0, 0.5, 1.0]) == pytest.approx(2.0)
    assert sharpness.emergence_score([1.0, 0.5, 0.0]) == pytest.approx(-2.0)
    assert sharpness.emergence_score([0.0, 0.0, 0.0, 1.0]) == np.inf
    assert np.isnan(sharpness.emergence_score([0.5, 0.5]))


@pytest.mark.parametrize("found", [sharpness.largest_step, sharpness.emergence_score])
def test_one_size_has_no_step(found):
    with pytest.raises(ValueError, match="two sizes"):
        found([0.5])


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=1))
def test_edit_distance_is_a_distance(pairs):
    ((first, second),) = pairs

    def between(a, b):
        return int(sharpness.edit_distances([a], [b])[0])

    assert between(first, first) == 0
    assert between(first, second) == between(second, first) == _plain(first, second)
    assert abs(len(first) - len(second)) <= between(first, second) <= max(len(first), len(second))


def _plain(a, b):
    """By its definition, recursively."""
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return _plain(a[1:], b[1:])
    return 1 + min(_plain(a[1:], b), _plain(a, b[1:]), _plain(a[1:], b[1:]))


def test_edit_distances_of_many_rows_are_those_of_each():
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 3, (20, 5)), rng.integers(0, 3, (20, 4))
    found = sharpness.edit_distances(first, second)
    assert found.tolist() == [
        _plain(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    with pytest.raises(ValueError, match="pair"):
        sharpness.edit_distances(first, second[:3])


def test_brier_is_0_for_certainty_in_the_right_and_2_in_the_wrong_class():
    assert sharpness.brier([1.0, 0.0], 0) == pytest.approx(0.0)
    assert sharpness.brier([1.0, 0.0], 1) == pytest.approx(2.0)
    assert sharpness.brier(np.full(10, 0.1), 3) == pytest.approx(0.9)
    # It is a proper score: no answer scores better than the true shares.
    truth = np.array([0.7, 0.2, 0.1])
    own = sum(p * sharpness.brier(truth, c) for c, p in enumerate(truth))
    for told in ([0.8, 0.1, 0.1], [1.0, 0.0, 0.0], [1 / 3] * 3):
        assert own < sum(p * sharpness.brier(told, c) for c, p in enumerate(truth))


def test_rescaling_puts_guessing_at_0_and_perfection_at_1():
    assert sharpness.rescaled(0.1, 0.1) == 0.0
    assert sharpness.rescaled(1.0, 0.1) == 1.0
    assert sharpness.rescaled(0.9, 0.9, perfect=0.0) == 0.0
    with pytest.raises(ValueError, match="perfect already"):
        sharpness.rescaled(0.5, 1.0)
