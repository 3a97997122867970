import numpy as np
import pytest
import torch

from probes import digit_tasks, digit_training
from probes.small_networks import Shape, initial

SHAPE = Shape(kind="transformer", width=16, blocks=1)
PROBLEMS = digit_tasks.problems("+", 1, 20, seed=0)


def test_training_lowers_the_loss_and_is_the_same_twice():
    rows = torch.tensor(PROBLEMS.train).expand(2, -1, -1)
    found = [digit_training.learnt(SHAPE, PROBLEMS, (0, 1), steps=40, batch=32) for _ in range(2)]
    for name, value in found[0].items():
        torch.testing.assert_close(value, found[1][name], rtol=0, atol=0)
    with torch.no_grad():
        before = digit_training.losses(SHAPE, initial(SHAPE, (0, 1)), rows, PROBLEMS.answer)
        after = digit_training.losses(SHAPE, found[0], rows, PROBLEMS.answer)
    assert (after < before - 1).all()


def test_answers_do_not_see_the_digits_they_are_asked_for():
    network = initial(SHAPE, (0,))
    hidden = PROBLEMS.test.copy()
    hidden[:, -PROBLEMS.answer :] = digit_tasks.FIRST_DIGIT
    seen = digit_training.answers(SHAPE, network, PROBLEMS.test, PROBLEMS.answer)
    blind = digit_training.answers(SHAPE, network, hidden, PROBLEMS.answer)
    np.testing.assert_array_equal(seen.written, blind.written)
    assert seen.written.min() >= 0
    assert seen.written.max() <= 9
    np.testing.assert_allclose(seen.probabilities.sum(axis=-1), 1.0)
    # The likeliest first digit is the one that is written.
    np.testing.assert_array_equal(seen.probabilities[:, :, 0].argmax(-1), seen.written[:, :, 0])


@pytest.mark.parametrize("runs", [1, 3])
def test_runs_do_not_depend_on_those_beside_them(runs):
    alone = digit_training.learnt(SHAPE, PROBLEMS, (5,), steps=3, batch=8)
    beside = digit_training.learnt(SHAPE, PROBLEMS, tuple(range(5, 5 + runs)), steps=3, batch=8)
    for name, value in alone.items():
        torch.testing.assert_close(value[0], beside[name][0], rtol=1e-4, atol=1e-5)
