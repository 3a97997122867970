"""The size of a model is read from its headers, and a model that is not here has none."""

import pytest

from probes.models import model_sizes


def test_a_folder_has_the_values_of_its_tensors(decoder):
    import safetensors

    with safetensors.safe_open(decoder / "model.safetensors", "np") as file:
        held = sum(
            file.get_tensor(name).size
            for name in file.keys()  # noqa: SIM118 not a mapping
        )
    assert model_sizes.values(str(decoder)) == held
    assert model_sizes.share(str(decoder)) == held / model_sizes.SMOLLM2


@pytest.mark.parametrize("name", ["nobody/nothing", "no such name", "/no/such/folder", "a/b@main"])
def test_a_model_that_is_not_here_has_no_size_and_costs_as_the_usual_one(name):
    assert model_sizes.values(name) is None
    assert model_sizes.share(name) == 1.0


def test_a_folder_that_holds_no_model_has_no_size(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no header")
    assert model_sizes.values(str(tmp_path)) is None
