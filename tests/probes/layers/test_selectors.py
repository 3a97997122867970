import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probes.layers import selectors

PUBLISHED = Path(__file__).resolve().parents[2] / ".." / "shared" / "golden" / "layer_metrics"
NUMBERS = st.lists(st.integers(-50, 50), min_size=4, max_size=20, unique=True)


@given(NUMBERS, st.floats(0.1, 10), st.floats(-5, 5))
def test_distance_correlation_of_a_line_is_one(values, slope, shift):
    x = np.array(values, dtype=float)
    for sign in (1, -1):
        assert selectors.distance_correlation(x, sign * slope * x + shift) == pytest.approx(1)


@given(NUMBERS, st.randoms(use_true_random=False))
def test_distance_correlation_is_symmetric_and_bounded(values, random):
    x, y = list(values), list(values)
    random.shuffle(y)
    there = selectors.distance_correlation(x, y)
    assert there == pytest.approx(selectors.distance_correlation(y, x))
    assert 0 <= there <= 1 + 1e-12


def test_distance_correlation_sees_what_pearson_does_not():
    x = np.linspace(-1, 1, 41)
    assert abs(selectors.correlation(x, x**2, "pearson", resamples=10).estimate) < 1e-12
    assert selectors.distance_correlation(x, x**2) > 0.45
    far = np.random.default_rng(0).standard_normal((2, 3000))
    assert selectors.distance_correlation(*far) < 0.06


def test_distance_correlation_against_its_definition():
    x, y = np.random.default_rng(1).standard_normal((2, 9))

    def centred(values):
        n = len(values)
        d = [[abs(a - b) for b in values] for a in values]
        rows = [sum(row) / n for row in d]
        return [[d[i][j] - rows[i] - rows[j] + sum(rows) / n for j in range(n)] for i in range(n)]

    def mean(first, second):
        return (
            sum(
                a * b
                for one, two in zip(first, second, strict=True)
                for a, b in zip(one, two, strict=True)
            )
            / len(x) ** 2
        )

    a, b = centred(x), centred(y)
    expected = (mean(a, b) / (mean(a, a) * mean(b, b)) ** 0.5) ** 0.5
    assert selectors.distance_correlation(x, y) == pytest.approx(expected)


@pytest.mark.parametrize("kind", selectors.KINDS)
def test_correlation_interval_holds_the_estimate_and_repeats(kind):
    x = np.arange(20.0)
    y = x + np.random.default_rng(0).normal(0, 4, 20)
    found = selectors.correlation(x, y, kind, seed=3)
    assert found.low <= found.estimate <= found.high
    assert found == selectors.correlation(x, y, kind, seed=3)


@pytest.mark.parametrize("kind", selectors.KINDS)
@pytest.mark.parametrize("layers", [3, 13, 40])
def test_the_interval_is_that_of_resamples_taken_one_by_one(kind, layers):
    rng = np.random.default_rng(layers)
    x = rng.integers(0, 9, layers).astype(float)
    y = x**2 + rng.normal(0, 5, layers)
    plain = {
        "distance": selectors.distance_correlation,
        "pearson": lambda a, b: np.corrcoef(a, b)[0, 1],
        "spearman": lambda a, b: stats.spearmanr(a, b).statistic,
    }[kind]
    drawn, values = np.random.default_rng(5), []
    for _ in range(200):
        rows = drawn.integers(layers, size=layers)
        if np.ptp(x[rows]) and np.ptp(y[rows]):
            values.append(plain(x[rows], y[rows]))
    found = selectors.correlation(x, y, kind, seed=5, resamples=200)
    assert found.estimate == pytest.approx(plain(x, y))
    assert (found.low, found.high) == pytest.approx(np.quantile(values, [0.025, 0.975]))


@pytest.mark.parametrize("kind", selectors.KINDS)
def test_undefined_correlations_are_none(kind):
    assert selectors.correlation([1, 2], [1, 2], kind) is None
    assert selectors.correlation([1, 1, 1, 1], [1, 2, 3, 4], kind) is None
    found = selectors.correlation([1, 2, np.nan, 4, 7], [1, 2, 3, 4, 7], kind)
    assert found.estimate == pytest.approx(1)


def test_spearman_knows_only_ranks():
    x = np.arange(1.0, 12)
    assert selectors.correlation(x, np.exp(x), "spearman").estimate == pytest.approx(1)


def test_lowest_passes_over_undefined_layers():
    assert selectors.lowest([np.nan, 3, 1, np.inf, 1]) == 2
    with pytest.raises(ValueError, match="defined"):
        selectors.lowest([np.nan, np.nan])
    with pytest.raises(ValueError, match="each of 4 layers"):
        selectors.lowest([1, 2, 3], 4)


def test_choices_name_layer_and_score_of_every_selector():
    scores = np.tile([0.1, 0.5, 0.9, 0.3], (10, 1)) + np.linspace(-0.05, 0.05, 10)[:, None]
    found = {c.selector: c for c in selectors.choices({"DiME": [4, 1, 3, 2]}, scores)}
    layers = {name: choice.layer for name, choice in found.items()}
    assert layers == {
        "lowest DiME": 1, "last layer": 3, "fixed 70% of depth": 2, "best by score": 2,
    }  # fmt: skip
    for choice in found.values():
        assert choice.score.estimate == pytest.approx(scores[:, choice.layer].mean())
        assert choice.score.low <= choice.score.estimate <= choice.score.high


def test_cross_fitting_takes_no_profit_from_noise():
    noise = np.random.default_rng(0).standard_normal((400, 30))
    chosen = selectors.cross_fitted(noise, np.arange(30))
    honest = noise[np.arange(400), chosen].mean()
    looked = noise.mean(axis=0).max()
    assert looked > 0.08
    assert abs(honest) < 0.08


def test_cross_fitting_finds_a_layer_that_is_better_and_allowed():
    scores = np.zeros((20, 6))
    scores[:, 0], scores[:, 4] = 2, 1
    assert set(selectors.cross_fitted(scores, np.arange(1, 5))) == {4}


def test_middle_third_is_inside():
    assert selectors.middle_third(31).tolist() == list(range(10, 21))
    assert selectors.middle_third(7).tolist() == [2, 3, 4]
    assert selectors.fixed_depth(31) == 21


@pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published curves are not beside the checkout"
)
def test_published_scores_of_pythia_410m():
    """The best layer of the published curve is the fixed one at 70 % of depth, 6.5 points up."""
    models = json.loads((PUBLISHED / "published_layerwise.json").read_text("utf-8"))["models"]
    per_layer = models["Pythia-410m"]["mteb/mean_main_score_percent"]
    curve = np.array([per_layer[str(layer)][0] for layer in range(25)])
    assert selectors.fixed_depth(25) == selectors.best(curve[None]) == 17
    assert curve[-1] == pytest.approx(45.5, abs=0.05)
    assert curve.max() == pytest.approx(52.0, abs=0.05)
