import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.tasks import documents
from probes.tasks.documents import EDITS, KINDS

EVERY = pytest.mark.parametrize("kind", sorted(KINDS))
EDIT = pytest.mark.parametrize("edit", sorted(EDITS))


def drawn(kind, lines=8, seed=0):
    return KINDS[kind].document(lines, np.random.default_rng(seed))


@EVERY
@EDIT
def test_an_edit_and_its_inverse_give_the_document_back(kind, edit):
    text, both = drawn(kind), EDITS[edit]
    edited = both.forward.apply(text)
    assert edited != text
    assert both.inverse.apply(edited) == text


@EVERY
@EDIT
def test_every_form_is_read_as_the_same_records(kind, edit):
    text, read = drawn(kind), KINDS[kind].read
    assert len(read(text)) == 8
    assert all(all(record) for record in read(text))
    assert sorted(read(EDITS[edit].forward.apply(text))) == sorted(read(text))


@EVERY
@EDIT
def test_what_is_done_is_carried_out_and_what_is_not_is_not(kind, edit):
    text = drawn(kind)
    for change in (EDITS[edit].forward, EDITS[edit].inverse):
        before = text if change is EDITS[edit].forward else EDITS[edit].forward.apply(text)
        assert documents.carried_out(change, before, change.apply(before)) == 1
        assert documents.carried_out(change, before, before) == 0
        assert documents.carried_out(change, before, "") == 0
        # By chance, noise is nearer to one of the two, and one repeated line is no document.
        for noise in ("zz; QQ 77", "- ;;;;", before.splitlines()[0][:2] * 40):
            assert documents.carried_out(change, before, noise) == 0


@EDIT
@pytest.mark.parametrize("after", ["", "bolt, 40, 1.25", "something else"])
def test_of_nothing_no_edit_can_be_carried_out(edit, after):
    for change in (EDITS[edit].forward, EDITS[edit].inverse):
        assert math.isnan(documents.carried_out(change, "", after))


@EVERY
@pytest.mark.parametrize("edit", ["separator", "list", "capitals", "numbers"])
def test_what_was_never_made_cannot_be_undone(kind, edit):
    text = drawn(kind)
    for after in (text, EDITS[edit].forward.apply(text), ""):
        assert math.isnan(documents.carried_out(EDITS[edit].inverse, text, after))


@EVERY
def test_each_kind_of_loss_is_told_apart(kind):
    records = KINDS[kind].read(drawn(kind))
    (name, first, last), rest = records[0], records[1:]
    same = documents.compared(records, records[::-1])
    assert (same.deleted, same.altered, same.added, same.lost) == (0, 0, 0, 0)
    gone = documents.compared(records, rest)
    assert (gone.deleted, gone.altered, gone.added) == (3 / 24, 0, 0)
    changed = documents.compared(records, [(name, first, "0"), *rest])
    assert (changed.deleted, changed.altered, changed.added) == (0, 1 / 24, 0)
    renamed = documents.compared(records, [("other", first, last), *rest])
    assert (renamed.deleted, renamed.altered, renamed.added) == (0, 1 / 24, 0)
    short = documents.compared(records, [(name, first, ""), *rest])
    assert (short.deleted, short.altered, short.added) == (1 / 24, 0, 0)
    more = documents.compared(records, [*records, ("other", "0", "")])
    assert (more.deleted, more.altered, more.added) == (0, 0, 2 / 26)
    twice = documents.compared(records, [*records, records[0]])
    assert twice.added == 3 / 27
    assert documents.compared(records, []).lost == 1


@given(st.text(alphabet="ab 12:.-,;)\nAB", max_size=60), st.sampled_from(sorted(KINDS)))
def test_any_text_is_read_and_shares_stay_shares(text, kind):
    records = KINDS[kind].read(text)
    found = documents.compared(KINDS[kind].read(drawn(kind)), records)
    assert 0 <= found.lost <= 1 + 1e-12
    assert min(found.deleted, found.altered, found.added) >= 0


def test_nothing_to_compare_is_said():
    with pytest.raises(ValueError, match="without records"):
        documents.compared([], [("bolt", "1", "2.50")])


@EVERY
@EDIT
def test_the_noisy_editor_miswrites_single_cells_at_its_rate_and_keeps_the_form(kind, edit):
    rng, lines, times = np.random.default_rng(0), 12, 60
    change, text, read = EDITS[edit].forward, drawn(kind, lines), KINDS[kind].read
    wanted = change.apply(text)
    wrong = 0
    for _ in range(times):
        written = documents.noisy(change, text, KINDS[kind], rng)
        assert [len(line.split()) for line in written.splitlines()] == [
            len(line.split()) for line in wanted.splitlines()
        ]
        cells = [
            both
            for rows in zip(read(wanted), read(written), strict=True)
            for both in zip(*rows, strict=True)
        ]
        assert len(cells) == 3 * lines
        assert all(after for _, after in cells)
        wrong += sum(before != after for before, after in cells)
    cells = times * 3 * lines
    spread = math.sqrt(cells * documents.MISTAKES * (1 - documents.MISTAKES))
    assert abs(wrong - cells * documents.MISTAKES) < 4 * spread


@EVERY
@pytest.mark.parametrize("lines", [3, 8, 11])
def test_the_failing_editor_leaves_out_half_of_the_lines_or_nothing(kind, lines):
    rng, times = np.random.default_rng(0), 4_000
    change, text = EDITS["list"].forward, drawn(kind, lines)
    wanted = change.apply(text).splitlines()
    kept = [documents.failing(change, text, KINDS[kind], rng).splitlines() for _ in range(times)]
    half = (lines + 1) // 2
    assert all(found in (wanted, wanted[:half]) for found in kept)
    gone = 1 - np.array([len(found) for found in kept]) / lines
    assert abs(gone.mean() - documents.MISTAKES) < 4 * gone.std() / math.sqrt(times)


@pytest.mark.parametrize("text", ["", "bolt, 40, 1.25"])
def test_of_a_line_or_none_there_is_no_half_to_leave_out(text):
    rng = np.random.default_rng(0)
    found = {documents.failing(documents.COPY, text, KINDS["stock"], rng) for _ in range(400)}
    assert found == {text}


def test_what_comes_before_the_document_is_no_record():
    read = KINDS["staff"].read("\n1) young, 1970-01, B12\n- YOUNG; 1970-01; b12\n")
    assert read == [("young", "1970-01", "b12")] * 2
    assert KINDS["stock"].read("40, bolt, 1.25") == [("bolt", "40", "1.25")]
    assert KINDS["departures"].read("") == []
