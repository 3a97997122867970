import json
from dataclasses import replace

import numpy as np
import pytest

from probes import registry
from probes.probe import digest, versions
from probes.types import Judgement, ModelRecord, Result

RECORD = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)


@pytest.fixture
def probe():
    return registry.build("layer_valley", {"seed": 3})


def test_a_conclusion_is_the_judgement_of_its_arrays(probe):
    arrays = probe.specimens()["refuted"]
    result = probe.conclude(arrays, RECORD).result
    judged = probe.judge(arrays)
    assert (result.verdict, result.effect, result.interval, result.n) == (
        judged.verdict,
        judged.effect,
        judged.interval,
        judged.n,
    )
    assert result.seed == 3
    assert result.probe == "layer_valley"


def test_an_effect_that_goes_with_the_first_token_is_not_plainly_supported(probe):
    arrays = dict(probe.specimens()["supported"])
    arrays["entropy_without_first"] = probe.specimens()["refuted"]["entropy"]
    result = probe.conclude(arrays, RECORD).result
    assert (result.alone, result.verdict) == ("supported", "inconclusive")
    assert result.outcome == result.shown == "supported, but explained by the first token"
    assert result.control["without the first token"].verdict == "refuted"
    assert result.explained_by.startswith(
        "On none without the first token of each prompt, nothing of the effect is left (depth -"
    )
    assert result.summary.startswith("Supported, but explained by the first token: ")
    assert "What the controls mean: " in result.summary
    assert "but not without the first token" in probe.sentences(result).finding


def test_an_effect_that_no_control_shows_is_plainly_supported(probe):
    result = probe.conclude(probe.specimens()["supported"], RECORD).result
    assert (result.verdict, result.outcome, result.explained_by) == ("supported", "supported", "")


def test_a_claim_about_autoregressive_models_is_not_applied_to_others(probe):
    arrays = dict(probe.specimens()["supported"]) | {"autoregressive": np.array([False])}
    result = probe.conclude(arrays, RECORD).result
    assert (result.alone, result.verdict) == ("supported", "inconclusive")
    assert result.outcome == "not applicable"
    assert result.summary.startswith("Not applicable: The claim is about autoregressive models")
    assert "the claim is about autoregressive models" in probe.sentences(result).finding


def test_a_record_of_an_earlier_version_is_weighed_by_its_controls(probe):
    arrays = dict(probe.specimens()["supported"])
    arrays["entropy_untrained"] = arrays["entropy"]
    result = probe.conclude(arrays, RECORD).result
    old = replace(result, alone="", outcome="", explained_by="", verdict="supported")
    assert old.shown == "supported"
    bare = probe.weighed(replace(old, control={}))
    assert bare.outcome == "supported, but not decided without the first token"
    small = probe.weighed(replace(old, effect=0.01, interval=(0.005, 0.015)))
    assert small.outcome == "refuted"
    assert probe.weighed(old).outcome == "supported, but explained by the untrained architecture"
    assert "but also in an untrained twin" in probe.sentences(old).finding


def test_result_reads_back_what_it_wrote_and_passes_over_what_it_does_not_know(probe):
    result = probe.conclude(probe.specimens()["supported"], RECORD).result
    record = {**json.loads(json.dumps(result.as_json())), "of a later version": 1}
    assert Result.from_json(record) == result
    assert all(isinstance(judged, Judgement) for judged in result.control.values())


def test_a_record_without_its_parts_is_refused(probe):
    record = probe.conclude(probe.specimens()["supported"], RECORD).result.as_json()
    del record["model"]
    with pytest.raises(ValueError, match="Field required"):
        Result.from_json(record)


def test_versions_name_what_computes():
    assert {"python", "numpy", "torch", "transformers"} <= set(versions())


def test_digest_tells_prompts_apart():
    assert digest(("ab", "c")) != digest(("a", "bc")) != digest(())
    assert digest(("é",)) == digest(["é"])
