import numpy as np
import pytest

from probes import registry
from probes.errors import ProbeError
from probes.models import laboratory
from probes.networks import formation
from probes.networks.small_networks import Shape
from probes.networks.training import Budget

SILENT = lambda _share, _message: None  # noqa: E731
TEXTS = ["a model reads a text as a row of tokens, layer by layer, and changes it. " * 60]
SHAPE = Shape(kind="transformer", width=16, blocks=3)


@pytest.fixture(scope="module")
def series(decoder, tokenizer, tmp_path_factory):
    """Two checkpoints of one decoder, the later one with larger weights in its second block."""
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("series")
    network = transformers.AutoModelForCausalLM.from_pretrained(decoder)
    for name, size in (("step1", 1.0), ("step1000", 6.0)):
        with torch.no_grad():
            for value in network.model.layers[1].parameters():
                value.mul_(size)
        network.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    return folder


def test_networks_are_measured_before_and_at_steps_that_double():
    budget = Budget(steps=24, batch=2, length=32, runs=2, seed=1)
    found = formation.of_networks(SHAPE, TEXTS, budget, SILENT)
    assert found["steps"].tolist() == [0, 3, 6, 12, 24]
    assert found["entropy"].shape == found["curvature_without_first"].shape == (5, 2, 4)
    assert found["loss"][-1].max() < found["loss"][0].min()
    np.testing.assert_array_equal(found["untrained"][0], found["entropy"][0])
    assert not np.allclose(found["untrained"][1], found["untrained"][0])
    assert all(np.isfinite(values).all() for values in found.values())


def test_a_longer_training_begins_alike():
    """What is read before training does not depend on how long it is."""
    short, long = (
        formation.of_networks(SHAPE, TEXTS, Budget(steps=n, batch=2, length=32, runs=2), SILENT)
        for n in (2, 4)
    )
    np.testing.assert_array_equal(short["entropy"][0], long["entropy"][0])


def test_checkpoints_in_a_folder_are_measured_one_after_the_other(series, tmp_path):
    lab = laboratory.Laboratory(cache=tmp_path)
    parameters = {"model": str(series), "revisions": "step1,step1000", "count": 6, "max_tokens": 24}
    run = registry.build("checkpoints", parameters).run(lab, SILENT)
    assert run.arrays["steps"].tolist() == [1, 1000]
    assert run.arrays["entropy"].shape == (2, 6, 6)
    # The states that enter the changed block are as before, and those that leave it differ.
    np.testing.assert_array_equal(run.arrays["entropy"][0, :, :2], run.arrays["entropy"][1, :, :2])
    assert not np.allclose(run.arrays["entropy"][0, :, 2], run.arrays["entropy"][1, :, 2])
    assert run.result.model.id == f"{series.name}, step1 to step1000"
    assert run.result.n == 6
    assert str(series / "step1") not in lab.loaded


def test_the_same_checkpoint_twice_forms_nothing(series, tmp_path):
    lab = laboratory.Laboratory(cache=tmp_path)
    parameters = {"model": str(series), "revisions": "step1,step1", "count": 6, "max_tokens": 24}
    run = registry.build("checkpoints", parameters).run(lab, SILENT)
    assert (run.result.effect, run.result.interval) == (0, (0, 0))
    assert run.result.outcome == "refuted"


def test_a_model_that_reads_both_ways_has_no_valley_to_form(encoder, tmp_path):
    names = [str(encoder)] * 2
    with pytest.raises(ProbeError, match="reads in both directions"):
        formation.of_checkpoints(laboratory.Laboratory(cache=tmp_path), names, TEXTS, 24, 0, SILENT)


def test_steps_are_read_from_the_names_or_counted():
    assert formation.steps(["a@step0", "a@step512"]) == [0, 512]
    assert formation.steps(["a@main", "a@step512"]) == [0, 1]
