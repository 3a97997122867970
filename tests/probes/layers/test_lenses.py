"""The logit lens reads a layer as its formula says."""

import numpy as np
import pytest
import torch

from probes.errors import ProbeError
from probes.layers import layer_table, lenses, passes
from probes.metrics import (
    logit_lens_kl,
)
from probes.models import laboratory
from tests.probes.layers.measured import prompts_of, states_of


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
