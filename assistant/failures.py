"""Some failures can be told in one line with a remedy: the program's own and those of the operating system."""

import errno
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.errors import InquiryError, Mendable
from assistant.printable import printable
from probes.errors import ProbeError
from probes.files.foreign import lacks_memory

if TYPE_CHECKING:
    from probes.errors import ProbeError


def foreseen(error: BaseException) -> "InquiryError | ProbeError | None":
    """Return the message for a failure, whoever raised it, or None if the failure is not expected."""
    if isinstance(error, InquiryError):
        return error
    if lacks_memory(error):
        return Mendable(
            "There is no memory left; close other programs, or add fewer files at a time."
        )
    if isinstance(error, OSError) and error.strerror:
        return Mendable(_of_the_system(error))
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError):
        return Mendable(_of_a_database(error))

    return error if isinstance(error, ProbeError) else None


def _of_the_system(error: OSError) -> str:
    """Return the system's own reason, the place, and a remedy for exactly that reason."""
    if error.errno in _FULL:
        return _NO_SPACE
    where = f"{printable(str(error.filename))}: " if error.filename is not None else ""
    return f"{where}{error.strerror}; {_REMEDIES.get(error.errno or 0, _NO_REMEDY)}."


_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_SPACE = "The disk is full; free some space and try again: what was stored before is kept."
_NO_REMEDY = "try again; if that does not help, check what is named here"
_RIGHTS = "check that you may use it"
_DISK = "the disk failed: check it, and restore the file from a copy"
_OPEN = "close other programs, or allow more open files (`ulimit -n`)"
_NETWORK = "check that it runs and can be reached"
_REMEDIES: Mapping[int, str] = {
    errno.ENOENT: "check that it is there, and its name",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "make the disk writable, or name another folder with --data-dir",
    errno.EIO: _DISK,
    errno.EUCLEAN: _DISK,
    errno.EISDIR: "name a file in it",
    errno.ENOTDIR: "a folder has to be there; check the name",
    errno.EEXIST: "move away what is there already",
    errno.ENOTEMPTY: "move away what is in it",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EILSEQ: "give it a name in UTF-8",
    errno.ELOOP: "its links lead in a circle; repair them",
    errno.EMFILE: _OPEN,
    errno.ENFILE: _OPEN,
    errno.EFBIG: "it is larger than this disk or this account allows; split it",
    errno.EBUSY: "another program uses it; wait until that is done",
    errno.ETXTBSY: "another program uses it; wait until that is done",
    errno.EAGAIN: "there are too many processes; close other programs",
    errno.ESTALE: "the network disk has changed under it; mount it again",
    errno.ENOTCONN: "the network disk is gone; mount it again",
    errno.ECONNREFUSED: _NETWORK,
    errno.ECONNRESET: _NETWORK,
    errno.ETIMEDOUT: _NETWORK,
    errno.EHOSTUNREACH: _NETWORK,
    errno.ENETUNREACH: _NETWORK,
}


def _of_a_database(error: sqlite3.DatabaseError) -> str:
    """Return SQLite's message on a file of the data directory; its codes tell damage from missing rights."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _KIND
    if code == sqlite3.SQLITE_FULL:
        return _NO_SPACE
    return f"The data directory: {error}; {_DATABASE.get(code, _DAMAGED)}."


# The lower byte of an SQLite code is its kind.
_KIND = 0xFF
_DAMAGED = "a file in it is damaged: `inquire doctor --repair` mends it"
_BUSY = "another process is writing; wait until it is done"
_DATABASE: Mapping[int, str] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: "make it writable, or name another with --data-dir",
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_AUTH: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: "check that it is there and that you may use it",
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_TOOBIG: "one text is larger than a library can hold; split the file",
}
