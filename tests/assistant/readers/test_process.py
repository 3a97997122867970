"""A file is read in a process with limits; one that exceeds them costs itself alone."""

import json

import pytest

from assistant import readers
from assistant.errors import Refused
from assistant.readers import Bibliography, Document
from assistant.readers.process import Limits, ReadingProcess
from tests.assistant.readers.damage import WHOLE


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
