"""Converted copies are listed with their sizes, and removed one by one."""

import shutil

from probes.models import converted_models


def test_a_converted_copy_is_listed_and_goes(decoder, tmp_path):
    place = converted_models.place(tmp_path, "Model", "0123456789ab")
    shutil.copytree(decoder, place)
    (copy,) = converted_models.listing(tmp_path)
    assert copy.name == "Model-0123456789ab-float32"
    assert copy.size > 4 * copy.values > 0
    assert not converted_models.remove(tmp_path, "another")
    assert converted_models.remove(tmp_path, copy.name)
    assert converted_models.listing(tmp_path) == []
