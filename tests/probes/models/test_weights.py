"""Weights are identified by their content; those not whole, not safe or too large are refused before loading."""

import struct

import pytest
import torch

from probes.errors import ProbeError
from probes.models import laboratory, weights


def test_record_names_weights_by_their_content(decoder, encoder, tmp_path):
    first, second = (laboratory.load(str(decoder), tmp_path).record for _ in range(2))
    assert first == second
    assert first.quantisation == "not quantised (F32)"
    assert len(first.revision) == 12
    assert first.revision != laboratory.load(str(encoder), tmp_path).record.revision


def test_a_folder_with_pickled_weights_is_not_opened(decoder, tmp_path):
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "config.json").write_bytes((decoder / "config.json").read_bytes())
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ProbeError, match="safetensors"):
        laboratory.load(str(folder), tmp_path)


@pytest.mark.parametrize("header", [b"{", b"[1, 2]", b'{"a": {"dtype": "F32"}}', b'{"a": 3}'])
def test_truncated_or_strange_weights_are_one_clear_line(decoder, tmp_path, header):
    folder = tmp_path / "cut"
    folder.mkdir()
    for path in decoder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(ProbeError, match="not a whole safetensors file"):
        laboratory.load(str(folder), tmp_path)


def test_a_model_too_large_for_memory_is_refused_before_loading(decoder, tmp_path, monkeypatch):
    free = type("Memory", (), {"available": 1000})
    monkeypatch.setattr(weights.psutil, "virtual_memory", lambda: free)
    with pytest.raises(ProbeError, match="GiB"):
        laboratory.load(str(decoder), tmp_path)
