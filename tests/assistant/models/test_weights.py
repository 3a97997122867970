"""A bundled network is read without the steps that change nothing."""

import numpy as np
import onnx
import onnxruntime
import pytest

from assistant.models.weights import END, PAIR, START, _lean, opened
from assistant.select import selector
from assistant.verify import judge


def raw(path):
    """The session of a file as it lies there."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def pairs(lengths, longest):
    """Readings of some lengths, side by side, of which all but the longest are padded."""
    chance = np.random.default_rng(0)
    ids = np.zeros((len(lengths), longest), np.int64)
    mask, types = ids.copy(), ids.copy()
    for row, length in enumerate(lengths):
        ids[row, :length] = [START, *chance.integers(1_000, 20_000, length - 2), END]
        mask[row, :length] = 1
        types[row, length // 2 : length] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


@pytest.mark.parametrize("name", ["selector", "judge"])
def test_no_number_differs_from_those_of_the_file(name):
    path = {"selector": selector.WEIGHTS, "judge": judge.WEIGHTS}[name]
    left = onnx.load_from_string(_lean(path)).graph.node
    assert not any(node.op_type == "IsNaN" for node in left)
    assert len(left) < len(onnx.load(path).graph.node)
    inputs = (*PAIR, "pool") if name == "selector" else PAIR
    lean = opened(path, inputs, 1, name, "").session
    for lengths in ([3], [9, 40, 3], [120, 3, 64, 9]):
        given = pairs(lengths, max(lengths))
        if "pool" in inputs:
            given["pool"] = np.full((len(lengths), 2, max(lengths)), 1 / max(lengths), np.float32)
        for one, other in zip(raw(path).run(None, given), lean.run(None, given), strict=True):
            assert np.array_equal(one, other)
            assert np.isfinite(one).all()
