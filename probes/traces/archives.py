"""Read members of ZIP archives, including those packed with Zstandard."""

import struct
import zipfile
import zlib
from pathlib import Path

import zstandard

_ZSTANDARD = 93
"""The number of the method in the ZIP format; `zipfile` knows it from Python 3.14 on."""
_LOCAL_HEADER = 30
"""Bytes before the name of a member, where its data begin; the last four are two lengths."""


def read(path: Path, member: zipfile.ZipInfo) -> bytes:
    """Return the content of one member of an archive.

    Raises:
        OSError: the file cannot be read.
        ValueError: the member is not what the archive says of it.
        zipfile.BadZipFile, zlib.error, EOFError, RuntimeError: as `zipfile` raises them.
    """
    if member.compress_type != _ZSTANDARD:
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)
    with path.open("rb") as file:
        file.seek(member.header_offset)
        lengths = file.read(_LOCAL_HEADER)[-4:]
        if len(lengths) < 4 or member.flag_bits & 1:
            raise ValueError(f"{member.filename} is cut off or encrypted")
        file.seek(sum(struct.unpack("<HH", lengths)), 1)
        packed = file.read(member.compress_size)
    try:
        # A writer may end a frame and begin another; all frames together are the content.
        frames = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
        content = frames.read(member.file_size + 1)
    except zstandard.ZstdError as error:
        raise ValueError(f"{member.filename} is damaged: {error}") from error
    if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        raise ValueError(f"{member.filename} is damaged")
    return bytes(content)
