"""The device and the number format of a model are recorded, and one line says what this machine lacks."""

import numpy as np
import pytest
import torch

from probes import registry
from probes.errors import ProbeError, UsageError
from probes.models import laboratory
from probes.runs import jobs
from probes.texts.prompts import OWN
from tests.probes.conftest import gather


def test_where_and_in_which_numbers_a_model_computes_stands_in_its_record(decoder, tmp_path):
    exact = laboratory.load(str(decoder), tmp_path)
    half = laboratory.load(str(decoder), tmp_path, dtype="bfloat16")
    assert exact.record.computed.startswith("float32 on cpu")
    assert half.record.computed.startswith("bfloat16 on cpu")
    assert laboratory.load(str(decoder), tmp_path, dtype="bf16").record == half.record
    assert (half.record.dtype, half.record.device) == ("bfloat16", "cpu")
    ours, theirs = (gather(m, m.encode(OWN[:1], max_tokens=20)) for m in (half, exact))
    for key, states in ours.items():
        assert states.dtype == np.float32
        change = np.linalg.norm(states - theirs[key]) / np.linalg.norm(theirs[key])
        assert 0 < change < 0.05


def test_a_device_that_is_not_here_is_one_line(decoder, tmp_path):
    with pytest.raises(UsageError, match="dtype is one of float32"):
        laboratory.load(str(decoder), tmp_path, dtype="int8")
    with pytest.raises(UsageError, match="device is cpu, cuda"):
        laboratory.load(str(decoder), tmp_path, device="gpu")
    if not torch.cuda.is_available() and not torch.version.cuda:
        with pytest.raises(ProbeError, match=r"built for CPUs alone; .* a CUDA build of torch$"):
            laboratory.load(str(decoder), tmp_path, device="cuda:1")
    if not torch.cuda.is_available():
        with pytest.raises(ProbeError, match=r"device cuda cannot be used: .*choose device cpu"):
            laboratory.load(str(decoder), tmp_path, device="cuda")


TRAINING = [name for name in registry.names() if registry.get(name).model == "none"]


@pytest.mark.parametrize("name", TRAINING)
def test_a_probe_that_trains_its_networks_refuses_what_it_would_not_heed(name, tmp_path):
    with pytest.raises(UsageError, match="in float32, not in bfloat16; leave out --dtype"):
        jobs.start(name, data_dir=tmp_path, dtype="bfloat16")
    if registry.get(name).trains_anywhere:
        registry.get(name)().check_computing("cuda", "float32")
    else:
        with pytest.raises(UsageError, match="on the CPU, not on cuda; leave out --device"):
            jobs.start(name, data_dir=tmp_path, device="cuda")
    assert not list(tmp_path.iterdir())


def test_what_is_asked_of_a_served_model_is_refused(tmp_path):
    served = {"server": "http://127.0.0.1:9", "model": "any"}
    with pytest.raises(UsageError, match="as the server was started"):
        jobs.start("greedy_identity", served, data_dir=tmp_path, dtype="bfloat16")
    assert not list(tmp_path.iterdir())


def test_the_continuations_of_a_model_in_half_precision_say_so(decoder, tmp_path):
    lab = laboratory.Laboratory(cache=tmp_path, dtype="bfloat16")
    options = {"model": str(decoder), "count": 6, "max_tokens": 16}
    result = registry.build("greedy_identity", options).run(lab, lambda _s, _m: None).result
    assert result.model.computed.startswith("bfloat16 on cpu")
    assert result.n == 6
