"""Relations of sources are read from notes and from printed reference lists, and said in a sentence."""

from pathlib import Path

import pytest

from assistant.pages.bearings import Bearing, Bearings
from assistant.pages.statements import statements
from assistant.readers.relations import Kind
from tests.assistant.pages.shelves import fill, held, note

ROOT = "# Roots\n\nRoots take up water from the soil at night."
LEAF = "# Leaves\n\nLeaves open their pores when the light comes."


def test_a_declared_relation_is_a_bearing_of_both_works(tmp_path: Path) -> None:
    leaf = note(tmp_path, "leaf", LEAF, year=2021, relations="[{to: root, kind: extends}]")
    with fill(tmp_path / "data", note(tmp_path, "root", ROOT, year=2019), leaf) as library:
        known = Bearings(library)
        leaf_source, root_source = held(library, "leaf"), held(library, "root")
        told = Bearing("leaf", Kind.EXTENDS, "root")
        assert known.of(leaf_source) == known.of(root_source) == [told]
        assert (
            known.between(leaf_source, root_source)
            == known.between(root_source, leaf_source)
            == told
        )
        assert known.standing(leaf_source) == "It extends “Roots” (2019)."
        assert known.standing(root_source) == "“Leaves” (2021) extends it."


@pytest.mark.parametrize(
    ("kind", "of_leaf", "of_root"),
    [
        ("contests", "It contests “Roots”.", "“Leaves” contests it."),
        ("contrasts", "It contrasts with “Roots”.", "It contrasts with “Leaves”."),
        ("supports", "It agrees with “Roots”.", "It agrees with “Leaves”."),
        (
            "same-topic",
            "On the same topic this library holds “Roots”.",
            "On the same topic this library holds “Leaves”.",
        ),
        (
            "other-sense",
            "Another thing is meant by the same word in “Roots”.",
            "Another thing is meant by the same word in “Leaves”.",
        ),
    ],
)
def test_each_kind_has_its_verb(tmp_path: Path, kind: str, of_leaf: str, of_root: str) -> None:
    leaf = note(tmp_path, "leaf", LEAF, relations=f"[{{to: root, kind: {kind}}}]")
    with fill(tmp_path / "data", note(tmp_path, "root", ROOT), leaf) as library:
        known = Bearings(library)
        assert known.standing(held(library, "leaf")) == of_leaf
        assert known.standing(held(library, "root")) == of_root


def test_the_most_telling_of_two_relations_is_kept(tmp_path: Path) -> None:
    both = "[{to: root, kind: same-topic}, {to: root, kind: contests}]"
    leaf = note(tmp_path, "leaf", LEAF, relations=both)
    with fill(tmp_path / "data", note(tmp_path, "root", ROOT), leaf) as library:
        bearing = Bearings(library).between(held(library, "leaf"), held(library, "root"))
    assert bearing is not None
    assert bearing.kind is Kind.CONTESTS


def test_of_many_works_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    keys = [f"root{at}" for at in range(5)]
    roots = [
        note(tmp_path, key, f"# Root {at}\n\nRoots number {at} take up water at night.")
        for at, key in enumerate(keys)
    ]
    used = "[" + ", ".join(f"{{to: {key}, kind: uses}}" for key in keys) + "]"
    leaf = note(tmp_path, "leaf", LEAF, relations=used)
    with fill(tmp_path / "data", *roots, leaf) as library:
        told = Bearings(library).standing(held(library, "leaf"))
    assert told == "It uses “Root 0”, “Root 1” and 3 more."


def test_a_work_that_is_not_held_is_missing_and_bears_on_nothing(tmp_path: Path) -> None:
    leaf = note(tmp_path, "leaf", LEAF, relations="[{to: stem, kind: extends}]")
    with fill(tmp_path / "data", leaf) as library:
        known = Bearings(library)
        assert known.of(held(library, "leaf")) == []
        assert known.missing(held(library, "leaf")) == ["stem"]


def test_what_speaks_of_another_work_alone_is_told_apart(tmp_path: Path) -> None:
    body = "# Leaves\n\nLeaves open at dawn in every season.\n\n## Facts\n- The root paper finds water at night.\n"
    leaf = note(tmp_path, "leaf", body, relations="[{to: root, kind: same-topic}]")
    with fill(tmp_path / "data", note(tmp_path, "root", ROOT), leaf) as library:
        source = held(library, "leaf")
        foreign = Bearings(library).spoken_of(source, statements(source))
    assert [s.text for s in foreign] == ["The root paper finds water at night."]
