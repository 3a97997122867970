"""Open only regular files of a limited size, and nothing that could wait for ever."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from assistant.errors import Refused


def whole(path: Path, largest: int) -> bytes:
    """Return the content of a file of at most `largest` bytes.

    Raises:
        Refused: as for `opened`.
    """
    with opened(path, largest) as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(size + 1)
    if len(content) > size:  # or its reported size is wrong, as in /proc
        raise Refused(f"{path}: it grew while it was read; try again when it is written")
    return content


def beginning(path: Path, largest: int, count: int = 1) -> bytes:
    """Return the first bytes of a file of at most `largest` bytes.

    Raises:
        Refused: as for `opened`.
    """
    with opened(path, largest) as file:
        return file.read(count)


def digest(path: Path, largest: int) -> str:
    """Return the SHA-256 of a file of at most `largest` bytes, in hexadecimal; a database includes its log.

    Raises:
        Refused: as for `opened`.
    """
    summed, left = hashlib.sha256(), largest
    for part in with_log(path):
        with opened(part, largest) as file:
            while block := file.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise Refused(_too_large(part, f"more than {largest:,} bytes", largest))
                summed.update(block)
    return summed.hexdigest()


def with_log(path: Path) -> list[Path]:
    """Return a file and, for an SQLite database, the log with changes that are not in it yet."""
    if path.suffix.lower() != ".sqlite":
        return [path]
    beside = (path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-journal"))
    return [path, *(part for part in beside if part.is_file())]


def stamps(path: Path) -> tuple[int, int, int]:
    """Return the size in bytes of a file with its log, and when the last of them was written and changed, in ns.

    Raises:
        OSError: the file cannot be examined.
    """
    found = [part.stat() for part in with_log(path)]
    sizes, written = (stamp.st_size for stamp in found), (stamp.st_mtime_ns for stamp in found)
    return sum(sizes), max(written), max(stamp.st_ctime_ns for stamp in found)


_BLOCK = 1 << 20


@contextmanager
def opened(path: Path, largest: int) -> Iterator[BinaryIO]:
    """Open a regular file of at most `largest` bytes for reading.

    The file is examined after it was opened, so that it cannot be exchanged in between.

    Raises:
        Refused: it is missing, unreadable, a folder, pipe, socket or device, or too large.
    """
    try:
        # Opening does not wait; a pipe without a writer would otherwise block.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            _check(path, os.fstat(handle), largest)
        except Refused:
            os.close(handle)
            raise
        with os.fdopen(handle, "rb") as file:
            yield file
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}; make it readable or remove it") from None


def _check(path: Path, found: os.stat_result, largest: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Refused(not_regular(path, found.st_mode))
    if found.st_size > largest:
        raise Refused(_too_large(path, f"{found.st_size:,} bytes", largest))


def not_regular(path: Path, mode: int) -> str:
    """Return the line that refuses a path which is not a regular file."""
    what = next((name for test, name in _KINDS if test(mode)), "no regular file")
    return f"{path}: it is {what}, which is not read; take it out of the folder"


_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _too_large(path: Path, size: str, largest: int) -> str:
    return f"{path}: it has {size}, and at most {largest:,} are read of its kind; split it or take it out"
