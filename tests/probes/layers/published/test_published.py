"""Published curves name their source and run over the whole depth."""

import numpy as np
import pytest

from probes.layers import published


@pytest.mark.parametrize("metric", ["prompt_entropy", "dataset_entropy", "curvature"])
def test_a_curve_has_a_value_at_each_layer_and_a_source(metric):
    found = published.curves(metric)
    assert found
    for model, curve in found.items():
        assert curve.model == model
        assert curve.source
        assert np.isfinite(curve.values).all()
        assert (curve.depth[0], curve.depth[-1]) == (0.0, 1.0)
        assert len(curve.depth) == len(curve.values)
