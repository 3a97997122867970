import numpy as np
import pytest

from probes.errors import ProbeError
from probes.networks import training
from probes.networks.small_networks import Shape
from probes.networks.training import Budget
from probes.texts.prompts import OWN

ARMS = (("transformer", "next token"), ("transformer", "masked token"), ("mamba", "next token"))


def losses(kind, objective, *, runs=2, steps=24, seed=0):
    data, rest = training.split(OWN, 32)
    seen = {}
    training.train(
        Shape(kind=kind, width=16, blocks=2), objective, data, training.windows(rest, 32, 4),
        Budget(steps=steps, batch=4, length=32, runs=runs, seed=seed), [0, 12, steps],
        lambda checkpoint: seen.__setitem__(checkpoint.step, checkpoint.loss.copy()),
    )  # fmt: skip
    return seen


@pytest.mark.parametrize(("kind", "objective"), ARMS)
def test_training_lowers_the_loss_on_held_out_text(kind, objective):
    found = losses(kind, objective)
    assert list(found) == [0, 12, 24]
    assert (found[24] < found[0] - 0.4).all()
    assert found[0] == pytest.approx(np.log(257), abs=1.5)


def test_same_seed_same_networks_another_seed_others():
    first = losses("transformer", "next token")
    np.testing.assert_array_equal(first[24], losses("transformer", "next token")[24])
    assert (first[24] != losses("transformer", "next token", seed=1)[24]).all()


def test_a_run_does_not_depend_on_those_beside_it():
    two = losses("transformer", "next token", runs=2)[24]
    three = losses("transformer", "next token", runs=3)[24]
    np.testing.assert_allclose(two, three[:2], atol=1e-3)


def test_held_out_text_is_not_trained_on():
    data, rest = training.split(["abc " * 1000], 16)
    assert len(data) + len(rest) == 4000
    assert len(rest) == 400
    shown = training.windows(rest, 16, 5)
    assert shown.shape == (5, 16)
    np.testing.assert_array_equal(shown[0], rest[:16])
    np.testing.assert_array_equal(shown[-1], rest[-16:])


def test_too_little_text_is_said_in_one_line():
    with pytest.raises(ProbeError, match="4 bytes of text are too few"):
        training.split(["word"], 16)
