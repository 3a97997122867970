import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.tasks import documents
from probes.tasks.documents import EDITS, KINDS

EVERY = pytest.mark.parametrize("kind", sorted(KINDS))
EDIT = pytest.mark.parametrize("edit", sorted(EDITS))
RNG = np.random.default_rng(0)


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
        assert documents.carried_out(change, before, change.apply(before))
        assert not documents.carried_out(change, before, before)
        assert not documents.carried_out(change, before, "")


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
def test_the_noisy_editor_keeps_every_line_and_its_form(kind, edit):
    change, text = EDITS[edit].forward, drawn(kind, 12)
    wanted = change.apply(text)
    for _ in range(20):
        written = documents.noisy(change, text, KINDS[kind], RNG)
        assert len(written.splitlines()) == 12
        fate = documents.compared(KINDS[kind].read(wanted), KINDS[kind].read(written))
        assert (fate.deleted, fate.added) == (0, 0) or fate.altered == 0


def test_what_comes_before_the_document_is_no_record():
    read = KINDS["staff"].read("\n1) young, 1970-01, B12\n- YOUNG; 1970-01; b12\n")
    assert read == [("young", "1970-01", "b12")] * 2
    assert KINDS["stock"].read("40, bolt, 1.25") == [("bolt", "40", "1.25")]
    assert KINDS["departures"].read("") == []
