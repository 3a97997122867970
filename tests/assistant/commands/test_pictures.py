"""The figure of a run is saved as a picture, or one line says why not."""

import pytest

from probes.runs import kept


@pytest.fixture
def run(reading_list):
    return min(kept.ids(reading_list))


def test_the_figure_of_a_run_is_a_picture(inquire, reading_list, run, tmp_path):
    file = tmp_path / "a.svg"
    ran = inquire("evidence", "picture", run, str(file), "--json", data=reading_list)
    assert ran.document == {"id": run, "picture": str(file)}
    assert file.read_text("utf-8").lstrip().startswith("<svg")


def test_another_ending_and_another_run_are_one_line(inquire, reading_list, run, tmp_path):
    for identity, name in ((run, "a.gif"), ("layer_valley-00000000-9", "a.svg")):
        ran = inquire("evidence", "picture", identity, str(tmp_path / name), data=reading_list)
        assert ran.code in (2, 3)
        assert ran.err.count("\n") == 1
    assert not list(tmp_path.glob("a.*"))
