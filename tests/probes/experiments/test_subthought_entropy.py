"""The parts of an area under the curve average to it and vary as DeLong says."""

import numpy as np
import pytest

from probes.experiments.subthought_entropy import parts
from probes.statistics import auroc


def test_parts_average_to_the_area_and_vary_as_delong_says():
    rng = np.random.default_rng(0)
    right = (rng.random(50) < 0.4).astype(float)
    scores = np.round(right + rng.normal(0, 1, 50), 1)
    found = parts(scores, right)
    area = auroc(scores[right == 1], scores[right == 0])
    assert found.mean() + 0.5 == pytest.approx(area)
    wins = (scores[right == 1][:, None] > scores[right == 0]) + 0.5 * (
        scores[right == 1][:, None] == scores[right == 0]
    )
    delong = wins.mean(1).var() / (right == 1).sum() + wins.mean(0).var() / (right == 0).sum()
    assert found.var() / 50 == pytest.approx(delong)
    assert parts(scores, np.ones(50)).size == 0
