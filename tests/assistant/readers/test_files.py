"""Only a regular file of a bounded size is opened, and never more of it than the bound."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import readers
from assistant.errors import Refused
from assistant.readers import files
from tests.assistant.readers.damage import WHOLE


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
