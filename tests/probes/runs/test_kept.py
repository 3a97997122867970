"""A kept run is known by the name of its folder and of its record alone."""

import pytest

from probes.runs.kept import ids, is_record, store

RUN = "layer_valley-0123abcd-1"


@pytest.mark.parametrize(
    "name", ["layer_valley-0123abcd-0", "layer_valley-0123abcg-1", "Layer-0123abcd-1", ".part", "layer_valley"]
)  # fmt: skip
def test_only_folders_named_as_runs_are_runs(tmp_path, name):
    for folder in (name, RUN):
        (store(tmp_path) / folder).mkdir(parents=True)
        (store(tmp_path) / folder / "result.json").write_text("not read", "utf-8")
    assert ids(tmp_path) == {RUN}
    assert not is_record(store(tmp_path) / name / "result.json")
    assert not is_record(store(tmp_path) / RUN / "arrays.npz")


def test_a_folder_without_a_record_is_no_run(tmp_path):
    (store(tmp_path) / RUN).mkdir(parents=True)
    assert ids(tmp_path) == set()
    assert ids(tmp_path / "no library") == set()
