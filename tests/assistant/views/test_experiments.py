"""The bench shows experiments that can be made, those that run and those that are done."""

from dataclasses import replace

from assistant.types import (
    Experiment,
)
from assistant.views import experiments
from probes import registry
from probes.runs.jobs import JobStatus
from tests.assistant.views.drawn import a_result


def test_two_cards_are_shown_at_once_and_one_that_runs_is_never_hidden():
    def card(name):
        shown = Experiment(probe=name, claim="c", why="w", parameters={}, seconds=1.0)
        return shown, {"question": name, "parameters": []}

    cards = [card(name) for name in ("p", "q", "r", "s")]
    page = experiments.bench(cards, {}, {}, "", {}, 2)
    above, fold = page.split("<summary>More experiments (2)</summary>")
    assert [above.count(f'data-probe="{name}"') for name in "pqrs"] == [1, 1, 0, 0]
    assert [fold.count(f'data-probe="{name}"') for name in "pqrs"] == [0, 0, 1, 1]
    job = JobStatus(
        id="j1", probe="s", state="running", fraction=0.4, message="", evidence=None, seconds=2.0
    )
    above, fold = experiments.bench(cards, {"s": job}, {}, "", {}, 2).split("<summary>More exp")
    assert 'data-do="halt"' in above
    assert 'data-probe="r"' in fold


def test_a_card_says_how_long_a_run_takes_and_the_least_a_parameter_may_be():
    card = Experiment(
        probe="layer_valley", claim="c", why="tests “A”; not run here yet", parameters={},
        seconds=60.0,
    )  # fmt: skip
    shown = experiments.bench([(card, registry.describe("layer_valley"))], {}, {}, "Why?", {})
    assert 'data-estimate="layer_valley">about a minute here<' in shown
    assert "a whole number, at least 6; number of prompts" in shown
    assert "a whole number, 1 to 8; number of tokens left out at the start" in shown


def test_a_running_experiment_can_be_stopped_and_a_finished_one_asked_with():
    job = JobStatus(
        id="j1", probe="p", state="running", fraction=0.4, message="prompts", evidence=None,
        seconds=2.0,
    )  # fmt: skip
    running = experiments.bench([], {"p": job}, {}, "Why?", {})
    assert 'data-do="halt" data-job="j1"' in running
    assert 'value="0.400"' in running
    finding = experiments.Finding(result=a_result(), svg=b"<svg/>", alt="a line")
    over = replace(job, state="done", evidence=finding.result.id)
    done = experiments.bench([], {"p": over}, {finding.result.id: finding}, "Why?", {})
    assert "Ask again with this evidence" in done
    assert 'data-question="Why?"' in done
    assert "refuted" in done
    assert 'alt="a line"' in done
    assert "a line" in experiments.record(finding)


def test_a_run_that_cannot_be_shown_hides_no_other():
    job = JobStatus(
        id="j1", probe="p", state="done", fraction=1.0, message="done", evidence="p-1", seconds=2.0,
    )  # fmt: skip
    other = replace(job, probe="q", evidence="q-1")
    finding = experiments.Finding(result=a_result(), svg=b"<svg/>", alt="a line")
    found = {"p-1": "evidence p-1 is damaged", "q-1": finding}
    shown = experiments.bench([], {"p": job, "q": other}, found, "Why?", {})
    assert "evidence p-1 is damaged" in shown
    assert 'alt="a line"' in shown
