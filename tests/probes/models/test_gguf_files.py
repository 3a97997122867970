"""A GGUF file is unpacked once into the values it holds, or refused for the true reason."""

import importlib.util
from pathlib import Path

import gguf
import numpy as np
import pytest

from probes.errors import ProbeError
from probes.models import gguf_headers, laboratory, model_names, model_sizes, weights


def test_a_gguf_file_is_one_in_whatever_letters(tmp_path):
    path = tmp_path / "Model-Q4_K_M.GGUF"
    file = gguf.GGUFWriter(path, "llama")
    file.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_K_M)
    file.add_tensor("token_embd.weight", np.zeros((8, 4), np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    assert model_names.resolved(str(path)) == str(path)
    # The quantisation is the one that the file names, and not the format of most of its values.
    assert gguf_headers.header(path) == ("Q4_K_M (GGUF)", 32)
    assert model_sizes.values(str(path)) == 32
    with pytest.raises(ProbeError, match="cannot be converted"):
        laboratory.load(str(path), tmp_path)


def test_a_gguf_file_needs_more_memory_while_it_is_converted(tmp_path, monkeypatch):
    file = gguf.GGUFWriter(tmp_path / "small.gguf", "llama")
    file.add_tensor("token_embd.weight", np.zeros((250, 1000), np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    # The memory holds its float32 values alone, a million bytes.
    free = type("Memory", (), {"available": 1_100_000})
    monkeypatch.setattr(weights.psutil, "virtual_memory", lambda: free)
    with pytest.raises(ProbeError, match=r"small needs .* GiB in float32 while it is converted"):
        laboratory.load(str(tmp_path / "small.gguf"), tmp_path)


def test_a_gguf_file_that_cannot_be_unpacked_is_not_a_folder_that_cannot_be_written(tmp_path):
    file = gguf.GGUFWriter(tmp_path / "wordless.gguf", "llama")
    file.add_tensor("token_embd.weight", np.zeros((8, 4), np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    with pytest.raises(ProbeError, match=r"wordless.gguf cannot be converted .*; fetch it again"):
        laboratory.load(str(tmp_path / "wordless.gguf"), tmp_path)
    (tmp_path / "models").rmdir()
    (tmp_path / "models").touch()
    with pytest.raises(ProbeError, match="cannot keep the converted model"):
        laboratory.load(str(tmp_path / "wordless.gguf"), tmp_path)


@pytest.mark.model
def test_converted_smollm2_holds_the_weights_of_its_gguf_file(smollm2_cache):
    model = laboratory.load("smollm2", smollm2_cache)
    bundled = model_names.BUNDLED["smollm2"]
    folder = Path(importlib.util.find_spec(bundled.package).submodule_search_locations[0])
    stored = {tensor.name: tensor for tensor in gguf.GGUFReader(folder / bundled.file).tensors}
    weights = model.network.state_dict()
    for theirs, ours in (
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("token_embd.weight", "lm_head.weight"),
        ("blk.3.ffn_up.weight", "model.layers.3.mlp.up_proj.weight"),
        ("blk.29.attn_v.weight", "model.layers.29.self_attn.v_proj.weight"),
        ("output_norm.weight", "model.norm.weight"),
    ):
        tensor = stored[theirs]
        unpacked = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        np.testing.assert_allclose(weights[ours].numpy(), unpacked, rtol=1e-6, atol=1e-7)
