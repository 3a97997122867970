"""A run is told in sentences that a stranger can read alone, and that state the result."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from probes import registry
from probes.sentences import Wording, plain
from probes.types import Judgement, ModelRecord, Result

RECORD = ModelRecord(id="tiny-7B", revision="0", quantisation="none", parameters=7_000_000_000)
EVERY = pytest.mark.parametrize("name", registry.names())
RUNS = sorted((Path(__file__).parents[2] / "corpus" / "evidence").glob("*/result.json"))
# A finding should have about 35 words; a control that changes a long finding may add some.
LONGEST = 45


def told(name, outcome):
    probe = registry.parsed(name)
    result = probe.conclude(probe.specimens()[outcome], RECORD).result
    return probe.sentences(result), result


@EVERY
@pytest.mark.parametrize("outcome", ["supported", "refuted", "inconclusive"])
def test_a_finding_names_the_model_the_units_the_interval_and_the_outcome(name, outcome):
    found, result = told(name, outcome)
    assert RECORD.id in found.finding or "7000M-parameter networks" in found.finding
    assert "95 % interval" in found.finding
    assert str(result.n) in found.finding or "runs each" in found.finding
    said = {"supported": "95 % interval", "refuted": ": refuted", "inconclusive": "not decided"}
    assert said[outcome] in found.finding
    assert found.finding.endswith(".")


@EVERY
def test_every_control_has_words_of_its_own_that_name_the_model(name):
    found, result = told(name, "supported")
    assert list(found.controls) == list(result.control)
    assert set(result.control) <= set(registry.parsed(name).wording().contrasts)
    for sentence in found.controls.values():
        assert RECORD.id in sentence or "7000M-parameter networks" in sentence
        assert sentence.endswith(").")
        assert "control" not in sentence


@EVERY
def test_caveats_are_whole_sentences_and_the_record_keeps_them(name):
    probe = registry.parsed(name)
    caveats = probe.caveats(RECORD)
    assert all(caveat[0].isupper() and caveat.endswith(".") for caveat in caveats)
    assert told(name, "refuted")[1].caveat == " ".join(caveats)


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.parent.name)
def test_the_findings_of_the_bundled_runs_are_short(path):
    result = Result.from_json(json.loads(path.read_text("utf-8")))
    found = registry.parsed(result.probe, result.parameters).sentences(result)
    assert len(found.finding.split()) <= LONGEST
    assert len(set(found.controls.values())) == len(found.controls)


def valley(**outcomes):
    """The finding of a valley whose controls are as they are named, all others as the finding."""
    probe = registry.parsed("layer_valley")
    specimens = probe.specimens()
    arrays = dict(specimens["supported"])
    for key in ("untrained", "shuffled", "gaussian"):  # these foils have no valley
        arrays[f"entropy_{key}"] = specimens["refuted"]["entropy"]
    arrays |= {f"entropy_{key}": specimens[kind]["entropy"] for key, kind in outcomes.items()}
    return probe.sentences(probe.conclude(arrays, RECORD).result).finding


def test_the_finding_names_the_first_control_that_changes_what_it_means():
    assert "but" not in valley()
    assert ", but not without the first token (-0." in valley(without_first="refuted")
    assert "but without the first token it is not decided" in valley(without_first="inconclusive")
    assert ", but also in an untrained twin (" in valley(untrained="supported")
    both = valley(without_massive_dimensions="refuted", shuffled="supported")
    assert "but not without massive dimensions" in both
    assert "shuffled" not in both


def test_a_control_that_a_run_of_an_earlier_version_lacks_is_told_as_that():
    probe = registry.parsed("logit_lens")
    arrays = {k: v for k, v in probe.specimens()["supported"].items() if k != "kl_untrained"}
    result = probe.conclude(arrays, RECORD).result
    found = probe.sentences(result)
    assert result.outcome == "supported, but not decided in an untrained twin"
    assert found.finding.endswith(", but in an untrained twin it is not measured.")
    assert (
        "(random weights), it is not measured whether" in found.controls["with untrained weights"]
    )


def test_no_sentence_tells_an_explained_effect_as_plain_support():
    """Whatever control explains it, the finding ends with that control."""
    for name in registry.names():
        probe = registry.parsed(name)
        result = probe.conclude(probe.specimens()["supported"], RECORD).result
        contrasts = probe.wording().contrasts
        for control, shown in result.control.items():
            spoilt = {
                "foil": replace(shown, effect=result.effect, interval=result.interval),
                "twin": replace(shown, verdict="refuted", effect=-1.0, interval=(-1.0, -1.0)),
                "also": replace(shown, verdict="refuted", effect=-1.0, interval=(-1.0, -1.0)),
            }.get(contrasts[control].kind)
            if spoilt is None:
                continue
            weighed = probe.weighed(
                replace(result, control={**result.control, control: spoilt}, alone="supported")
            )
            assert weighed.verdict == "inconclusive"
            assert weighed.outcome.startswith("supported, but ")
            assert weighed.explained_by.endswith(".")
            assert ", but " in probe.sentences(weighed).finding


def test_a_refuted_claim_says_where_it_holds():
    probe = registry.parsed("block_influence")
    specimens = probe.specimens()
    arrays = {
        **specimens["refuted"],
        "influence_untrained": specimens["supported"]["influence"],
    }
    finding = probe.sentences(probe.conclude(arrays, RECORD).result).finding
    assert ": refuted, but in an untrained twin it holds (" in finding


def test_a_model_is_told_with_its_size_once():
    probe = registry.parsed("layer_valley")
    arrays = probe.specimens()["refuted"]
    small = ModelRecord(id="mini", revision="0", quantisation="none", parameters=22_713_216)
    assert (
        "On mini (23M parameters, 20 prompts)"
        in probe.sentences(probe.conclude(arrays, small).result).finding
    )
    assert (
        "On tiny-7B (20 prompts)" in probe.sentences(probe.conclude(arrays, RECORD).result).finding
    )


def test_the_lowest_dime_at_the_last_layer_is_no_comparison():
    probe = registry.parsed("metric_predicts_task")
    arrays = dict(probe.specimens()["supported"])
    arrays["metrics"] = np.repeat(
        np.linspace(1, 0, arrays["metrics"].shape[1])[None], len(arrays["metrics"]), axis=0
    )
    finding = probe.sentences(probe.conclude(arrays, RECORD).result).finding
    assert "chooses the last layer itself" in finding
    assert "not decided" in finding


def test_a_question_of_the_readers_own_is_told_by_what_its_trace_led_to():
    probe = registry.parsed("subthought_mode", {"question": "What is 2 + 2?"})
    result = told("subthought_mode", "supported")[1]
    story = {"question": "What is 2 + 2?", "last": "5", "mode": "4"}
    found = probe.sentences(replace(result, prompts={"opened": story}))
    assert "“What is 2 + 2?” ends in 5" in found.finding
    assert "most frequent subthought answer is 4" in found.finding


def test_a_run_of_an_unknown_probe_is_told_from_its_record():
    result = replace(told("layer_valley", "refuted")[1], probe="gone")
    found = plain(result)
    assert "is refuted (" in found.finding
    assert RECORD.id in found.finding
    assert list(found.controls) == list(result.control)
    assert all("of gone is " in sentence for sentence in found.controls.values())


def test_figures_have_no_negative_zero_and_intervals_run_upwards():
    wording = Wording(
        units="traces", holds="a", fails="b", unit="at {}", shown=lambda e: 0.5 - e, form="{:.0%}"
    )
    judged = Judgement(verdict="refuted", effect=-0.4, interval=(-0.5, -0.3), n=9)
    assert wording.numbers(judged) == "at 90%, 95 % interval 80% to 100%"
    assert Wording(units="", holds="", fails="", unit="{}").figure(-0.0001) == "0.000"
    assert Wording(units="", holds="", fails="", unit="{}").figure(-0.25) == "-0.250"
