from dataclasses import replace

import numpy as np
import pytest
import torch

from probes.networks import digit_training
from probes.networks.digit_products import first, products, rows
from probes.networks.digit_tasks import FIRST_DIGIT
from probes.networks.product_arms import Arm, Training, arms, measured, scored
from probes.networks.small_networks import Shape, initial, states

SHAPE = Shape(kind="transformer", width=16, blocks=2)
TRAINING = Training(shape=SHAPE, steps=40, batch=8, rate=5e-3, beside=2)
PROBLEMS = products(2, 40, seed=0, drawn=0)


def test_the_ways_differ_in_what_stands_between_and_where_the_penalty_is():
    plain, pauses, penalty, both, middle, thought = arms(replace(SHAPE, blocks=6), 1.0, 0.004)
    assert [arm.between for arm in (plain, pauses, penalty)] == ["nothing", "pauses", "nothing"]
    assert [arm.between for arm in (both, middle, thought)] == ["pauses", "pauses", "thought"]
    assert plain.penalty is pauses.penalty is thought.penalty is None
    assert penalty.penalty == both.penalty
    assert (both.penalty.layer, middle.penalty.layer) == (-1, 3)
    assert replace(middle.penalty, layer=-1) == both.penalty


@pytest.mark.parametrize("between", ["nothing", "pauses", "thought"])
def test_the_digits_of_the_product_alone_are_scored(between):
    network, problems = initial(SHAPE, (0, 1)), rows(PROBLEMS, between)
    found = scored(SHAPE, network, problems, 4)
    wanted = problems.test[:, -4:] - FIRST_DIGIT
    written = digit_training.answers(SHAPE, network, problems.test, problems.answer).written
    for run in range(2):
        right = [
            [int(a) == int(b) for a, b in zip(told[-4:], row, strict=True)]
            for told, row in zip(written[run], wanted, strict=True)
        ]
        assert found["exact"][run] == pytest.approx(np.mean([all(row) for row in right]))
        np.testing.assert_allclose(found["digits"][run], np.mean(right, axis=0))
    assert found["entropy"].shape == (2, SHAPE.layers)


def test_what_is_told_as_pause_tokens_does_not_depend_on_being_right():
    """A network asked with pause tokens writes only the answer: what was given stays as it is."""
    problems = rows(PROBLEMS, "pauses")
    hidden = problems.test.copy()
    hidden[:, -4:] = FIRST_DIGIT
    network = initial(SHAPE, (0,))
    one, other = (
        digit_training.answers(SHAPE, network, asked, problems.answer).written
        for asked in (problems.test, hidden)
    )
    assert one.shape[-1] == 4
    np.testing.assert_array_equal(one, other)


def test_entropy_is_that_of_the_centred_unit_states_of_each_problem():
    network, problems = initial(SHAPE, (5,)), rows(first(PROBLEMS, 6), "pauses")
    found = scored(SHAPE, network, problems, 4)["entropy"][0]
    with torch.no_grad():
        seen = states(SHAPE, network, torch.tensor(problems.test[None, :, :-1]), causal=True)
    for layer, values in enumerate(seen):
        each = []
        for tokens in values[0].double().numpy():
            centred = tokens - tokens.mean(axis=0)
            units = centred / np.linalg.norm(centred, axis=1, keepdims=True)
            p = np.linalg.svd(units, compute_uv=False) ** 2 / len(units)
            p = p[p > 1e-12]
            each.append(-(p * np.log(p)).sum() / np.log(len(units)))
        assert found[layer] == pytest.approx(np.mean(each), abs=1e-6)


def test_networks_side_by_side_score_as_those_alone():
    arm = Arm(between="pauses")
    found = [
        measured(arm, PROBLEMS, replace(TRAINING, beside=beside), (3, 4, 5), None, lambda _share: None)
        for beside in (3, 1)
    ]  # fmt: skip
    np.testing.assert_allclose(found[0]["loss"], found[1]["loss"], rtol=1e-3)
    assert found[0]["exact"].shape == (3,)


def test_a_killed_run_goes_on_and_gives_the_same_numbers(tmp_path):
    arm = arms(SHAPE, 1.0, 0.004)[3]

    def stop(share):
        if share > 0.7:
            raise KeyboardInterrupt

    ask = (arm, PROBLEMS, TRAINING, (0, 1, 2))
    straight = measured(*ask, None, lambda _share: None)
    with pytest.raises(KeyboardInterrupt):
        measured(*ask, tmp_path, stop)
    assert {path.suffix for path in tmp_path.iterdir()} == {".npz", ".pt"}
    told = []
    again = measured(*ask, tmp_path, told.append)
    # The first two networks were finished, and the third was begun.
    assert told[0] == pytest.approx(0.5)
    assert told[1] > 0.7
    for name, value in straight.items():
        np.testing.assert_array_equal(value, again[name])
    assert {path.suffix for path in tmp_path.iterdir()} == {".npz"}
