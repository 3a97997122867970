"""Read files that a reader names up to a bound, so that a device or an endless stream gives an error and no hang."""

import errno
import os
from pathlib import Path

# Most bytes of a file of texts, traces, problems or tasks; ten thousand long traces take some hundred million.
LARGEST = 2**28


def text(path: Path, largest: int = LARGEST) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises:
        OSError: the file cannot be read, or has more than `largest` bytes.
        UnicodeDecodeError: the file is not UTF-8.
    """
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
