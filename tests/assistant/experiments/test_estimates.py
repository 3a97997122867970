"""The estimate of a run's time follows its parameters, and the starting and working times of earlier runs."""

from dataclasses import replace

import pytest

from assistant.experiments.estimates import estimate, pace
from probes import registry
from probes.errors import UsageError
from tests.assistant.experiments.runs import put, result


def timed(probe, number, speed, startup=0.0, **parameters):
    """A run that worked at this pace; `startup` is what it measured of its start."""
    built = registry.build(probe, parameters)
    cost = built.cost()
    run = result(f"{probe}-00000000-{number}", probe)
    return replace(
        run, parameters=built.parameters(), startup=startup,
        seconds=(startup or cost.startup) + speed * cost.work, created=f"2026-01-0{number}T00:00:00+00:00",
    )  # fmt: skip


@pytest.mark.parametrize("name", registry.names())
def test_without_runs_it_is_what_the_probe_expects(library, name):
    cost = registry.build(name).cost()
    assert estimate(library, name, {}) == pytest.approx(cost.seconds, abs=0.1)
    assert cost.startup > 0
    assert cost.work > 0


@pytest.mark.parametrize("name", [n for n in registry.names() if n != "objective_or_architecture"])
def test_it_follows_the_count_and_start_up_does_not(library, name):
    usual = registry.build(name).parameters()["count"]
    few, many = (registry.build(name, {"count": n}).cost() for n in (usual, 2 * usual))
    assert many.startup == few.startup
    assert many.work > few.work
    assert estimate(library, name, {"count": 2 * usual}) > estimate(library, name, {})


def test_the_newest_run_of_a_probe_tells_its_pace_and_the_others_that_of_the_rest(library):
    cost = {
        name: registry.build(name).cost() for name in ("layer_valley", "layer_task", "logit_lens")
    }
    put(library, timed("layer_valley", 1, 4.0), timed("layer_valley", 2, 0.5))
    put(library, timed("layer_task", 3, 2.0))
    for name, speed in (("layer_valley", 0.5), ("layer_task", 2.0), ("logit_lens", 2.0)):
        expected = cost[name].startup + speed * cost[name].work
        assert estimate(library, name, {}) == pytest.approx(expected, abs=0.1)


def test_start_up_is_not_taken_for_work(library):
    slow_start = timed("layer_valley", 1, 1.0, startup=40.0)
    assert pace(slow_start) == pytest.approx(1.0, abs=0.01)
    put(library, slow_start)
    cost = registry.build("layer_valley").cost()
    assert estimate(library, "layer_valley", {}) == pytest.approx(40 + cost.work, abs=0.1)
    put(library, timed("layer_valley", 2, 1.0, startup=3.0))
    assert estimate(library, "layer_valley", {}) == pytest.approx(3 + cost.work, abs=0.1)


def test_short_runs_others_models_old_parameters_and_other_machines_tell_no_pace(library):
    first = estimate(library, "layer_valley", {})
    short = timed("layer_valley", 1, 9.0, count=8, max_tokens=16)
    other = timed("layer_valley", 2, 9.0, model="minilm")
    old = replace(timed("layer_valley", 3, 9.0), parameters={"model": "smollm2", "gone": 1})
    brought = replace(timed("layer_valley", 4, 9.0, startup=90.0), brought_from="/list")
    put(library, short, other, old, brought)
    assert estimate(library, "layer_valley", {}) == first


def test_a_wrong_parameter_is_one_line_and_no_estimate(library):
    with pytest.raises(UsageError, match="count must be at least 6, not 2"):
        estimate(library, "layer_valley", {"count": "2"})
