"""The probe that the README prints whole works when its file is added."""

import re
import sys
from pathlib import Path

import pytest

from assistant import cli
from probes import experiments, plotting, registry
from probes.models import laboratory
from probes.types import ModelRecord

ROOT = Path(__file__).resolve().parents[2]
NAME = "straightening"


def _block(page: str) -> str:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if "(Probe)" in block]
    return found


@pytest.fixture
def dropped_in(tmp_path, monkeypatch):
    (tmp_path / f"{NAME}.py").write_text(_block("README.md"), "utf-8")
    monkeypatch.setattr(experiments, "__path__", [*experiments.__path__, str(tmp_path)])
    registry.discover.cache_clear()
    yield registry.get(NAME)
    registry.discover.cache_clear()
    sys.modules.pop(f"{registry.EXPERIMENTS}.{NAME}")


def test_it_is_the_one_that_the_page_explains():
    assert _block("README.md") == _block("docs/adding-a-probe.md")


def test_it_is_listed(dropped_in, capsys):
    assert cli.run(["probe", "list"]) == 0
    assert NAME in capsys.readouterr().out


def test_its_specimens_get_their_verdicts_and_a_figure_with_words(dropped_in):
    probe = dropped_in()
    record = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
    assert "refuted" in probe.specimens()
    for verdict, arrays in probe.specimens().items():
        run = probe.conclude(arrays, record)
        assert run.result.shown == verdict
        assert "<desc>" in plotting.to_svg(run.figure)


def test_it_measures_a_small_network(dropped_in, decoder, tmp_path):
    probe = registry.build(NAME, {"model": str(decoder)})
    run = probe.run(laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None)
    assert run.result.n == run.arrays["own"].shape[0] > 6
    assert run.result.control["with untrained weights"].n == run.result.n
