"""The probes of single claims on tiny networks: they run, twice alike, and can be kept."""

import numpy as np
import pytest

from probes import brought, evidence, models, registry
from probes.types import UsageError
from tests.probes.continuations.conftest import build

SMALL = {
    "emergence_metric": {"count": 2, "steps": 8, "batch": 8, "tested": 40},
    "update_sparsity": {"count": 2, "learning": 8, "steps": 1, "batch": 2, "group": 2},
    "activation_sparsity": {"count": 6, "texts": 6, "max_tokens": 20},
    "constrained_optimisation": {"count": 6, "shots": 1},
    "document_relay": {"count": 2, "lines": 3, "trips": 2},
    "checkpoints": {"steps": 8, "runs": 2, "width": 16, "blocks": 3},
}
TRAINED = ("emergence_metric", "update_sparsity", "checkpoints")


@pytest.fixture(scope="module")
def bytes_model(tmp_path_factory):
    """A model of bytes with room for a question and its examples."""
    return str(build(tmp_path_factory.mktemp("bytes"), max_position_embeddings=2048))


@pytest.mark.parametrize("name", SMALL)
def test_it_runs_twice_alike_and_is_judged_alike_where_it_is_brought(name, bytes_model, tmp_path):
    own = {} if name in TRAINED else {"model": bytes_model}
    probe = registry.build(name, {**own, **SMALL[name]})
    told = []
    first, second = (
        probe.run(
            models.Laboratory(cache=tmp_path / str(turn)), lambda share, _: told.append(share)
        )
        for turn in range(2)
    )
    assert max(told) == pytest.approx(1)
    for key, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[key])
    kept = evidence.save(first, tmp_path)
    assert kept.n + kept.missing == len(probe.effect(first.arrays))
    assert set(kept.control) == set(probe.wording().contrasts)
    again = brought.bring(tmp_path / "evidence" / kept.id, tmp_path / "elsewhere")
    assert (again.effect, again.outcome, again.summary) == (kept.effect, kept.outcome, kept.summary)


@pytest.mark.parametrize("widths", [(16, 32), (32, 16, 48), (16, 24, 48), (16, 16, 32)])
def test_sizes_that_are_none_are_refused(widths):
    with pytest.raises(UsageError, match="widths"):
        registry.build("emergence_metric", {"widths": widths}).cost()


def test_a_jump_of_chance_is_not_taken_for_one_of_size():
    """Where networks of one size differ as sizes do, the foil shows the whole effect."""
    probe = registry.build("emergence_metric")
    arrays = dict(probe.specimens()["supported"])
    exact = np.tile([0.0, 0.4, 0.5, 0.9], (8, 1))
    exact[:, 1] = np.where(np.arange(8) % 2, 0.0, 1.0)
    edit = 0.5 + 0.1 * exact
    arrays |= {"exact": exact, "expected": exact, "power": exact, "edit": edit, "brier": edit}
    controls = probe.judged_controls(arrays)
    assert controls["among networks of one size"].effect > 0.5
    run = probe.conclude(
        arrays, models.ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
    )
    assert (
        run.result.outcome
        == "supported, but explained by chance differences between networks of one size"
    )


def test_a_larger_model_is_a_control_where_one_is_named(bytes_model, tmp_path):
    parameters = {"model": bytes_model, "larger": bytes_model, **SMALL["constrained_optimisation"]}
    run = registry.build("constrained_optimisation", parameters).run(
        models.Laboratory(cache=tmp_path), lambda _share, _message: None
    )
    larger = run.result.control["a larger model, against this one"]
    assert (larger.effect, larger.n) == (0.0, 18)
    assert "random guess" in run.figure.layout.meta["alt"]


def test_a_model_that_reads_both_ways_is_refused(encoder, tmp_path):
    probe = registry.build("activation_sparsity", {"model": str(encoder)})
    with pytest.raises(models.ProbeError, match="reads in both directions"):
        probe.run(models.Laboratory(cache=tmp_path), lambda _share, _message: None)


def test_a_relay_whose_model_writes_nothing_loses_everything_at_once(bytes_model, tmp_path):
    """What is gone stays gone, and the editors beside it go on."""
    probe = registry.build("document_relay", {"model": bytes_model, **SMALL["document_relay"]})
    arrays = probe.run(models.Laboratory(cache=tmp_path), lambda _share, _message: None).arrays
    assert arrays["model"].shape == arrays["noisy"].shape == (6, 3, 3)
    assert arrays["model"][:, 0].max() == 0
    assert arrays["idle"].max() == 0
    assert arrays["carried_out"].shape == (6, 4)


def test_mere_chance_between_untrained_draws_is_not_taken_for_a_valley_that_forms():
    probe = registry.build("checkpoints")
    arrays = dict(probe.specimens()["supported"])
    arrays["untrained"] = arrays["entropy"][[0, -1]]
    record = models.ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
    outcome = probe.conclude(arrays, record).result.outcome
    assert outcome == "supported, but explained by chance differences of untrained networks"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"revisions": "step0,step1"}, "need a model"),
        ({"model": "owner/name", "revisions": "step0"}, "2 revisions or more"),
        ({"width": 40}, "multiple of 16"),
    ],
)
def test_checkpoints_that_are_none_are_refused_beforehand(parameters, said):
    with pytest.raises(UsageError, match=said):
        registry.build("checkpoints", parameters).record(None)
