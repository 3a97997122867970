import numpy as np
import pytest
import torch

from probes.networks import digit_tasks, digit_training
from probes.networks.seq_vcr import Penalty, penalties, projections
from probes.networks.small_networks import Shape, initial, states

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
    # The network writes the likeliest first digit.
    np.testing.assert_array_equal(seen.probabilities[:, :, 0].argmax(-1), seen.written[:, :, 0])


@pytest.mark.parametrize("runs", [1, 3])
def test_runs_do_not_depend_on_those_beside_them(runs):
    alone = digit_training.learnt(SHAPE, PROBLEMS, (5,), steps=3, batch=8)
    beside = digit_training.learnt(SHAPE, PROBLEMS, tuple(range(5, 5 + runs)), steps=3, batch=8)
    for name, value in alone.items():
        torch.testing.assert_close(value[0], beside[name][0], rtol=1e-4, atol=1e-5)


def test_with_lambda_0_the_penalty_changes_no_weight():
    plain, none, some = (
        digit_training.learnt(SHAPE, PROBLEMS, (0, 1), steps=20, batch=16, penalty=penalty)
        for penalty in (
            None,
            Penalty(dims=24, variance=0.0, covariance=0.0),
            Penalty(dims=24),
        )
    )
    assert set(none) == {*plain, "projection"}
    for name, value in plain.items():
        torch.testing.assert_close(value, none[name], rtol=0, atol=0)
    assert not torch.allclose(plain["embedding"], some["embedding"])


@pytest.mark.parametrize("layer", [-1, 1])
def test_the_penalty_is_of_the_layer_that_it_names(layer):
    shape = Shape(kind="transformer", width=16, blocks=2)
    penalty = Penalty(dims=24, layer=layer)
    network = initial(shape, (0,)) | {"projection": projections(penalty, 16, (0,))}
    rows = torch.tensor(PROBLEMS.train[None, :16])
    bare = digit_training.losses(shape, network, rows, PROBLEMS.answer)
    both = digit_training.losses(shape, network, rows, PROBLEMS.answer, penalty)
    seen = states(shape, network, rows[..., :-1], causal=True)[layer]
    torch.testing.assert_close(both - bare, penalties(penalty, network["projection"], seen))


def test_a_training_that_was_killed_ends_as_one_that_was_not(tmp_path):
    def stop(share):
        if share > 0.6:
            raise KeyboardInterrupt

    ask = {"steps": 40, "batch": 8, "penalty": Penalty(dims=24)}
    draft = tmp_path / "training.pt"
    with pytest.raises(KeyboardInterrupt):
        digit_training.learnt(SHAPE, PROBLEMS, (0, 1), draft=draft, advance=stop, **ask)
    told = []
    again = digit_training.learnt(SHAPE, PROBLEMS, (0, 1), draft=draft, advance=told.append, **ask)
    assert told[0] > 0.5
    for name, value in digit_training.learnt(SHAPE, PROBLEMS, (0, 1), **ask).items():
        torch.testing.assert_close(value, again[name], rtol=0, atol=0)


def test_every_tensor_of_a_loss_is_where_the_network_is():
    """On the device without numbers, a tensor that was left behind is refused."""
    penalty = Penalty(dims=24)
    made = initial(SHAPE, (0,)) | {"projection": projections(penalty, 16, (0,))}
    network = {name: value.to("meta") for name, value in made.items()}
    rows = torch.tensor(PROBLEMS.train[None, :4], device="meta")
    found = digit_training.losses(SHAPE, network, rows, PROBLEMS.answer, penalty)
    assert (found.device.type, found.shape) == ("meta", (1,))
