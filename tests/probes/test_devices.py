"""The device and the number format of a model are recorded, and one line says what this machine lacks."""

import numpy as np
import pytest
import torch

from probes import models
from probes.prompts import OWN
from probes.types import ProbeError, UsageError
from tests.probes.conftest import gather


def test_where_and_in_which_numbers_a_model_computes_stands_in_its_record(decoder, tmp_path):
    exact = models.load(str(decoder), tmp_path)
    half = models.load(str(decoder), tmp_path, dtype="bfloat16")
    assert exact.record.computed.startswith("float32 on cpu")
    assert half.record.computed.startswith("bfloat16 on cpu")
    assert (half.record.dtype, half.record.device) == ("bfloat16", "cpu")
    ours, theirs = (gather(m, m.encode(OWN[:1], max_tokens=20)) for m in (half, exact))
    for key, states in ours.items():
        assert states.dtype == np.float32
        change = np.linalg.norm(states - theirs[key]) / np.linalg.norm(theirs[key])
        assert 0 < change < 0.05


def test_a_device_that_is_not_here_is_one_line(decoder, tmp_path):
    with pytest.raises(UsageError, match="dtype is one of float32"):
        models.load(str(decoder), tmp_path, dtype="int8")
    with pytest.raises(UsageError, match="device is cpu, cuda"):
        models.load(str(decoder), tmp_path, device="gpu")
    if not torch.cuda.is_available():
        with pytest.raises(ProbeError, match=r"device cuda cannot be used: .*choose device cpu"):
            models.load(str(decoder), tmp_path, device="cuda")
