import numpy as np
import pytest

from probes.errors import ProbeError, UsageError
from probes.layers import passes
from probes.measured import measure
from probes.models import laboratory
from probes.texts import datasets
from probes.texts.prompts import OWN


def test_texts_are_measured_as_their_tokens_are(decoder, tmp_path):
    table = measure(str(decoder), OWN[:6], max_tokens=24, cache=tmp_path)
    loaded = laboratory.load(str(decoder), tmp_path)
    same = passes.measure(loaded, datasets.encode(loaded, OWN[:6], 24))
    np.testing.assert_array_equal(table.prompts["s1"], same.prompts["s1"])
    assert measure(loaded, OWN[:6], max_tokens=24).model == table.model


def test_a_frame_has_a_row_for_each_layer_and_metric(decoder, tmp_path):
    pytest.importorskip("pandas")
    table = measure(str(decoder), OWN[:6], max_tokens=24, cache=tmp_path)
    frame = table.to_frame()
    assert list(frame.columns) == [
        "model", "layer", "depth", "metric", "value", "low", "high", "n", "missing"
    ]  # fmt: skip
    assert len(frame) == table.layers * len({*table.prompts, *table.dataset})
    s1 = frame[frame.metric == "s1"]
    np.testing.assert_array_equal(s1.value, table.curve("s1").value)
    assert set(frame.model) == {table.model.id}


def test_what_cannot_be_measured_is_one_line(decoder, tmp_path):
    with pytest.raises(UsageError):
        measure("no such model", OWN[:2], cache=tmp_path)
    with pytest.raises(ProbeError, match="at least"):
        measure(str(decoder), ["short"], cache=tmp_path)
