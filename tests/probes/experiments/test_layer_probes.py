from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import registry
from probes.errors import ProbeError
from probes.experiments import extreme_inputs, logit_lens
from probes.layers import published
from probes.models import laboratory
from probes.texts import datasets

SMALL = {"count": 6, "max_tokens": 24}
PROBES = {
    "layer_valley": "entropy",
    "block_influence": "influence",
    "logit_lens": "kl",
    "extreme_inputs": "repetition",
}


def run(name, folder, cache, **parameters):
    probe = registry.build(name, {"model": str(folder), **SMALL, **parameters})
    shares = []
    return probe.run(
        laboratory.Laboratory(cache=cache), lambda share, _m: shares.append(share)
    ), shares


@pytest.fixture(scope="module")
def ran(decoder, tmp_path_factory):
    """A run of a probe on the small decoder and the shares that it told, made when it is first asked for."""
    return cache(lambda name: run(name, decoder, tmp_path_factory.mktemp(name)))


@pytest.mark.parametrize("name", PROBES)
def test_a_run_on_a_small_decoder_is_whole_and_the_same_twice(name, ran, decoder, tmp_path):
    first, shares = ran(name)
    second, _ = run(name, decoder, tmp_path)
    assert first.result.n == 6
    assert len(first.prompts) == 6
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    for key, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[key])
    layers = 5 if name == "block_influence" else 6
    assert first.arrays[PROBES[name]].shape[-1] == layers
    assert np.isfinite(first.arrays[PROBES[name]]).all()


@pytest.mark.parametrize("name", ["layer_valley", "block_influence", "extreme_inputs"])
@pytest.mark.parametrize("kind", ["encoder", "state_space"])
def test_other_architectures_are_measured_too(name, kind, request, tmp_path):
    made, _ = run(name, request.getfixturevalue(kind), tmp_path)
    assert made.result.n == 6
    assert made.figure.data


def test_a_lens_on_an_encoder_is_refused_in_one_line(encoder, tmp_path):
    with pytest.raises(ProbeError, match="no output matrix"):
        run("logit_lens", encoder, tmp_path)


def test_the_full_valley_adds_the_invariance_metrics(decoder, tmp_path):
    made, shares = run("layer_valley", decoder, tmp_path, full=True)
    assert shares == sorted(shares)
    for metric in ("infonce", "dime", "lidar"):
        assert made.arrays[metric].shape == (6, 3)
        assert np.isfinite(made.arrays[metric][:, 0]).all()


@pytest.mark.parametrize("name", ["layer_valley", "extreme_inputs"])
def test_a_run_in_the_reference_variant_is_another_and_says_so(name, ran, decoder, tmp_path):
    own, _ = ran(name)
    theirs, _ = run(name, decoder, tmp_path, variant="reference")
    metric = "entropy" if name == "layer_valley" else PROBES[name]
    assert not np.array_equal(own.arrays[metric], theirs.arrays[metric])
    assert theirs.result.parameters["variant"] == "reference"


@pytest.mark.parametrize("name", PROBES)
def test_a_full_run_says_beforehand_that_it_costs_more(name):
    default, full = registry.build(name), registry.build(name, {"full": "true"})
    assert default.cost().seconds <= 180
    assert full.cost().seconds > 2 * default.cost().seconds


def test_the_published_curves_say_what_the_specification_says():
    known = published.curves("prompt_entropy")
    for model, first, least, last in (
        ("Pythia-410M", 0.881, 0.537, 0.860),
        ("Llama-3-8B", 0.881, 0.249, 0.872),
        ("BERT-base", 0.897, 0.874, 0.881),
        ("Mamba-370M", 0.867, 0.658, 0.658),
    ):
        values = known[model].values
        assert (values[0], values.min(), values[-1]) == pytest.approx(
            (first, least, last), abs=2e-3
        )
        assert known[model].depth[-1] == 1.0
        assert "2502.02013" in known[model].source


@given(st.floats(0, 1), st.integers(0, 1000), st.integers(1, 60))
def test_conditions_change_the_promised_share_and_more_of_p_only_adds(p, seed, length):
    tokens = list(range(length))
    for change in (
        lambda q: extreme_inputs.repeat(tokens, q, np.random.default_rng(seed)),
        lambda q: extreme_inputs.replace(tokens, q, 10_000, np.random.default_rng(seed)),
    ):
        some, all_ = change(p), change(1.0)
        assert change(0.0) == tokens
        assert all(new in (old, every) for new, old, every in zip(some, tokens, all_, strict=True))
    assert len(set(extreme_inputs.repeat(tokens, 1.0, np.random.default_rng(seed)))) == 1


@given(st.integers(4, 40), st.floats(-1, 1))
def test_a_level_shift_makes_no_fall_later(layers, shift):
    values = np.random.default_rng(layers).uniform(size=(3, layers))
    np.testing.assert_allclose(logit_lens.late(values + shift), logit_lens.late(values), atol=1e-9)


def test_a_straight_fall_is_not_late():
    slope = np.linspace(1, 0, 13)[None]
    assert logit_lens.late(slope)[0] == pytest.approx(0)
    assert logit_lens.late(slope**0.5)[0] > 0


def test_prompts_of_too_few_words_are_said(decoder, tmp_path):
    probe = registry.build("block_influence", {"model": str(decoder)})
    lab = laboratory.Laboratory(cache=tmp_path, prompts=("too short",))
    with pytest.raises(ProbeError, match=f"at least {datasets.FEWEST_TOKENS} words"):
        probe.run(lab, lambda _share, _message: None)


@pytest.mark.model
def test_the_valley_of_smollm2_is_one_huge_token(smollm2_cache, tmp_path):
    """There, also for shuffled tokens and Gaussian states of those norms; not untrained."""
    lab = laboratory.Laboratory(cache=smollm2_cache)
    made = registry.build("layer_valley", {"count": 8}).run(lab, lambda _s, _m: None).result
    control = {name: judged.verdict for name, judged in made.control.items()}
    assert (made.alone, made.verdict) == ("supported", "inconclusive")
    assert control["without the first token"] == "refuted"
    assert control["without massive tokens"] == "refuted"
    assert control["without massive dimensions"] == "refuted"
    assert control["with Gaussian states of the same norms"] == "supported"
    assert control["with tokens in random order"] == "supported"
    assert control["with untrained weights"] == "refuted"
