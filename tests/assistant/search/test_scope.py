"""Filters on sources leave exactly the sources that satisfy them, whatever the library."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.library.store import Record
from assistant.search.query import Filters
from assistant.search.scope import Years, within

names = st.sampled_from(["a", "A", "b", "sea", "Sea/North", "sea/north/ice"])
records = st.builds(
    Record, key=st.uuids().map(str), kind=st.sampled_from(["note", "paper", "evidence"]), title=st.just(""),
    year=st.none() | st.integers(1000, 9999), tags=st.lists(names, max_size=2).map(tuple),
    collections=st.lists(names, max_size=2).map(tuple),
)  # fmt: skip


@given(st.lists(records, max_size=6))
def test_a_collection_holds_those_in_it_and_a_tag_only_its_own(found):
    by_key = {record.key: record for record in found if record.kind != "evidence"}
    for record in by_key.values():
        for name in record.collections:
            parts = name.split("/")
            for depth in range(1, len(parts) + 1):
                asked = Filters(collection=("/".join(parts[:depth]).upper(),))
                assert record.key in within(by_key, asked)
        for name in record.tags:
            left = within(by_key, Filters(tag=(name.upper(),)))
            assert left == {
                key for key, other in by_key.items() if name.lower() in map(str.lower, other.tags)
            }


@given(st.lists(records, max_size=6))
def test_without_filters_every_reading_is_left_and_no_run(found):
    by_key = {record.key: record for record in found}
    assert within(by_key, Filters()) == {r.key for r in found if r.kind != "evidence"}
    assert within(by_key, Filters(kind=("evidence",))) == {
        r.key for r in found if r.kind == "evidence"
    }


@given(st.integers(1000, 9999), st.integers(1000, 9999))
def test_years_hold_as_numbers_compare(one, other):
    record = Record(key="a", kind="note", title="", year=one, tags=())
    assert Years.parse(f"{other}").hold(record) == (one == other)
    assert Years.parse(f">={other}").hold(record) == (one >= other)
    assert Years.parse(f">{other}").hold(record) == (one > other)
    assert Years.parse(f"<={other}").hold(record) == (one <= other)
    assert Years.parse(f"<{other}").hold(record) == (one < other)
