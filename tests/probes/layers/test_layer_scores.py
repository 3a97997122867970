from concurrent.futures import ThreadPoolExecutor

import pytest

from probes.errors import UsageError
from probes.layers import layer_scores, layer_tasks, sweep
from probes.layers.sweep import Cell


def test_scores_of_a_layer_are_those_of_the_task(decoder, tmp_path):
    cell = Cell(model=str(decoder), layers=(2, -1), max_tokens=24)
    values = layer_scores.score(cell, tmp_path)
    assert set(values) == {task.name for task in layer_tasks.own_tasks()}
    for found in values.values():
        assert list(found) == ["2", "5"]
        assert all(low <= mean <= high for mean, low, high in found.values())
    with pytest.raises(UsageError, match="has no layer 9"):
        layer_scores.score(Cell(model=str(decoder), layers=(9,)), tmp_path)


def test_a_sweep_scores_models(decoder, encoder, tmp_path):
    wanted = sweep.cells([str(decoder), str(encoder), "no such"], layers=[1], max_tokens=16)
    with ThreadPoolExecutor(2) as pool:
        work = layer_scores.scoring(tmp_path)
        found = {f.cell.model: f for f in sweep.sweep(wanted, work, tmp_path / "store", pool)}
    assert found[str(decoder)].values != found[str(encoder)].values
    assert "unknown model 'no such'" in found["no such"].error
