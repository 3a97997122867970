import math

import pytest
import torch

from probes.errors import ProbeError
from probes.models import weight_changes


def test_shares_follow_the_tolerance_and_the_format():
    before = torch.ones(4, 5)
    after = before.clone()
    after[0] += 1e-3  # below half of bfloat16's last place at 1, which is 2^-9
    after[1] += 0.1
    found = weight_changes.changed_matrix("w", before, after)
    assert found.unchanged == (0.5, 0.5, 0.5, 0.5, 0.5)
    assert found.in_bf16 == 0.75
    assert found.close_in_bf16 == 0.75
    assert found.count == 20
    small = weight_changes.changed_matrix("w", before, before + 3e-6)
    assert small.unchanged == (0.0, 0.0, 0.0, 1.0, 1.0)


def test_nothing_changed_has_no_rank_and_a_change_in_one_row_has_one():
    before = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))
    same = weight_changes.changed_matrix("w", before, before)
    assert same.unchanged == (1.0,) * 5
    assert same.rank == same.random_rank == 0.0
    after = before.clone()
    after[2] += 1.0
    assert weight_changes.changed_matrix("w", before, after).rank == pytest.approx(1 / 6)


def test_scattered_values_are_as_many_and_of_almost_full_rank():
    changed = torch.zeros(40, 40, dtype=torch.bool)
    changed[:10] = True
    random = weight_changes.scattered(changed, seed=0)
    assert int((random != 0).sum()) == int(changed.sum())
    assert weight_changes.rank_share(random) > 0.9
    assert weight_changes.rank_share(changed.float()) == pytest.approx(1 / 40)


def test_overlap_of_independent_sets_is_their_density():
    generator = torch.Generator().manual_seed(0)
    first, second = (torch.rand(100_000, generator=generator) < share for share in (0.5, 0.3))
    own, chance = weight_changes.overlap(first, second)
    assert own == pytest.approx(chance, abs=0.01)
    assert chance == pytest.approx(0.3, abs=0.01)
    assert weight_changes.overlap(first, first)[0] == 1.0
    assert math.isnan(weight_changes.overlap(torch.zeros(3, dtype=torch.bool), first[:3])[0])


def test_the_whole_counts_each_weight_once():
    before = {"small": torch.zeros(2), "large": torch.zeros(6)}
    after = {"small": torch.ones(2), "large": torch.zeros(6)}
    found = weight_changes.whole(weight_changes.compared(before, after))
    assert found.count == 8
    assert found.unchanged[0] == 0.75
    assert math.isnan(found.rank)


def test_other_models_are_refused():
    with pytest.raises(ProbeError, match="in one model only, among them b"):
        weight_changes.compared({"a": torch.zeros(2)}, {"a": torch.zeros(2), "b": torch.zeros(1)})
    with pytest.raises(ProbeError, match="shape"):
        weight_changes.compared({"a": torch.zeros(2)}, {"a": torch.zeros(3)})


def test_embeddings_and_scales_do_not_count_for_small_networks():
    before = {
        "embedding": torch.zeros(1, 9, 4),
        "norm": torch.ones(1, 4),
        "0.up": torch.zeros(1, 4, 8),
    }
    after = {
        "embedding": torch.ones(3, 9, 4),
        "norm": torch.ones(3, 4),
        "0.up": torch.zeros(3, 4, 8),
    }
    after["0.up"][2] = 1.0
    found = weight_changes.unchanged(before, after)
    assert [row[:2] for row in found] == [[1.0, 1.0]] * 6
    assert [row[2] for row in found] == [0.0] * 6
    made = weight_changes.structure(before, after, seed=0)
    assert made["rank"] == [0.0, 0.0, 0.25]
    assert made["chance"] == [0.0, 1.0, 0.0]
