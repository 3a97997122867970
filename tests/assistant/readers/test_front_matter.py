"""Front matter becomes plain values: JSON can hold whatever YAML says, and nothing in it grows."""

import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import Refused
from assistant.readers import front_matter


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (".nan", ".nan"), ("-.inf", "-.inf"), ("1.0e+999", "1.0e+999"), ("1:30", "1:30"),
        ("190:20:30.15", "190:20:30.15"),
        ("1" + ":59" * 5_000, "1" + ":59" * 5_000), ("0x" + "f" * 4_000, "0x" + "f" * 4_000),
        ("9" * 5_000, "9" * 5_000), ("!!int many", "many"), ("!!bool perhaps", "perhaps"),
        ("!!timestamp never", "never"), ("2024-13-45", "2024-13-45"), ("=", "="), ("<<", "<<"),
        ("2024-02-29", "2024-02-29"), ("0x1f", 31), ("12", 12), ("1.5", 1.5), ("~", None), ("yes", True),
        ("0001-01-01 00:00:00+23:59", "0001-01-01T00:00:00+23:59"), ("!!set {b, a}", ["a", "b"]),
    ],
)  # fmt: skip
def test_a_value_that_json_cannot_hold_is_text(written, read):
    assert front_matter.values(f"a: {written}") == {"a": read}


def bomb(levels, width=9):
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


def merges(levels):
    lines = ["a0: &a0 {k0: 1, k1: 2}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], x{n}: 1}}" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (bomb(9), "more than 20,000 values"),
        (merges(60), "more than 20,000 values"),
        ("a: &a [*a]", "stands for what it is part of"),
        ("a: &a {b: {c: *a}}", "stands for what it is part of"),
        ("a: " + "[" * 900 + "]" * 900, "levels deep"),
        ("a: " + "{b: " * 900 + "}" * 900, "levels deep"),
        ("- " * 5_000 + "x", "levels deep"),
        ("a: *nothing", "line 1: found undefined alias"),
        ("a: b\nc: !!python/object/apply:os.system [ls]", "line 2: .*tag"),
        ("? [a]\n: b", "unhashable"),
        ("!!int [a]", "tagged as a single value"),
    ],
)
def test_what_grows_nests_or_runs_is_refused(block, said):
    with pytest.raises(Refused, match=said) as refusal:
        front_matter.values(block)
    assert "\n" not in str(refusal.value)


def test_aliases_within_the_bound_are_what_they_stand_for():
    assert front_matter.values("a: &x [1, 2]\nb: *x\nc: {<<: {d: 1}}") == {
        "a": [1, 2], "b": [1, 2], "c": {"d": 1},
    }  # fmt: skip


SCALARS = st.sampled_from(
    [".nan", ".inf", "1:30", "0x" + "f" * 99, "~", "2024-01-01", "9" * 40, "1e5", "a", "&x b", "*x", "!!int z",
     "!!float ''", "!!binary aGk=", "'q'", "0o17", "1_000", "+.INF", "-0", "!!null x", "!!str 1"]
)  # fmt: skip
BLOCKS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]")
        | st.lists(inner, max_size=4).map(
            lambda parts: "{" + ", ".join(f"k{n}: {part}" for n, part in enumerate(parts)) + "}"
        )
    ),
    max_leaves=12,
)


@given(st.text(max_size=60, alphabet=st.characters(codec="utf-8")) | BLOCKS)
@example("a: \x85")
@example("%YAML 9.9\n---\na: b")
@example("a: b\n---\nc: d")
def test_any_block_is_plain_values_or_refused(block):
    try:
        read = front_matter.values(block)
    except Refused:
        return
    assert json.loads(json.dumps(read, allow_nan=False)) == read


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text("abc é-:#", max_size=9)
        | st.floats(allow_nan=False, allow_infinity=False, width=32),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3),
        max_leaves=9,
    )
)  # fmt: skip
def test_plain_values_are_read_as_they_were_written(value):
    assert front_matter.values(yaml.safe_dump(value)) == value
