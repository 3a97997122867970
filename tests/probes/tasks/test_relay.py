import numpy as np
import pytest

from probes.tasks import documents, relay
from probes.tasks.documents import EDITS
from probes.tasks.relay import Relay

WAY = Relay(count=20, lines=12, trips=10, seed=3)


def faithful(change, text, kind, rng):
    """The editor that makes no mistake."""
    del kind, rng
    return change.apply(text)


def test_the_editor_without_a_mistake_loses_nothing_and_makes_every_edit():
    texts = WAY.by_program(faithful)
    assert texts[0] == texts[-1] == WAY.documents()
    assert relay.lost(WAY.fates(texts)).max() == 0
    assert relay.share_made(WAY.carried_out(texts)).min() == 1


def test_the_editor_that_does_nothing_loses_nothing_and_makes_no_edit():
    texts = WAY.by_program(documents.idle)
    made = WAY.carried_out(texts)
    assert relay.lost(WAY.fates(texts)).max() == 0
    assert made[:, ::2].max() == 0
    assert relay.share_made(made).max() == 0
    assert np.isnan(relay.sudden(WAY.fates(texts), 0.1)).all()


def test_edits_that_there_was_nothing_of_to_make_are_not_counted():
    made = np.array([[1, np.nan, 0, np.nan], [np.nan] * 4, [1, 1, np.nan, 0]])
    np.testing.assert_allclose(relay.share_made(made), [1 / 2, np.nan, 2 / 3])


def test_two_editors_lose_as_much_and_are_told_apart():
    noisy, failing = (
        WAY.fates(WAY.by_program(editor)) for editor in (documents.noisy, documents.failing)
    )
    for fates in (noisy, failing):
        assert relay.lost(fates)[:, -1].mean() == pytest.approx(0.25, abs=0.08)
    assert np.nanmean(relay.sudden(noisy, 0.1)) < 0.2
    assert np.nanmin(relay.sudden(failing, 0.1)) > 0.8
    assert np.nanmean(relay.deleted(noisy)) < 0.05
    assert np.nanmin(relay.deleted(failing)) == 1


def test_a_loss_of_just_ten_points_is_a_large_one():
    steps = np.array([[0.0, 0.1, 0.3, 0.35]])[..., None] * np.array([1, 0, 0])
    assert relay.sudden(steps, 0.1)[0] == pytest.approx(0.3 / 0.35)


def test_each_edit_comes_once_before_one_comes_again_and_is_followed_by_its_inverse():
    asked = [WAY.change(7, step) for step in range(WAY.edits)]
    first = asked[: 2 * len(EDITS)]
    assert {change.asked for change in first} == {
        change.asked for edit in EDITS.values() for change in (edit.forward, edit.inverse)
    }
    inverse = {edit.forward.asked: edit.inverse.asked for edit in EDITS.values()}
    assert all(inverse[a.asked] == b.asked for a, b in zip(asked[::2], asked[1::2], strict=True))


def test_examples_show_the_edit_and_are_never_the_document():
    way = Relay(count=2, lines=5, trips=6, seed=0)
    handed = set(way.documents())
    for step in range(way.edits):
        for at in range(len(way.kinds)):
            change = way.change(at, step)
            shown = way.examples(at, step, 2, copy=False)
            assert all(change.apply(before) == after for before, after in shown)
            assert all(before != after for before, after in shown)
            assert not handed & {text for pair in shown for text in pair}
            prompt = way.prompt(at, step, "THE TEXT", 2)
            assert prompt.count(f"Edit: {change.asked}\n") == 3
            assert prompt.endswith("THE TEXT\nAfter:\n")
            assert all(a == b for a, b in way.examples(at, step, 2, copy=True))


def test_no_edit_is_the_first_of_every_document():
    assert len({WAY.change(at, 0).asked for at in range(len(WAY.kinds))}) == len(EDITS)


def test_more_documents_only_add():
    few, many = (Relay(count=n, lines=5, trips=2, seed=1).documents() for n in (2, 4))
    assert [few[0], few[2]] == [many[0], many[4]]
    assert len(set(many)) == 12
