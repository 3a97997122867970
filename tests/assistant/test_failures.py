"""Every failure of the machine gives its true reason, and the remedy for exactly that reason."""

import errno
import os
import sqlite3

import pytest

from assistant.failures import foreseen

RIGHTS = "you may use it"


SHORT = (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM)  # of the whole machine, not one file


@pytest.mark.parametrize("number", sorted({*errno.errorcode} - {*SHORT}))
def test_whatever_the_system_refuses_is_one_line_that_names_the_file_and_the_reason(number):
    told = str(foreseen(OSError(number, os.strerror(number), "some/file\n\x1b[31m.md")))
    assert told.isprintable()
    assert told.startswith(rf"some/file\n\x1b[31m.md: {os.strerror(number)}; ")
    assert (RIGHTS in told) == (number in (errno.EACCES, errno.EPERM))
    assert "disk is full" not in told


@pytest.mark.parametrize("number", SHORT)
def test_what_the_machine_is_short_of_is_said(number):
    told = str(foreseen(OSError(number, os.strerror(number), "some/file")))
    assert ("no memory left" if number == errno.ENOMEM else "disk is full") in told


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOENT, "check that it is there"), (errno.EROFS, "--data-dir"), (errno.EIO, "disk failed"),
     (errno.EMFILE, "ulimit"), (errno.ENAMETOOLONG, "shorter"), (errno.ESTALE, "mount")],
)  # fmt: skip
def test_the_remedy_is_that_of_the_reason(number, remedy):
    assert remedy in str(foreseen(OSError(number, os.strerror(number), "x")))


def _raised(work):
    try:
        work()
    except sqlite3.Error as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.fixture
def database(tmp_path):
    """A database of many pages."""
    path = tmp_path / "some.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT)")
        db.executemany("INSERT INTO t VALUES (?,?)", [(str(n), "x" * 500) for n in range(200)])
    return path


def _read(path, mode="rw"):
    with sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True) as db:
        db.execute("PRAGMA integrity_check").fetchall()
        return db.execute("SELECT a, length(b) FROM t ORDER BY b, a").fetchall()


@pytest.mark.parametrize("damage", ["head", "page", "half"])
def test_a_damaged_database_is_no_matter_of_rights(database, damage):
    content = bytearray(database.read_bytes())
    if damage == "head":
        content[:16] = b"no database here"
    elif damage == "page":
        content[4096 : 4096 + 64] = os.urandom(64)
    else:
        del content[len(content) // 2 :]
    database.write_bytes(content)
    told = str(foreseen(_raised(lambda: _read(database))))
    assert "damaged" in told
    assert "doctor --repair" in told
    assert RIGHTS not in told


def test_a_locked_and_a_missing_database_are_not_damaged(database, tmp_path):
    with sqlite3.connect(database) as holder, sqlite3.connect(database, timeout=0) as other:
        holder.execute("BEGIN EXCLUSIVE")
        told = str(foreseen(_raised(lambda: other.execute("INSERT INTO t VALUES ('y', 'z')"))))
    assert "another process is writing" in told
    told = str(foreseen(_raised(lambda: _read(tmp_path / "nowhere" / "x.sqlite"))))
    assert "check that it is there" in told
    assert "damaged" not in told


def test_a_write_to_a_database_for_reading_says_so(database):
    with sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True) as db:
        told = str(foreseen(_raised(lambda: db.execute("DELETE FROM t"))))
    assert "make it writable" in told


def test_a_fault_of_our_own_use_of_sqlite_is_foreseen_by_nobody():
    assert foreseen(sqlite3.ProgrammingError("Cannot operate on a closed database.")) is None
    assert foreseen(ZeroDivisionError()) is None
    assert foreseen(OSError("said by nobody")) is None
