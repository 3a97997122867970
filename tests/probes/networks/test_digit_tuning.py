import numpy as np
import torch

from probes.networks import digit_tasks, digit_training
from probes.networks.digit_tuning import Tuning, tuned
from probes.networks.small_networks import Shape

SHAPE = Shape(kind="transformer", width=16, blocks=1)
PROBLEMS = digit_tasks.problems("+", 1, 20, seed=0)


def _base():
    return digit_training.learnt(SHAPE, PROBLEMS, (0,), steps=60, batch=32)


def test_reward_alone_raises_what_is_rewarded():
    base = _base()
    tuning = Tuning(method="policy gradient", steps=60, batch=16, rate=3e-3)
    network = tuned(SHAPE, base, PROBLEMS, (1,), tuning)
    wanted = PROBLEMS.train[:, -PROBLEMS.answer :] - digit_tasks.FIRST_DIGIT

    def rewarded(of):
        """The reward to be expected of a sampled digit."""
        told = digit_training.answers(SHAPE, of, PROBLEMS.train, PROBLEMS.answer).probabilities
        return float(np.take_along_axis(told, wanted[None, ..., None], axis=-1).mean())

    assert rewarded(network) > rewarded(base) + 0.05


def test_the_base_stays_as_it_is_and_only_what_may_change_does():
    base = _base()
    before = {name: value.clone() for name, value in base.items()}
    only = {
        name: torch.zeros_like(value).expand(2, *value.shape[1:]).clone()
        for name, value in base.items()
    }
    only["0.up"][:, 0] = 1.0
    for method in ("supervised", "policy gradient"):
        tuning = Tuning(method=method, steps=3, batch=8, rate=1e-2)
        network = tuned(SHAPE, base, PROBLEMS, (1, 2), tuning, only=only)
        for name, value in network.items():
            torch.testing.assert_close(base[name], before[name], rtol=0, atol=0)
            moved = value != base[name]
            assert not (moved & (only[name] == 0)).any()
        assert (network["0.up"] != base["0.up"]).any()


def test_the_same_call_gives_the_same():
    tuning = Tuning(method="policy gradient", steps=2, batch=4, rate=1e-3)
    first, second = (tuned(SHAPE, _base(), PROBLEMS, (1, 2), tuning) for _ in range(2))
    for name, value in first.items():
        torch.testing.assert_close(value, second[name], rtol=0, atol=0)
