"""Raw states are those that the model shows, and are kept once for the same weights and tokens."""

import json
import sys

import numpy as np
import pytest
from safetensors import safe_open

from probes.errors import ProbeError, UsageError
from probes.layers import raw_states
from probes.measured import measure
from probes.models import laboratory
from probes.runs import pictures
from probes.texts import datasets
from probes.texts.prompts import OWN


def test_states_are_kept_by_content_and_made_once(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    prompts = datasets.encode(model, OWN[:3], 24)
    folder = tmp_path / "states"
    paths = raw_states.save(model, prompts, folder)
    seen = {}
    model.hidden_states(prompts, lambda p, layer, x: seen.__setitem__((p, layer), x.copy()))
    for prompt, path in enumerate(paths):
        with safe_open(path, "np") as file:
            kept = file.get_tensor(raw_states.STATES)
            assert json.loads(file.metadata()["tokens"]) == prompts[prompt]
            assert file.metadata()["model"] == model.record.id
        assert kept.shape == (model.layers, len(prompts[prompt]), 32)
        for layer, states in enumerate(kept):
            np.testing.assert_allclose(states, seen[prompt, layer], atol=1e-5)
    stamps = [path.stat().st_mtime_ns for path in paths]
    shares = []
    more = raw_states.save(
        model, [*prompts, prompts[0][:9]], folder, lambda share, _said: shares.append(share)
    )
    assert more[:3] == paths
    assert [path.stat().st_mtime_ns for path in paths] == stamps
    assert shares == [1.0]
    half = laboratory.load(str(decoder), tmp_path, dtype="bfloat16")
    assert raw_states.content(half, prompts[0]) != raw_states.content(model, prompts[0])


def test_a_folder_that_cannot_be_made_is_one_line(decoder, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ProbeError, match="cannot keep states in"):
        measure(str(decoder), OWN[:2], max_tokens=24, cache=tmp_path, states=tmp_path / "file")


def test_a_table_is_drawn_as_svg_and_png_and_kept_as_parquet(decoder, tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pytest.importorskip("matplotlib")
    table = measure(str(decoder), OWN[:4], max_tokens=24, cache=tmp_path)
    drawn = pictures.of_table(table, ["entropy", "block_influence"])
    pictures.save(drawn, tmp_path / "a.SVG")
    pictures.save(drawn, tmp_path / "a.png")
    assert (tmp_path / "a.SVG").read_text("utf-8").count('stroke-width="2"') >= 2
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    table.to_parquet(tmp_path / "a.parquet")
    pandas.testing.assert_frame_equal(pandas.read_parquet(tmp_path / "a.parquet"), table.to_frame())
    with pytest.raises(UsageError, match=r"a \.svg or a \.png"):
        pictures.save(drawn, tmp_path / "a.gif")
    with pytest.raises(UsageError, match="no metric 'walrus'"):
        pictures.of_table(table, ["walrus"])
    with pytest.raises(ProbeError, match="cannot write"):
        pictures.save(drawn, tmp_path / "no" / "a.png")


@pytest.mark.parametrize(
    ("package", "said"), [("pyarrow", "needs pyarrow"), ("matplotlib.figure", "needs matplotlib")]
)
def test_a_package_that_is_missing_is_one_line_with_the_remedy(
    decoder, tmp_path, monkeypatch, package, said
):
    pytest.importorskip("pandas")
    table = measure(str(decoder), OWN[:3], max_tokens=24, cache=tmp_path)

    def save(path):
        pictures.save(pictures.of_table(table), path)

    # Python then reports that the package is not there.
    monkeypatch.setitem(sys.modules, package, None)
    write = table.to_parquet if package == "pyarrow" else save
    with pytest.raises(ProbeError, match=rf"{said}.*inquiring-lines\[tables\]"):
        write(tmp_path / "a.parquet" if package == "pyarrow" else tmp_path / "a.png")
