import json
from dataclasses import replace

import numpy as np
import pytest

from probes import plotting, registry
from probes.runs import comparison, evidence
from probes.types import ModelRecord, ProbeError, UsageError


def run_of(verdict, model="one", **parameters):
    probe = registry.build("block_influence", parameters)
    record = ModelRecord(id=model, revision="0", quantisation="none", parameters=1)
    return probe.conclude(probe.specimens()[verdict], record)


@pytest.fixture
def runs():
    return [run_of("supported"), run_of("refuted", "two", seed=3)]


def compare(runs, metrics=None):
    return comparison.compare([r.result for r in runs], [r.arrays for r in runs], metrics)


def test_runs_lie_on_top_of_each_other_with_what_differs(runs):
    made = compare(runs)
    first, second = made.runs
    assert first.differs == {}
    assert first.overlaps
    assert second.differs == {"model": ("one", "two"), "seed": (0, 3)}
    assert not second.overlaps
    assert [trace.name for trace in made.figure.data if trace.showlegend] == ["one", "two"]
    assert "supported" in made.figure.layout.meta["alt"]
    assert "refuted" in plotting.to_svg(made.figure)
    assert json.loads(json.dumps(made.as_json()))["runs"][1]["verdict"] == "refuted"


def test_a_valley_is_compared_by_its_entropy_first():
    valley = registry.build("layer_valley")
    arrays = valley.specimens()["refuted"]
    runs = [
        valley.conclude(arrays, ModelRecord(id=name, revision="0", quantisation="", parameters=1))
        for name in "ab"
    ]
    assert compare(runs).metrics == ("entropy", "entropy_without_first", "curvature")


def test_arrays_that_are_no_numbers_are_not_drawn(runs):
    words = {"words": np.full((4, 12), "x"), **runs[0].arrays}
    strange = [replace(run, arrays=words) for run in runs]
    assert "words" not in compare(strange).metrics


def test_models_of_different_depth_share_one_axis(runs):
    shallow = replace(runs[1], arrays={k: a[:, ::2] for k, a in runs[1].arrays.items()})
    made = compare([runs[0], shallow], ["influence"])
    lines = [trace for trace in made.figure.data if trace.mode == "lines"]
    assert [len(line.x) for line in lines] == [12, 6]
    assert all((line.x[0], line.x[-1]) == (0.0, 1.0) for line in lines)
    np.testing.assert_allclose(lines[0].y, runs[0].arrays["influence"].mean(axis=0))


def test_runs_of_one_model_are_told_apart_by_their_id(tmp_path):
    kept = [evidence.save(run_of(verdict), tmp_path) for verdict in ("supported", "refuted")]
    made = comparison.load(tmp_path, [one.id for one in kept])
    assert len({run.label for run in made.runs}) == 2
    assert kept[1].id in made.runs[1].label


def test_the_figure_is_kept_as_a_page_and_a_picture_with_their_text(tmp_path):
    kept = [evidence.save(run_of(verdict), tmp_path) for verdict in ("supported", "refuted")]
    page = comparison.save(comparison.load(tmp_path, [one.id for one in kept]), tmp_path)
    assert page.stem == "+".join(one.id for one in kept)
    written = page.read_text("utf-8")
    assert 'role="img" aria-label="influence' in written
    assert (page.parent / "../evidence/plotly.min.js").is_file()
    assert "<desc>influence" in page.with_suffix(".svg").read_text("utf-8")


def test_a_figure_that_cannot_be_kept_is_one_line(tmp_path, runs):
    (tmp_path / "comparisons").write_text("a file in its place")
    with pytest.raises(ProbeError, match="cannot keep the figure in"):
        comparison.save(compare(runs), tmp_path)


def test_what_cannot_be_compared_is_refused_in_one_line(runs, tmp_path):
    with pytest.raises(UsageError, match="2 to 4 runs, not 1"):
        compare(runs[:1])
    with pytest.raises(UsageError, match="2 to 4 runs, not 6"):
        compare(runs * 3)
    with pytest.raises(UsageError, match="not every run holds nonsense; curves they share: infl"):
        compare(runs, ["nonsense"])
    other = registry.build("logit_lens")
    third = other.conclude(other.specimens()["refuted"], runs[0].result.model)
    with pytest.raises(UsageError, match="block_influence and logit_lens"):
        compare([runs[0], third])
    with pytest.raises(UsageError, match="no evidence"):
        comparison.load(tmp_path, ["block_influence-00000000-1", "block_influence-00000000-2"])
    with pytest.raises(UsageError, match="block_influence-00000000-1 is named twice"):
        comparison.load(tmp_path, ["block_influence-00000000-1"] * 2)
