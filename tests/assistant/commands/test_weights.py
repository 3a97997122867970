import pytest
import safetensors.torch
import torch

from assistant.commands.weights import compare_weights
from probes.errors import ProbeError
from tests.probes.continuations.conftest import build


@pytest.fixture
def two(tmp_path):
    """The same tiny model twice; in the second, one matrix is moved by less than bfloat16 can show."""
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    file = second / "model.safetensors"
    tensors = safetensors.torch.load_file(file)
    name = "model.layers.0.self_attn.q_proj.weight"
    tensors[name] = tensors[name] * (1 + 1e-6)
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})
    return str(first), str(second), name


def test_a_change_that_bfloat16_hides_is_seen_in_float32(two, tmp_path):
    first, second, name = two
    found = compare_weights(first, second, ranks=True, data_dir=tmp_path / "data").document
    rows = {row["name"]: row for row in found["tensors"]}
    assert rows[name]["unchanged"][0] < 0.1
    assert rows[name]["unchanged_in_bf16"] > 0.95
    assert rows[name]["rank"] > 0.9
    others = [row for other, row in rows.items() if other != name]
    assert all(row["unchanged"][0] == 1.0 for row in others)
    assert found["weights"] == sum(row["weights"] for row in rows.values())


def test_a_model_is_the_same_as_itself(two, tmp_path):
    reply = compare_weights(two[0], two[0], data_dir=tmp_path / "data")
    assert reply.document["unchanged"] == [1.0] * 5
    assert "equal in bfloat16             100.00%" in reply.text


def test_models_of_another_shape_are_refused(two, tmp_path):
    torch.manual_seed(1)
    other = build(tmp_path / "other", intermediate_size=96)
    with pytest.raises(ProbeError, match="checkpoints of one model"):
        compare_weights(two[0], str(other), data_dir=tmp_path / "data")
