"""A member is read whole, however it was packed, or is called damaged."""

import zipfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from probes.traces import archives

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def packed(path, content, method):
    """The one member of a new archive; of Zstandard's, with two frames, the headers are patched."""
    if method in (STORED, DEFLATED):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("a", content)
    else:
        half = len(content) // 2
        frames = b"".join(zstandard.compress(part) for part in (content[:half], content[half:]))
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", frames)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("a")
    if method == 93:
        member.compress_type, member.file_size, member.CRC = (
            93,
            len(content),
            zipfile.crc32(content),
        )
    return member


@pytest.mark.parametrize("method", [STORED, DEFLATED, 93])
@given(content=st.binary(max_size=200))
def test_a_member_is_read_as_it_was_written(tmp_path_factory, method, content):
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    assert archives.read(path, packed(path, content, method)) == content


@pytest.mark.parametrize(
    "change", [{"CRC": 0}, {"file_size": 3}, {"file_size": 99}, {"flag_bits": 1}]
)
def test_a_member_that_is_not_what_the_archive_says_is_refused(tmp_path, change):
    path = tmp_path / "a.zip"
    member = packed(path, b"hello world", 93)
    for name, value in change.items():
        setattr(member, name, value)
    with pytest.raises(ValueError, match=r"^a is"):
        archives.read(path, member)


def test_frames_that_are_cut_off_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    member = packed(path, b"hello world" * 20, 93)
    member.compress_size -= 4
    with pytest.raises(ValueError, match="damaged"):
        archives.read(path, member)
