"""Which failures can be told in one line with the remedy: our own, and what the machine is short of."""

import errno
import sqlite3
from typing import TYPE_CHECKING

from assistant.errors import InquiryError, Mendable
from probes.foreign import lacks_memory

if TYPE_CHECKING:
    from probes.types import ProbeError


def foreseen(error: BaseException) -> "InquiryError | ProbeError | None":
    """What a reader is told of a failure, whoever raised it; None where nobody foresaw it."""
    if isinstance(error, InquiryError):
        return error
    if lacks_memory(error):
        return Mendable(
            "There is no memory left; close other programs, or add fewer files at a time."
        )
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or (isinstance(error, sqlite3.Error) and "full" in str(error)):
        return Mendable(
            "The disk is full; free some space and try again: what was stored before is kept."
        )
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return Mendable(f"{where}{error.strerror}; check that it is there and that you may use it.")
    from probes.types import ProbeError  # noqa: PLC0415  numpy: not where memory is short

    return error if isinstance(error, ProbeError) else None
