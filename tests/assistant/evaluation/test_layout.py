"""A run as text has columns that align, and says of each change whether it may be chance."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.layout import against, aligned

CELLS = st.text("ab-1", min_size=1, max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)
    )
)
def test_each_column_begins_at_the_same_place_in_every_line(rows):
    lines = aligned(rows).split("\n")
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    starts = [sum(widths[:at]) + 2 * at for at in range(len(widths))]
    for row, line in zip(rows, lines, strict=True):
        assert all(line[start:].startswith(cell) for start, cell in zip(starts, row, strict=True))


def test_a_change_whose_interval_holds_zero_may_be_chance():
    before = {
        "when": "then", "same_index": True, "settings": {"seed": (0, 1)}, "questions": 9,
        "changes": {
            "up": {"change": 0.2, "interval": (0.1, 0.3)},
            "flat": {"change": 0.1, "interval": (-0.1, 0.3)},
        },
    }  # fmt: skip
    head, up, flat = against(before, str.upper).split("\n")
    assert "the same index" in head
    assert "seed was 0, is 1" in head
    assert up.strip() == "UP +0.200 [+0.100, +0.300]"
    assert flat.endswith("may be chance")
    assert against({**before, "changes": {}}, str).endswith("nothing changed.")
    assert against(None, str) == "There is no earlier run to compare with."
