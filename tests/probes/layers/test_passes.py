# Matrices are named as in the formulas.
# ruff: noqa: N806

import dataclasses

import numpy as np
import pytest
import torch
import transformers

from probes.errors import ProbeError
from probes.layers import layer_table, lenses, passes, pooled, twins
from probes.metrics import (
    alpha_req,
    block_influence,
    dataset_entropy,
    layer_metrics,
    logit_lens_kl,
    pool,
    rankme,
)
from probes.metrics.curvature import curvature
from probes.metrics.entropy import matrix_entropy
from probes.metrics.gram import centre_and_unit
from probes.models import laboratory
from probes.models.untrained import untrained
from probes.texts.prompts import OWN

SETTINGS = layer_table.Settings(
    twins=(
        "whole",
        "without_first",
        "without_massive_tokens",
        "without_massive_dimensions",
        "gaussian",
    )
)


@pytest.fixture(params=["decoder", "encoder", "state_space"])
def model(request, tmp_path):
    return laboratory.load(str(request.getfixturevalue(request.param)), tmp_path)


@pytest.fixture
def small(decoder, tmp_path):
    return laboratory.load(str(decoder), tmp_path)


def prompts_of(model, count=6, tokens=20):
    return [ids[: tokens - i] for i, ids in enumerate(model.encode(OWN[:count], max_tokens=tokens))]


def states_of(model, prompts):
    seen = {}
    model.hidden_states(prompts, lambda p, layer, s: seen.__setitem__((p, layer), s.copy()))
    return seen


def test_every_architecture_gives_the_metrics_of_its_states(model):
    prompts = prompts_of(model)
    table = passes.measure(model, prompts, SETTINGS)
    for (prompt, layer), states in states_of(model, prompts).items():
        expected = layer_metrics(states)
        for part, suffix in ((expected.whole, ""), (expected.without_first, "/without_first")):
            found = {name: table.prompts[name + suffix][prompt, layer] for name in twins.COLUMNS}
            assert found["s1"] == pytest.approx(part.s1, abs=1e-8)
            assert found["s2"] == pytest.approx(part.s2, abs=1e-8)
            assert found["effective_rank"] == pytest.approx(part.effective_rank, rel=1e-8)
            assert found["curvature"] == pytest.approx(part.curvature.value, abs=1e-8)
            assert found["dimension"] == pytest.approx(part.dimension.value, rel=1e-6)
            assert found["entropy"] == pytest.approx(part.entropy(), abs=1e-8)
        mean = pool([states])[0]
        np.testing.assert_allclose(table.pooled[layer, prompt], mean, rtol=1e-5, atol=1e-6)


def test_layer_zero_is_the_embedding_of_every_architecture(model):
    """Also of Mamba, whose own list of states begins after its first block."""
    prompts = prompts_of(model, count=2)
    first = passes.measure(model, prompts).pooled[0]
    base = model.network.base_model
    with torch.inference_mode():
        embed = getattr(base, "embeddings", None) or base.get_input_embeddings()
        theirs = [embed(torch.tensor([ids]))[0].mean(dim=0).numpy() for ids in prompts]
    np.testing.assert_allclose(first, np.stack(theirs), rtol=1e-4, atol=1e-6)


def test_the_table_says_where_its_last_layer_is_taken(model):
    table = passes.measure(model, prompts_of(model, count=2))
    norm = model.network.config.model_type != "bert"
    assert table.last == ("after the final norm" if norm else "as the last block leaves it")
    assert table.layers == model.layers == len(table.rows())
    assert [row.depth for row in table.rows()][:: model.layers - 1] == [0.0, 1.0]


def test_block_influence_of_the_last_block_is_taken_before_the_final_norm(small):
    prompts = prompts_of(small, count=3)
    outputs = []
    block = small.network.base_model.layers[-1]
    handle = block.register_forward_hook(lambda _m, _a, out: outputs.append(out))
    found = passes.measure(small, prompts).prompts["block_influence"]
    handle.remove()
    states = states_of(small, prompts)
    assert np.isnan(found[:, 0]).all()
    order = sorted(range(3), key=lambda i: len(prompts[i]))
    leaving = outputs[0] if not isinstance(outputs[0], tuple) else outputs[0][0]
    for row, prompt in enumerate(order):
        n = len(prompts[prompt])
        expected = block_influence(states[prompt, small.layers - 2], leaving[row, :n]).value
        assert found[prompt, -1] == pytest.approx(expected, abs=1e-6)
        middle = block_influence(states[prompt, 1], states[prompt, 2]).value
        assert found[prompt, 2] == pytest.approx(middle, abs=1e-9)


def test_block_influence_leaves_out_the_first_token_and_massive_dimensions(small):
    ids = prompts_of(small, count=1)[0]
    distortion = twins.Distortion(massive_dimension=1.05)
    settings = layer_table.Settings(
        twins=(),
        influence=("without_massive_dimensions", "without_first"),
        distortion=distortion,
    )
    table = passes.measure(small, [ids], settings)
    assert "block_influence" not in table.prompts
    A, B = (states_of(small, [ids])[0, layer].astype(float) for layer in (1, 2))
    kept = twins.ordinary_dimensions(B, 1.05)
    assert 0 < kept.sum() < len(kept)
    for name, expected in (
        ("without_first", block_influence(A[1:], B[1:])),
        ("without_massive_dimensions", block_influence(A[1:, kept], B[1:, kept])),
    ):
        found = table.prompts[f"block_influence/{name}"][0, 2]
        assert found == pytest.approx(expected.value, abs=1e-9)


def test_batches_do_not_change_a_prompt(small):
    """Whether prompts of a batch have one length, and are measured together, or not."""
    prompts = [*prompts_of(small), *(ids[:9] for ids in prompts_of(small)), [7], [8]]
    together = passes.measure(small, prompts, SETTINGS)
    alone = passes.measure(small, prompts, dataclasses.replace(SETTINGS, batch_tokens=1))
    for name, values in together.prompts.items():
        np.testing.assert_allclose(values, alone.prompts[name], rtol=2e-3, atol=1e-3, err_msg=name)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("pooling", "at"), [("mean", None), ("last", -1), ("first", 0)])
def test_padding_on_either_side_is_left_out_of_the_pooled_vector(side, pooling, at):
    rng = np.random.default_rng(0)
    own = [rng.normal(size=(n, 5)) for n in (3, 7, 1)]
    states = np.full((3, 7, 5), 1e6)
    mask = np.zeros((3, 7))
    for row, tokens in enumerate(own):
        part = slice(len(tokens)) if side == "right" else slice(7 - len(tokens), 7)
        states[row, part], mask[row, part] = tokens, 1
    expected = [tokens.mean(axis=0) if at is None else tokens[at] for tokens in own]
    np.testing.assert_allclose(pooled.pool_states(states, mask, pooling), expected)


def test_pooling_without_own_tokens_is_refused():
    with pytest.raises(ValueError, match="prompt 1 has no tokens"):
        pooled.pool_states(np.ones((2, 3, 4)), np.array([[1, 1, 0], [0, 0, 0]]))


def test_dataset_metrics_are_those_of_the_pooled_vectors(small):
    table = passes.measure(small, prompts_of(small, count=8))
    for layer in range(table.layers):
        value, low, high = table.dataset["dataset_entropy"][layer]
        assert value == pytest.approx(dataset_entropy(table.pooled[layer]))
        assert low < value < high
        assert table.dataset["rankme"][layer, 0] == pytest.approx(rankme(table.pooled[layer]))
        decay = alpha_req(table.pooled[layer]).value
        assert table.dataset["alpha_req"][layer, 0] == pytest.approx(decay, abs=1e-6)
    assert table.curve("rankme").n.tolist() == [8] * table.layers


def test_views_give_the_invariance_metrics(small):
    prompts = prompts_of(small, count=5)
    views = [[ids[:-1], ids[1:], ids[:-2]] for ids in prompts]
    done = []
    table = passes.measure(small, prompts, views=views, progress=done.append)
    assert {"infonce", "dime", "lidar"} <= set(table.dataset)
    assert done == sorted(done)
    assert done[-1] == 1.0
    same = pooled.invariance_metrics(np.repeat(table.pooled[:, :, None], 2, axis=2))
    assert (same["infonce"][:, 0] < np.log(5)).all()


def test_a_huge_first_state_lowers_only_the_twin_that_keeps_it():
    X = np.random.default_rng(0).normal(size=(40, 64))
    X[0, 0] += 1e4
    found = twins.prompt_metrics(X, SETTINGS.twins)
    entropy = {twin: row[twins.COLUMNS.index("entropy")] for twin, row in found.items()}
    assert entropy["whole"] < 0.2
    assert entropy["gaussian"] < 0.2
    for twin in ("without_first", "without_massive_tokens", "without_massive_dimensions"):
        assert entropy[twin] > 0.9


def test_repeated_tokens_are_counted_once_by_the_dimension():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 8))
    X = X[rng.integers(30, size=50)]
    expected = layer_metrics(X)
    found = twins.prompt_metrics(X)
    for part, twin in ((expected.whole, "whole"), (expected.without_first, "without_first")):
        assert found[twin][4] == pytest.approx(part.dimension.value, rel=1e-6)


@pytest.mark.parametrize("tokens", [1, 2, 3])
def test_short_prompts_have_missing_values_and_no_error(small, tokens):
    table = passes.measure(small, [prompts_of(small, count=1)[0][:tokens]] * 2, SETTINGS)
    curve = table.curve("curvature")
    assert (curve.missing == (0 if tokens == 3 else 2)).all()
    assert np.isfinite(table.prompts["entropy"]).all()


def test_states_that_are_not_finite_end_in_one_line(small):
    with torch.no_grad():
        small.network.base_model.layers[1].mlp.down_proj.weight.fill_(float("nan"))
    with pytest.raises(ProbeError, match=r"layer 2 .* not finite for prompt") as caught:
        passes.measure(small, prompts_of(small))
    assert "\n" not in str(caught.value)


def test_normalisations_come_from_the_tokens_of_each_twin(small):
    table = passes.measure(small, prompts_of(small))
    np.testing.assert_allclose(table.normalised("maxEntropy"), table.prompts["entropy"])
    tokens = table.tokens[:, None] - 1
    expected = table.prompts["s1/without_first"] / np.log(tokens)
    np.testing.assert_allclose(table.normalised("logN", "without_first"), expected)


def test_the_lens_ends_at_what_the_model_says(small):
    settings = layer_table.Settings(lens_positions=4)
    table = passes.measure(small, prompts_of(small), settings)
    kl, agreement = (table.prompts[f"logit_lens_{name}"] for name in ("kl", "agreement"))
    np.testing.assert_allclose(kl[:, -1], 0, atol=1e-9)
    assert (kl[:, :-1] > 0).all()
    assert (agreement[:, -1] == 1).all()


def test_the_lens_reads_a_layer_as_the_formula_says(small):
    ids = prompts_of(small, count=1)[0]
    states = states_of(small, [ids])
    with torch.inference_mode():
        final = small.network(torch.tensor([ids])).logits[0]
        inner = small.network.model.norm(torch.from_numpy(states[0, 2]))
        layer = small.network.lm_head(inner)
    lens = lenses.LogitLens(small)
    np.testing.assert_allclose(
        lens.logits(states[0, small.layers - 1], normed=True), final, atol=1e-4
    )
    reading = lens.read([states[0, 2], states[0, small.layers - 1]])[0]
    assert reading.kl == pytest.approx(logit_lens_kl(layer, final), abs=1e-5)


def test_a_model_without_output_matrix_has_no_lens(encoder, tmp_path):
    model = laboratory.load(str(encoder), tmp_path)
    with pytest.raises(ProbeError, match="no output matrix"):
        passes.measure(model, prompts_of(model), layer_table.Settings(lens_positions=2))


def test_untrained_weights_are_new_and_the_same_for_a_seed(small):
    before = torch.random.get_rng_state()
    first, second, other = (untrained(small, seed) for seed in (5, 5, 6))
    assert torch.equal(before, torch.random.get_rng_state())
    weights = [m.network.get_input_embeddings().weight for m in (small, first, second, other)]
    assert torch.equal(weights[1], weights[2])
    assert not torch.equal(weights[1], weights[0])
    assert not torch.equal(weights[1], weights[3])
    assert first.record.id.endswith("untrained")
    assert first.layers == small.layers
    assert isinstance(first.network, transformers.LlamaForCausalLM)


def test_the_reference_variant_is_what_the_authors_code_computes(small):
    """Entropy of clamped similarities, and folded angles of centred unit tokens, for every twin."""
    prompts = prompts_of(small, count=3)
    states = states_of(small, prompts)
    twin = ("whole", "without_first", "gaussian")
    asked = {
        variant: passes.measure(small, prompts, layer_table.Settings(twins=twin, variant=variant))
        for variant in ("definition", "reference")
    }
    table = asked["reference"]
    assert table.variant == "reference"
    for (prompt, layer), X in states.items():
        for suffix, kept in (("", X), ("/without_first", X[1:])):
            units = centre_and_unit(kept, "reference")
            found = {name: table.prompts[name + suffix][prompt, layer] for name in twins.COLUMNS}
            assert found["s1"] == pytest.approx(
                matrix_entropy(units, variant="reference"), abs=1e-6
            )
            assert found["curvature"] == pytest.approx(
                curvature(units, variant="reference").value, abs=1e-6
            )
            assert found["dimension"] == pytest.approx(
                asked["definition"].prompts["dimension" + suffix][prompt, layer], nan_ok=True
            )
    for name in ("s1", "curvature", "entropy", "s1/gaussian"):
        assert not np.allclose(
            table.prompts[name], asked["definition"].prompts[name], equal_nan=True
        )
    assert not np.allclose(
        table.dataset["dataset_entropy"], asked["definition"].dataset["dataset_entropy"]
    )
