"""The probes of layers and tasks run on small networks, give the same twice, and report what they found."""

import json
from functools import cache

import numpy as np
import pytest

from probes import registry
from probes.errors import ProbeError
from probes.layers import layer_tasks
from probes.models import laboratory
from probes.runs import evidence

SMALL = {
    "layer_task": {"count": 12, "max_tokens": 24},
    "metric_predicts_task": {"count": 12, "prompts": 10, "max_tokens": 24},
    "objective_or_architecture": {
        "steps": 8, "runs": 6, "width": 16, "blocks": 3, "batch": 2, "length": 24,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(decoder, tmp_path_factory):
    """A small run of a probe and the shares that it told, made when it is first asked for."""

    def run(name):
        probe = registry.build(name, {"model": str(decoder), **SMALL[name]})
        lab, told = laboratory.Laboratory(cache=tmp_path_factory.mktemp(name)), []
        return probe.run(lab, lambda share, _message: told.append(share)), told

    return cache(run)


@pytest.mark.parametrize("name", SMALL)
def test_it_runs_twice_alike_and_becomes_evidence(name, ran, decoder, tmp_path):
    probe = registry.build(name, {"model": str(decoder), **SMALL[name]})
    first, told = ran(name)
    second = probe.run(laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    for key, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[key])
    kept = evidence.save(first, tmp_path)
    assert kept.n + kept.missing == len(probe.effect(first.arrays))
    again = probe.judge(evidence.arrays(tmp_path, kept.id))
    assert (again.verdict, again.effect) == (kept.alone, kept.effect)


@pytest.mark.parametrize("name", ["layer_task", "metric_predicts_task"])
def test_tasks_of_the_reader_are_taken(name, decoder, tmp_path):
    path = tmp_path / "tasks.json"
    layer_tasks.write(path, layer_tasks.own_tasks()[:2])
    probe = registry.build(name, {"model": str(decoder), **SMALL[name], "tasks": str(path)})
    run = probe.run(laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None)
    assert len(run.arrays["names"]) == 2
    assert run.result.n == 24
    with pytest.raises(ProbeError, match="cannot read tasks"):
        registry.build(name, {"tasks": str(tmp_path / "none.json")}).choose(())


def test_gain_of_noise_is_no_gain():
    """Chosen and scored on the same items, the best of 29 layers of noise would win clearly."""
    probe = registry.build("layer_task")
    scores = np.random.default_rng(0).standard_normal((300, 31))
    arrays = {"scores": scores, "task": np.repeat([0, 1, 2], 100)}
    assert probe.judge(arrays).verdict == "inconclusive"


def test_arms_start_from_the_same_weights(ran):
    """So before training decoder and masked network differ by the attention mask alone."""
    run, _ = ran("objective_or_architecture")
    entropy = run.arrays["entropy"]
    assert entropy.shape == (3, 5, 6, 4)
    np.testing.assert_allclose(entropy[0, 0, :, 0], entropy[1, 0, :, 0], atol=1e-12)
    assert (run.arrays["loss"][:, -1] < run.arrays["loss"][:, 0]).all()
    assert run.result.model.parameters > 0
    assert json.loads(run.figure.to_json())["layout"]["meta"]["alt"]


def test_width_must_fit_the_heads(tmp_path):
    probe = registry.build("objective_or_architecture", {"width": 40})
    with pytest.raises(ProbeError, match="multiple of 16, not 40"):
        probe.run(laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None)
