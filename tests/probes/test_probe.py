import json

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


def test_controls_are_judged_by_the_same_rule(probe):
    arrays = dict(probe.specimens()["supported"])
    arrays["entropy_without_first"] = probe.specimens()["refuted"]["entropy"]
    result = probe.conclude(arrays, RECORD).result
    assert result.verdict == "supported"
    assert result.control["without the first token"].verdict == "refuted"
    assert "without the first token it is not there" in result.summary


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
