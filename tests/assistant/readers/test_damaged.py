"""A damaged file is read or refused in one line that names it, and the next file is read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import readers
from assistant.errors import Refused
from assistant.library.rows import dump
from assistant.readers import Bibliography
from tests.assistant.readers.damage import HOSTILE, WHOLE, mutations


def read_or_refused(path):
    """Read a file in the process of its own; returns what came of it."""
    made = refused = None
    try:
        made = readers.read(path)
    except Refused as refusal:
        refused = refusal
    if refused:
        assert str(refused).startswith(str(path))
        assert "\n" not in str(refused)
        return refused
    if isinstance(made, Bibliography):
        assert made.references
    else:
        assert made.text.strip()
        json.loads(dump(dict(made.metadata)), parse_constant=pytest.fail)
    return made


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_a_mutated_file_is_read_or_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    for content in mutations(WHOLE[suffix], seed=7, count=60):
        path.write_bytes(content)
        read_or_refused(path)
    path.write_bytes(WHOLE[suffix])
    assert not isinstance(read_or_refused(path), Refused)


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_a_file_that_ends_anywhere_is_read_or_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    whole = WHOLE[suffix]
    for end in range(0, len(whole), max(1, len(whole) // 25)):
        path.write_bytes(whole[:end])
        read_or_refused(path)


@settings(max_examples=60)
@given(
    suffix=st.sampled_from(sorted(WHOLE)), content=st.binary(max_size=200) | st.text(max_size=120)
)
def test_any_bytes_are_read_or_refused(tmp_path_factory, suffix, content):
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
    read_or_refused(path)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_made_a_reader_fail_is_read_or_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    made = read_or_refused(path)
    fails = name in ("self.md", "nested.md", "bomb.md", "nested.json", "empty.ris")
    assert isinstance(made, Refused) is fails, made
