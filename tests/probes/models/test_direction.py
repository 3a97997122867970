"""Whether a model looks ahead is found by running it."""

import pytest

from probes.models import laboratory
from probes.models.direction import autoregressive


@pytest.mark.parametrize(
    ("kind", "expected"), [("decoder", True), ("state_space", True), ("encoder", False)]
)
def test_a_model_that_never_looks_ahead_is_told_from_one_that_does(
    kind, expected, request, tmp_path
):
    model = laboratory.Laboratory(cache=tmp_path).load(str(request.getfixturevalue(kind)))
    assert autoregressive(model) is expected
