"""A relation is read as one of a few kinds, however a note words it."""

import pytest

from assistant.readers.relations import Declared, Kind, declared, unknown_kinds
from assistant.types import Source


def source(key, *told):
    return Source(
        key=key, kind="note", title=f"Is {key} so?", claim="", text="", content_hash=key,
        metadata={"relations": [{"to": to, "kind": kind} for to, kind in told]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("extends", Kind.EXTENDS),
        ("Note on", Kind.NOTE_ON),
        ("other_sense", Kind.OTHER_SENSE),
        ("builds on", Kind.SAME_TOPIC),
        (None, Kind.SAME_TOPIC),
        (7, Kind.SAME_TOPIC),
    ],
)
def test_a_kind_is_read_in_any_spelling_and_any_other_is_the_neutral_one(told, kind):
    assert declared({"relations": [{"to": "b", "kind": told}]}) == [Declared("b", kind)]


@pytest.mark.parametrize("relations", [None, "b", 3, ["b"], [{}], [{"kind": "uses"}], {"to": "b"}])
def test_what_is_no_relation_is_passed_over(relations):
    assert declared({"relations": relations}) == []


def test_only_unknown_kinds_are_told():
    assert unknown_kinds(source("a", ("b", "uses"), ("c", "note on")).metadata) == ""
    line = unknown_kinds(source("a", ("b", "uses"), ("c", "like"), ("d", "like")).metadata)
    assert line.count("like") == 1
    assert "\n" not in line
