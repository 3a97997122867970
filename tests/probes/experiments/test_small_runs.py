"""The probes of single claims run on tiny networks, give the same twice, and can be kept."""

import numpy as np
import pytest
import torch
import transformers

from probes import registry
from probes.errors import UsageError
from probes.models import laboratory
from probes.runs import brought, evidence
from probes.tasks.relay import lost
from tests.probes.continuations.conftest import build

SMALL = {
    "emergence_metric": {"count": 2, "steps": 8, "batch": 8, "tested": 40},
    "update_sparsity": {"count": 2, "learning": 8, "steps": 1, "batch": 2, "group": 2},
    "activation_sparsity": {"count": 6, "texts": 6, "max_tokens": 20},
    "constrained_optimisation": {"count": 6, "shots": 1},
    "document_relay": {"count": 2, "lines": 3, "trips": 2},
    "checkpoints": {"steps": 8, "runs": 2, "width": 16, "blocks": 3},
    "seqvcr_multiplication": {"count": 2, "steps": 8, "batch": 4, "width": 16, "tested": 40},
}
TRAINED = ("emergence_metric", "update_sparsity", "checkpoints", "seqvcr_multiplication")
RECORD = laboratory.ModelRecord(id="none", revision="0", quantisation="none", parameters=1)


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
            laboratory.Laboratory(cache=tmp_path / str(turn)), lambda share, _: told.append(share)
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
        arrays, laboratory.ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
    )
    assert (
        run.result.outcome
        == "supported, but explained by chance differences between networks of one size"
    )


def test_a_larger_model_is_a_control_where_one_is_named(bytes_model, tmp_path):
    parameters = {"model": bytes_model, "larger": bytes_model, **SMALL["constrained_optimisation"]}
    run = registry.build("constrained_optimisation", parameters).run(
        laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None
    )
    larger = run.result.control["a larger model, against this one"]
    assert (larger.effect, larger.n) == (0.0, 18)
    assert "random guess" in run.figure.layout.meta["alt"]


def test_a_model_that_reads_both_ways_is_refused(encoder, tmp_path):
    probe = registry.build("activation_sparsity", {"model": str(encoder)})
    with pytest.raises(laboratory.ProbeError, match="reads in both directions"):
        probe.run(laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None)


def test_a_relay_whose_model_writes_nothing_loses_everything_at_once_and_so_do_copies(tmp_path):
    """What is gone stays gone, and the editors by program go on."""
    silent = build(tmp_path / "silent", max_position_embeddings=2048)
    network = transformers.AutoModelForCausalLM.from_pretrained(silent)
    # All tokens are then equally likely, and the first of them ends the text.
    torch.nn.init.zeros_(network.lm_head.weight)
    network.save_pretrained(silent)
    probe = registry.build("document_relay", {"model": str(silent), **SMALL["document_relay"]})
    run = probe.run(laboratory.Laboratory(cache=tmp_path), lambda _share, _message: None)
    for name in ("model", "copy"):
        fates = run.arrays[name]
        assert (fates[:, 0] == 0).all()
        assert (fates[:, 1:] == [1, 0, 0]).all()
    assert run.arrays["model"].shape == (6, 3, 3)
    assert (run.arrays["carried_out"][:, 0] == 0).all()
    assert np.isnan(run.arrays["carried_out"][:, 1:]).all()
    assert run.arrays["idle"].max() == 0
    for name in ("noisy", "failing"):
        assert 0 < lost(run.arrays[name])[:, -1].mean() < 0.25
    assert run.result.outcome == "supported, but explained by mere copying"
    assert run.result.control["lost after the first round trip"].effect == 0


def concluded(name, **arrays):
    """A finished run of the supported specimen with other arrays, and its finding."""
    probe = registry.build(name)
    record = laboratory.ModelRecord(
        id="none", revision="0", quantisation="none", parameters=178_848
    )
    made = probe.conclude({**probe.specimens()["supported"], **arrays}, record).result
    return made, probe.sentences(made).finding


def test_a_loss_that_mere_copies_share_is_not_that_of_the_edits():
    model = registry.build("document_relay").specimens()["supported"]["model"]
    assert concluded("document_relay")[0].outcome == "supported"
    made, finding = concluded("document_relay", copy=model[:, :2] * 0 + model[:, -1:])
    assert made.outcome == "supported, but explained by mere copying"
    assert "is lost, altered or made up after 4 round trips" in finding
    assert "but also for two mere copies" in finding
    assert len(finding.split()) <= 45


@pytest.mark.parametrize("order", [(0, -1), (-1, 0)])
def test_mere_chance_between_untrained_draws_is_not_taken_for_a_valley_that_forms(order):
    """Whichever of the two draws has the deeper dip."""
    entropy = registry.build("checkpoints").specimens()["supported"]["entropy"]
    made, _ = concluded("checkpoints", untrained=entropy[list(order)])
    assert made.outcome == "supported, but explained by chance differences of untrained networks"


def test_a_valley_that_comes_and_goes_is_told_with_the_step_at_which_training_stopped():
    entropy = registry.build("checkpoints").specimens()["supported"]["entropy"]
    back = entropy[[0, 1, 4, 2, 0]]
    same = {
        "entropy": back,
        "entropy_without_first": back,
        "entropy_without_massive_dimensions": back,
    }
    made, finding = concluded("checkpoints", **same)
    assert made.outcome == "refuted"
    assert made.control["at the deepest checkpoint"].verdict == "supported"
    assert finding.startswith("In 0.18M-parameter networks trained here (8 runs), ")
    assert "is no more than 0.03 deeper at step 600 than at the start" in finding
    assert "but at the deepest checkpoint it holds" in finding


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"revisions": "step0,step1"}, "need a model"),
        ({"model": "owner/name", "revisions": "step0"}, "2 revisions or more"),
        ({"model": "owner/name", "revisions": "step0,../other"}, "path elsewhere"),
        ({"model": "owner/name", "revisions": "step0,/etc"}, "path elsewhere"),
        ({"width": 40}, "multiple of 16"),
    ],
)
def test_checkpoints_that_are_none_are_refused_beforehand(parameters, said):
    with pytest.raises(UsageError, match=said):
        registry.build("checkpoints", parameters).record(None)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"pauses": 0.8}, "supported, but explained by the pause tokens alone"),
        ({"pauses": 0.3}, "supported"),
        ({"Seq-VCR": 0.9}, "supported"),
        ({"plain": 0.85}, "not applicable"),
        ({"Seq-VCR and pauses": 0.1}, "refuted"),
    ],
)
def test_what_seq_vcr_gains_is_told_from_what_pause_tokens_gain(shares, said):
    probe = registry.build("seqvcr_multiplication")
    arrays = {k: v.copy() for k, v in probe.specimens()["supported"].items()}
    ways = ("plain", "pauses", "Seq-VCR", "Seq-VCR and pauses")
    for way, share in shares.items():
        arrays["exact"][ways.index(way)] = share
    assert probe.conclude(arrays, RECORD).result.outcome == said


def test_products_gained_without_more_entropy_are_no_prevented_collapse():
    probe = registry.build("seqvcr_multiplication")
    arrays = dict(probe.specimens()["supported"])
    arrays["entropy"] = np.full_like(arrays["entropy"], 0.5)
    result = probe.conclude(arrays, RECORD).result
    assert result.outcome == "supported, but not in middle-layer entropy"
    assert result.verdict == "inconclusive"


@pytest.mark.parametrize(
    ("parameters", "said"), [({"width": 40}, "multiple of 16"), ({"digits": 6}, "digits")]
)
def test_products_that_cannot_be_learnt_are_refused_beforehand(parameters, said):
    with pytest.raises(UsageError, match=said):
        registry.build("seqvcr_multiplication", parameters).cost()


def test_the_published_size_is_asked_for_by_one_parameter():
    probe = registry.build("seqvcr_multiplication", {"full": True, "tested": 40})
    one, two = probe.choose(())[0].partition("=")[0].split("*")
    assert len(one) == len(two) == 5
    assert probe.cost().seconds > 1e6 * registry.build("seqvcr_multiplication").cost().seconds
