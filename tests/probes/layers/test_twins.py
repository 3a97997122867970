"""A twin leaves out one distortion and changes nothing else."""

# Matrices are named as in the formulas.
# ruff: noqa: N806

import numpy as np
import pytest

from probes.layers import layer_table, passes, twins
from probes.metrics import (
    block_influence,
    layer_metrics,
)
from probes.metrics.curvature import curvature
from probes.metrics.entropy import matrix_entropy
from probes.metrics.gram import centre_and_unit
from tests.probes.layers.measured import SETTINGS, prompts_of, states_of


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


def test_normalisations_come_from_the_tokens_of_each_twin(small):
    table = passes.measure(small, prompts_of(small))
    np.testing.assert_allclose(table.normalised("maxEntropy"), table.prompts["entropy"])
    tokens = table.tokens[:, None] - 1
    expected = table.prompts["s1/without_first"] / np.log(tokens)
    np.testing.assert_allclose(table.normalised("logN", "without_first"), expected)


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
