"""A finished run becomes a source whose sentences stand alone, and is written again when the wording changes."""

import json
from dataclasses import replace

import pytest

from assistant import Assistant, upkeep
from assistant.experiments import sources
from assistant.experiments.sources import absorb, as_source, passages, record
from assistant.experiments.stored import WORDING, WORDING_FACT, outcome, said
from assistant.pages.statements import statements
from assistant.search.index import passage_sentences
from assistant.text.prose import stands_alone
from probes import registry
from probes.runs import evidence
from probes.types import Judgement, ModelRecord
from tests.assistant.experiments.runs import result

MODEL = ModelRecord(id="tiny", revision="0", quantisation="none", parameters=1_000_000)


def test_a_run_says_first_what_it_found_and_on_what():
    source = as_source(result("layer_valley-00000000-1"))
    assert source.kind == "evidence"
    assert source.text.startswith(source.claim)
    assert "On tiny (1M parameters, 12 prompts)" in source.claim
    assert "refuted" in source.claim
    assert "-0.250" in source.claim


def test_the_sentences_of_a_run_have_roles_and_make_up_its_text():
    source = as_source(result("layer_valley-00000000-1"))
    found = list(said(source))
    assert [one.role for one in found] == ["finding", "control", *["caveat"] * 4, "claim"]
    assert "\n\n".join(one.text for one in found) == source.text
    assert [p.text for p in passages(source)] == [one.text for one in found]
    assert "the control “odd” of layer_valley is refuted" in found[1].text


def test_a_record_of_an_earlier_version_is_not_told_as_plain_support():
    """The untrained twin of this run shows what it found: no version may cite it without that."""
    old = replace(
        result("layer_valley-00000000-1", verdict="supported"), outcome="", effect=0.25,
        interval=(0.2, 0.3),
        control={
            "with untrained weights": Judgement(
                verdict="supported", effect=0.5, interval=(0.4, 0.6), n=12
            )
        },
    )  # fmt: skip
    source = as_source(old)
    assert source.metadata["verdict"] == "inconclusive"
    assert source.metadata["outcome"] == outcome(source)
    assert outcome(source) == "supported, but explained by the untrained architecture"
    assert source.claim.endswith(", but also in an untrained twin (0.500).")


def test_a_run_of_an_unknown_probe_or_of_old_parameters_is_told_from_its_record():
    old = replace(result("layer_valley-00000000-1"), parameters={"old": 1})
    for made in (result("gone-00000000-1", "gone"), old):
        found = list(said(as_source(made)))
        assert "the claim “Models compress” is refuted" in found[0].text
        caveats = [one.text for one in found if one.role == "caveat"]
        assert caveats == ["One tiny model.", "It says little."]


def test_a_run_of_another_machine_says_so_in_a_caveat():
    source = as_source(replace(result("layer_valley-00000000-1"), brought_from="/list"))
    title = registry.get("layer_valley").question
    told = f"The run of “{title}” on tiny was made on another machine"
    assert any(told in s.text for s in said(source) if s.role == "caveat")


def test_every_sentence_of_the_bundled_runs_is_one_and_can_be_quoted_alone(reading_list):
    stored = Assistant.open(reading_list).library.sources("evidence")
    assert stored
    for source in stored:
        for one in said(source):
            if one.role != "claim":
                assert len(passage_sentences(one.text)) == 1, one.text
                assert stands_alone(one.text), one.text


def test_statements_of_a_run_are_its_sentences_without_the_claim_under_test(reading_list):
    for source in Assistant.open(reading_list).library.sources("evidence"):
        parts = {"finding": "claim", "control": "control", "caveat": "caveat"}
        wanted = [(parts[one.role], one.text) for one in said(source) if one.role in parts]
        assert [(s.part, s.text) for s in statements(source)] == wanted


def test_runs_in_another_wording_are_told_anew_and_the_others_left(library, tmp_path, monkeypatch):
    probe = registry.build("layer_valley")
    made = evidence.save(probe.conclude(probe.specimens()["refuted"], MODEL), tmp_path)
    assert absorb(library, tmp_path) == 1
    told = library.get(made.id)
    assert library.fact(WORDING_FACT) == WORDING
    assert absorb(library, tmp_path) == upkeep.absorb(library) == 0
    library.put(replace(told, text="Other words.", metadata={}), [])
    library.set_fact(WORDING_FACT, "an earlier one")
    assert upkeep.absorb(library) == 1
    assert library.get(made.id) == told
    assert library.fact(WORDING_FACT) == WORDING
    monkeypatch.setattr(sources, "as_source", pytest.fail)
    assert absorb(library, tmp_path) == 0


def test_a_damaged_run_is_no_source_and_stops_no_other(library, tmp_path):
    probe = registry.build("layer_valley")
    first, second = (
        evidence.save(probe.conclude(probe.specimens()[outcome], MODEL), tmp_path)
        for outcome in ("refuted", "supported")
    )
    (tmp_path / "evidence" / first.id / "result.json").write_text("{", "utf-8")
    absorb(library, tmp_path)
    assert library.keys("evidence") == {second.id}


def test_a_record_gives_the_claim_in_words():
    found = record(result("layer_valley-00000000-1"))
    assert found["claim"] == "Models compress."
    assert found["claim_record"]["source"] == "a paper"
    assert json.dumps(found)
