"""A result goes through JSON unchanged, and says in words what it is."""

import json

import pytest

from probes.types import ModelRecord, Result
from tests.assistant.experiments.runs import result

RUN = result("layer_valley-00000000-1")


def test_a_result_comes_back_from_json_and_unknown_keys_are_left_out():
    record = json.loads(json.dumps(RUN.as_json()))
    assert Result.from_json(record) == RUN
    assert Result.from_json({**record, "of a later version": 1}) == RUN


@pytest.mark.parametrize(
    "change", [{"verdict": "maybe"}, {"n": "many"}, {"interval": [0.0]}, {"claim": None}]
)
def test_a_record_with_a_part_of_the_wrong_kind_is_refused(change):
    with pytest.raises(ValueError, match="validation error"):
        Result.from_json({**RUN.as_json(), **change})


def test_the_judgement_before_the_controls_and_the_words_are_its_own():
    assert (RUN.own.verdict, RUN.own.effect, RUN.own.n) == (RUN.verdict, RUN.effect, RUN.n)
    record = {**RUN.as_json(), "alone": "supported", "outcome": "", "brought_from": "afar"}
    other = Result.from_json(record)
    assert other.own.verdict == "supported"
    assert other.shown == RUN.verdict
    assert "afar" in other.made_on
    assert RUN.made_on == "this machine"


@pytest.mark.parametrize(
    ("computed", "device"), [("", "cpu"), ("float32", "cpu"), ("bfloat16 on cuda:0", "cuda:0")]
)
def test_a_model_computed_on_the_device_that_its_record_names(computed, device):
    record = ModelRecord(id="m", revision="0", quantisation="none", parameters=1, computed=computed)
    assert record.device == device
