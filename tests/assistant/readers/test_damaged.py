"""A damaged file is read or refused in one line that names it, and the next file is read."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import readers
from assistant.errors import Refused
from assistant.library.rows import dump
from assistant.readers import Bibliography, Document, files
from assistant.readers.process import Limits, ReadingProcess
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


def test_a_pipe_a_device_and_a_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "device.md").symlink_to("/dev/zero")
    (tmp_path / "folder.md").mkdir()
    for name, what in (("pipe.md", "a pipe"), ("device.md", "a device"), ("folder.md", "a folder")):
        with pytest.raises(Refused, match=f"{name}: it is {what}"):
            readers.read(tmp_path / name)
        with pytest.raises(Refused, match=f"{name}: it is {what}"):
            files.digest(tmp_path / name, 10)


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_a_file_larger_than_its_kind_is_never_read(tmp_path, suffix):
    path = tmp_path / f"sparse{suffix}"
    with path.open("wb") as file:
        file.truncate(readers.largest(path) + 1)
    with pytest.raises(Refused, match="at most"):
        readers.read(path)


@given(content=st.binary(max_size=40), largest=st.integers(0, 40))
def test_no_more_than_the_bound_is_taken_in(tmp_path_factory, content, largest):
    path = tmp_path_factory.mktemp("files") / "a"
    path.write_bytes(content)
    if len(content) <= largest:
        assert files.whole(path, largest) == content
        return
    for take in (files.whole, files.digest):
        with pytest.raises(Refused, match="at most"):
            take(path, largest)


def texts(**limits):
    return ReadingProcess("assistant.readers.process_worker", Limits(**limits), paged=False)


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(WHOLE[".md"])
    hurried = texts(page_seconds=0.0)
    with pytest.raises(Refused, match="took too long"):
        hurried.read(path, {"password": None})
    assert hurried.pid is None


def test_a_file_beyond_the_memory_limit_is_refused_and_the_next_is_read(tmp_path):
    large, small = tmp_path / "large.json", tmp_path / "small.json"
    large.write_text(json.dumps([{"title": "T", "abstract": "x" * 80_000_000}]))
    small.write_bytes(WHOLE[".json"])
    narrow = texts(memory_bytes=128 * 2**20)
    try:
        with pytest.raises(Refused, match=r"memory|died"):
            narrow.read(large, {"password": None})
        assert "bibliography" in narrow.read(small, {"password": None})
    finally:
        narrow.close()


def test_a_file_with_too_much_text_is_refused(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(WHOLE[".md"])
    with pytest.raises(Refused, match="too much text"):
        texts(reply_bytes=100).read(path, {"password": None})


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_what_comes_out_of_the_process_is_what_the_reader_made(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(WHOLE[suffix])
    made = readers.read(path)
    assert made == readers.reader_for(path)(path)
    assert isinstance(made, Document | Bibliography)
