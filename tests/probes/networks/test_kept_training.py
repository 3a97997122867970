import numpy as np
import pytest
import torch

from probes.errors import ProbeError
from probes.networks import kept_training


def test_a_finished_training_is_not_done_again(tmp_path):
    made = []

    def make(draft):
        made.append(draft)
        draft.write_bytes(b"unfinished")
        return {"exact": np.array([0.25, 0.5]), "digits": np.eye(2)}

    first, again = (kept_training.unit(tmp_path, {"arm": "plain"}, make) for _ in range(2))
    assert len(made) == 1
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]
    kept_training.unit(tmp_path, {"arm": "pauses"}, make)
    assert len(made) == 2


def test_a_damaged_file_is_made_again(tmp_path):
    wanted = {"exact": np.array([1.0])}
    kept_training.unit(tmp_path, 1, lambda _draft: wanted)
    [file] = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    again = kept_training.unit(tmp_path, 1, lambda _draft: {"exact": np.array([2.0])})
    np.testing.assert_array_equal(again["exact"], [2.0])


def test_without_a_folder_nothing_is_kept():
    found = [kept_training.unit(None, 1, lambda draft: {"draft": draft}) for _ in range(2)]
    assert found == [{"draft": None}, {"draft": None}]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProbeError, match="cannot keep trainings"):
        kept_training.unit(tmp_path / "file" / "trainings", 1, lambda _draft: {})


def test_a_training_is_taken_up_where_it_was_put_down(tmp_path):
    def begun():
        weights = {"w": torch.ones(3, requires_grad=True)}
        return weights, torch.optim.Adam(weights.values()), [np.random.default_rng(4)]

    def go_on(weights, optimiser, draws):
        optimiser.zero_grad()
        (weights["w"] * torch.tensor(draws[0].normal(size=3))).sum().backward()
        optimiser.step()

    place = tmp_path / "training.pt"
    straight = begun()
    assert kept_training.taken_up(place, *straight) == 0
    go_on(*straight)
    kept_training.put_down(place, 1, *straight)
    go_on(*straight)
    other = begun()
    assert kept_training.taken_up(place, *other) == 1
    go_on(*other)
    torch.testing.assert_close(straight[0]["w"], other[0]["w"], rtol=0, atol=0)
    place.write_bytes(place.read_bytes()[:100])
    assert kept_training.taken_up(place, *begun()) == 0
