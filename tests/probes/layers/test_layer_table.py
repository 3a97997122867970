"""A table of layers says where its last layer is taken and what is missing."""

import numpy as np
import pytest

from probes.layers import passes
from tests.probes.layers.measured import SETTINGS, prompts_of


def test_the_table_says_where_its_last_layer_is_taken(model):
    table = passes.measure(model, prompts_of(model, count=2))
    norm = model.network.config.model_type != "bert"
    assert table.last == ("after the final norm" if norm else "as the last block leaves it")
    assert table.layers == model.layers == len(table.rows())
    assert [row.depth for row in table.rows()][:: model.layers - 1] == [0.0, 1.0]


@pytest.mark.parametrize("tokens", [1, 2, 3])
def test_short_prompts_have_missing_values_and_no_error(small, tokens):
    table = passes.measure(small, [prompts_of(small, count=1)[0][:tokens]] * 2, SETTINGS)
    curve = table.curve("curvature")
    assert (curve.missing == (0 if tokens == 3 else 2)).all()
    assert np.isfinite(table.prompts["entropy"]).all()
