"""A finished run becomes a citable source, and answers propose the probes their sources ask for."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, laboratory
from assistant.library import Library
from probes import registry
from probes.types import Claim, Judgement, ModelRecord, Result


def result(identity: str, probe: str = "layer_valley", verdict: str = "refuted") -> Result:
    return Result(
        id=identity, probe=probe, parameters={}, seed=0, versions={}, seconds=1.0, n=12, unit="nats",
        model=ModelRecord(id="tiny", revision="0", quantisation="none", parameters=1_000_000),
        claim=Claim(text="Models compress.", source="a paper", effect="difference", unit="nats"),
        verdict=verdict, effect=-0.25, interval=(-0.5, 0.0), summary="There is no valley here.",
        caveat="One tiny model.", created="2026-01-01T00:00:00+00:00",
        control={"shuffled": Judgement(verdict="refuted", effect=-0.1, interval=(-0.2, 0.0), n=12)},
    )  # fmt: skip


def test_a_run_says_what_it_found_and_on_what():
    source = laboratory.as_source(result("layer_valley-00000000-1"))
    assert source.kind == "evidence"
    assert "refuted" in source.claim
    assert "-0.250 nats" in source.claim
    assert "tiny" in source.claim
    assert source.claim in source.text
    assert "There is no valley here." in source.text


def test_a_record_gives_the_claim_in_words():
    record = laboratory.record(result("layer_valley-00000000-1"))
    assert record["claim"] == "Models compress."
    assert record["claim_record"]["source"] == "a paper"


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path) as opened:
        yield opened


def bearing(library: Library, question: str, near, without=(), most=4):
    return laboratory.bearing(library, question, near, lambda key: key not in without, most)


def put(library: Library, *runs: Result) -> None:
    for run in runs:
        source = laboratory.as_source(run)
        library.put(source, [])


def test_stored_evidence_bears_on_the_sources_that_ask_for_its_probe(reading_list: Path, library):
    near = [Assistant.open(reading_list).source("layer-by-layer")]
    put(
        library,
        result("layer_valley-00000000-1"),
        result("subthought_mode-00000000-1", "subthought_mode"),
    )
    cited, experiments = bearing(library, "Is there an entropy valley?", near)
    assert [witness.source.key for witness in cited] == ["layer_valley-00000000-1"]
    assert experiments[0].probe == "layer_valley"
    assert experiments[0].evidence == ("layer_valley-00000000-1",)
    for witness in cited:
        for quote in witness.quotes:
            assert witness.source.text[quote.start : quote.end] == quote.text


def test_a_run_of_this_machine_is_cited_before_a_newer_one_of_another(reading_list: Path, library):
    near = [Assistant.open(reading_list).source("layer-by-layer")]
    own, brought = result("layer_valley-00000000-1"), result("layer_valley-00000000-2")
    newer = "2026-02-01T00:00:00+00:00"
    put(library, own, replace(brought, created=newer, brought_from="/list", verdict="supported"))
    question = "Is there an entropy valley?"
    cited, experiments = bearing(library, question, near)
    assert [witness.source.key for witness in cited] == [own.id]
    assert experiments[0].evidence == (own.id, brought.id)
    assert experiments[0].why.endswith(
        "earlier runs: refuted on tiny, on another machine supported on tiny"
    )
    cited, experiments = bearing(library, question, near, without={own.id})
    assert [witness.source.key for witness in cited] == [brought.id]
    assert experiments[0].evidence == (own.id, brought.id)


def test_the_latest_own_runs_come_before_what_was_brought_and_the_others_after(
    reading_list, library
):
    near = [Assistant.open(reading_list).source("layer-by-layer")]
    question = "Do intermediate layers give better features than the last layer?"

    def run(probe, day, **changed):
        created = f"2026-01-0{day}T00:00:00+00:00"
        return replace(result(f"{probe}-00000000-1", probe), created=created, **changed)

    beside = [run("block_influence", 1), run("extreme_inputs", 3), run("logit_lens", 2)]
    put(library, *beside, run("layer_task", 4, brought_from="/list"))

    def cited(most):
        found, _ = bearing(library, question, near, most=most)
        return [witness.source.metadata["probe"] for witness in found]

    assert cited(1) == ["extreme_inputs"]
    assert cited(3) == ["extreme_inputs", "logit_lens", "layer_task"]
    assert cited(4) == ["extreme_inputs", "logit_lens", "block_influence", "layer_task"]
    put(library, replace(run("layer_task", 1), id="layer_task-00000000-2"))
    assert cited(1) == ["layer_task"]


def test_what_was_brought_is_cited_only_where_its_probe_tests_a_source_and_speaks_of_the_question(
    reading_list, library
):
    notes = Assistant.open(reading_list)
    brought = replace(result("block_influence-00000000-1", "block_influence"), brought_from="/list")
    put(library, brought)

    def cites(question, *near):
        found, offered = bearing(library, question, [notes.source(key) for key in near])
        assert brought.probe in {experiment.probe for experiment in offered}
        return [witness.source.key for witness in found] == [brought.id]

    head_on = "Do deeper blocks change the hidden states less than earlier ones?"
    assert cites(head_on, "shortgpt")
    assert not cites("Do middle layers give better features than the last layer?", "shortgpt")
    assert "massive-activations" not in registry.get(brought.probe).sources
    assert not cites("Which few activations dominate a hidden state?", "massive-activations")


def test_a_run_of_another_machine_tells_no_pace_and_is_not_run_here_yet(reading_list, library):
    first = _estimates(reading_list, library)
    put(library, replace(_timed("layer_valley", 1, 9.0), brought_from="/list"))
    assert _estimates(reading_list, library) == first
    near = [Assistant.open(reading_list).source("layer-by-layer")]
    offered = bearing(library, "Is there an entropy valley?", near)[1]
    assert "not run here yet, but on another machine refuted on tiny" in offered[0].why


def test_evidence_under_a_former_name_is_still_cited(reading_list: Path, library):
    near = [Assistant.open(reading_list).source("layer-by-layer")]
    put(library, result("layer_entropy-00000000-1", "layer_entropy"))
    cited, _ = bearing(library, "Is there an entropy valley?", near)
    assert [witness.source.key for witness in cited] == ["layer_entropy-00000000-1"]
    assert registry.get("layer_entropy") is registry.get("layer_valley")


def _estimates(reading_list, library):
    near = [Assistant.open(reading_list).source("layer-by-layer")]
    question = "Do intermediate layers give better features than the last layer?"
    return {e.probe: e.seconds for e in bearing(library, question, near)[1]}


def _timed(probe: str, number: int, pace: float, **parameters) -> Result:
    built = registry.build(probe, parameters)
    run = result(f"{probe}-00000000-{number}", probe)
    seconds = pace * built.cost()
    created = f"2026-01-0{number}T00:00:00+00:00"
    return replace(run, parameters=built.parameters(), seconds=seconds, created=created)


def test_a_run_is_estimated_at_the_pace_of_earlier_ones_on_this_machine(reading_list, library):
    usual = {name: round(registry.build(name).cost(), 1) for name in registry.names()}
    first = _estimates(reading_list, library)
    assert first.items() <= usual.items()
    put(library, _timed("layer_valley", 1, 4.0), _timed("layer_valley", 2, 0.5))
    put(library, _timed("layer_task", 3, 2.0))
    now = _estimates(reading_list, library)
    assert now["layer_valley"] == pytest.approx(0.5 * usual["layer_valley"], abs=0.1)
    assert now["layer_task"] == pytest.approx(2.0 * usual["layer_task"], abs=0.1)
    rest = now.keys() - {"layer_valley", "layer_task"}
    assert rest
    for name in rest - {"objective_or_architecture"}:  # it loads no model
        assert now[name] == pytest.approx(2.0 * usual[name], abs=0.1)


def test_a_short_run_one_on_another_model_and_one_of_old_parameters_tell_no_pace(
    reading_list, library
):
    first = _estimates(reading_list, library)
    short = _timed("layer_valley", 1, 9.0, count=8, max_tokens=16)
    other = _timed("layer_valley", 2, 9.0, model="minilm")
    old = replace(_timed("layer_valley", 3, 9.0), parameters={"model": "smollm2", "gone": 1})
    put(library, short, other, old)
    assert _estimates(reading_list, library) == first


def test_nothing_is_proposed_for_sources_that_ask_for_no_experiment(reading_list: Path, library):
    near = [Assistant.open(reading_list).source("beit")]
    assert bearing(library, "What is BEiT?", near)[1] == []


def test_the_answer_on_layers_offers_every_experiment_on_layers(reading_list: Path):
    found = Assistant.open(reading_list).ask(
        "Do intermediate layers give better features than the last layer?"
    )
    offered = {experiment.probe for experiment in found.experiments}
    assert offered >= {
        name for name in registry.names() if "layer_metrics" in registry.get(name).families
    }


def test_the_answer_on_subthoughts_offers_its_experiments_and_cites_voting(reading_list: Path):
    found = Assistant.open(reading_list).ask(
        "Can intermediate reasoning points yield better answers than final ones?"
    )
    assert "subthought_mode" in {experiment.probe for experiment in found.experiments}
    assert {"subthoughts", "self-consistency"} <= {source.key for source in found.sources}
