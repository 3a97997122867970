import json

import numpy as np
import pytest

from probes import plotting, registry, verdict
from probes.models import laboratory
from probes.runs import evidence
from probes.suspects import DRAWS, UNTRAINED
from probes.types import ModelRecord

RECORD = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
EVERY = pytest.mark.parametrize("name", registry.names())


@EVERY
def test_claim_names_its_source(name):
    described = registry.describe(name)
    assert described["claim"]["source"]
    assert described["sources"]
    assert described["families"]
    assert all(parameter["meaning"] for parameter in described["parameters"])


@EVERY
def test_every_claim_says_what_would_be_called_an_effect_and_why(name):
    claim = registry.get(name).claim
    assert claim.margin > 0
    assert claim.margin_reason
    # A probe's effect is paired or a share, or has a range that it cannot leave, or no bound at all.
    assert (claim.low is None) == (claim.high is None)


@EVERY
def test_every_probe_of_layers_has_an_untrained_twin(name):
    probe = registry.build(name)
    if "layer_metrics" not in probe.families:
        return
    kinds = probe.wording().kinds
    controls = probe.controls(probe.specimens()["supported"])
    untrained = {UNTRAINED, DRAWS, "the objective, before training"} & set(controls)
    assert {kinds[one] for one in untrained} == {"foil"}
    assert set(controls) == set(kinds)


@EVERY
def test_an_effect_that_an_untrained_twin_shows_is_never_supported(name):
    probe = registry.build(name)
    own = verdict.judge(
        probe.effect(probe.specimens()["supported"]), yardstick=probe.claim.yardstick
    )
    for control, kind in probe.wording().kinds.items():
        if kind == "foil":
            assert verdict.turning(own, {control: own}, {control: kind}) == control


@EVERY
def test_seconds_are_told(name):
    described = registry.describe(name)
    assert described["seconds"] > 0


@EVERY
def test_each_specimen_gets_its_outcome_and_one_refutes(name):
    probe = registry.build(name)
    specimens = probe.specimens()
    assert "refuted" in specimens
    assert "supported" in specimens
    for outcome, arrays in specimens.items():
        assert probe.judge(arrays).verdict == outcome
        assert probe.conclude(arrays, RECORD).result.shown == outcome


@EVERY
def test_parameters_survive_json(name):
    probe = registry.build(name)
    assert registry.build(name, json.loads(json.dumps(probe.parameters()))) == probe
    spelled = {key: registry.spell(value) for key, value in probe.parameters().items()}
    assert registry.build(name, spelled) == probe


@EVERY
def test_specimens_are_drawn_with_their_words(name):
    probe = registry.build(name)
    for arrays in probe.specimens().values():
        run = probe.conclude(arrays, RECORD)
        assert run.result.summary
        assert run.result.caveat
        assert run.figure.layout.meta["alt"]
        svg = plotting.to_svg(run.figure)
        assert "nan" not in svg
        assert "<desc>" in svg
        assert "cdn" not in plotting.to_html(run.figure, "../plotly.min.js")


@EVERY
def test_summary_is_the_same_every_time(name):
    probe = registry.build(name)
    arrays = probe.specimens()["refuted"]
    first, second = (probe.conclude(arrays, RECORD).result.summary for _ in range(2))
    assert first == second


def test_layer_valley_finds_the_same_twice_on_a_small_network(decoder, tmp_path):
    probe = registry.build("layer_valley", {"model": str(decoder), "count": 8, "max_tokens": 24})
    lab = laboratory.Laboratory(cache=tmp_path)
    shares = []
    first = probe.run(lab, lambda share, _message: shares.append(share))
    second = probe.run(lab, lambda _share, _message: None)
    assert first.arrays["entropy"].shape == (8, 6)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    for name, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[name])
    assert first.result.prompts["count"] == len(first.prompts) == 8


def test_layer_valley_takes_the_readers_passages(decoder, tmp_path):
    passages = tuple(f"passage {i} " + "of the list that a model reads " * 6 for i in range(9))
    lab = laboratory.Laboratory(cache=tmp_path, prompts=(*passages, "too short"))
    probe = registry.build("layer_valley", {"model": str(decoder), "count": 7})
    run = probe.run(lab, lambda _share, _message: None)
    assert set(run.prompts) < set(passages)
    assert run.result.prompts["origin"] == "the reader's texts"


@pytest.mark.model
def test_layer_valley_on_smollm2_is_made_by_the_first_token(smollm2_cache, tmp_path):
    """The valley is there, also for shuffled tokens, and gone without the first token alone."""
    lab = laboratory.Laboratory(cache=smollm2_cache)
    run = registry.build("layer_valley", {"count": 8}).run(lab, lambda _share, _message: None)
    result = evidence.save(run, tmp_path)
    assert result.outcome == "supported, but explained by the first token"
    assert result.verdict == "inconclusive"
    assert result.control["without the first token"].verdict == "refuted"
    assert result.control["without massive tokens"].verdict == "refuted"
    assert result.control["with tokens in random order"].verdict == "supported"
    assert result.model.quantisation == "Q4_1 (GGUF)"
    assert result.n == 8


@pytest.mark.model
def test_states_of_smollm2_equal_those_of_transformers(smollm2_cache):
    import torch

    model = laboratory.load("smollm2", smollm2_cache)
    prompt = model.encode(["A language model reads a text as a row of tokens."], max_tokens=32)[0]
    seen = {}
    model.hidden_states([prompt], lambda _p, layer, states: seen.__setitem__(layer, states.copy()))
    with torch.no_grad():
        theirs = model.network(torch.tensor([prompt]), output_hidden_states=True).hidden_states
    assert len(seen) == len(theirs) == 31
    for layer, states in seen.items():
        np.testing.assert_allclose(states, theirs[layer][0].numpy(), rtol=1e-3, atol=1e-3)
