"""On a read-only or full disk the stored library is read, searched and asked, and no index is thrown away."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.search import index_files
from tests.assistant.command_line import one_line
from tests.assistant.library.test_store import note
from tests.assistant.storage.small_disks import small_disk

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture
def disk(closed_library, tmp_path):
    """A disk with a copy of the small library in `data`."""
    with small_disk(tmp_path / "disk", megabytes=32) as mounted:
        shutil.copytree(closed_library, mounted.folder / "data")
        yield mounted


def untimed(document):
    """An answer without the seconds that it took."""
    return {name: value for name, value in document.items() if "seconds" not in name}


def indexes(folder):
    return {
        path.name: index_files.fault(path) for path in folder.glob("indexes/*") if path.is_dir()
    }


READING = [
    ("search", QUESTION, "--json"),
    ("status", "--json"),
    ("paper", "middle-layers", "--json"),
    ("summarize", "middle-layers", "--json"),
    ("export", "middle-layers", "--json"),
    ("evidence", "list", "--json"),
    # Behind the others: its answer is kept only where it can be, and the pages of sources name kept answers.
    ("ask", QUESTION, "--json"),
]


def reads_as(inquire, usual, data):
    """Every command that reads says what it says of a library on a usual disk."""
    for command in READING:
        expected, ran = inquire(*command, data=usual), inquire(*command, data=data)
        assert ran.code == expected.code, (command, ran.err)
        if isinstance(expected.document, dict):
            here, there = (
                json.loads(json.dumps(untimed(d)).replace(str(at), "DATA"))
                for d, at in ((ran.document, data), (expected.document, usual))
            )
            assert here == there, command
        else:
            assert ran.document == expected.document, command


def test_a_read_only_library_is_read_and_asked_as_any_other(inquire, disk, own_library):
    disk.make_read_only()
    data = disk.folder / "data"
    before = indexes(data)
    reads_as(inquire, own_library, data)
    assert indexes(data) == before == dict.fromkeys(before, "")


def test_a_full_disk_is_read_and_asked_as_any_other(inquire, disk, own_library):
    disk.fill()
    data = disk.folder / "data"
    before = indexes(data)
    reads_as(inquire, own_library, data)
    assert indexes(data) == before == dict.fromkeys(before, "")


@pytest.mark.parametrize("state", ["read-only", "full"])
def test_what_would_write_says_why_it_cannot_and_works_once_it_can(inquire, disk, tmp_path, state):
    data, extra = disk.folder / "data", tmp_path / "extra"
    extra.mkdir()
    (extra / "a.md").write_text("Middle layers of another model are better features.\n", "utf-8")
    (disk.make_read_only if state == "read-only" else disk.fill)()
    ran = inquire("add", str(extra), data=data)
    assert ran.code == 3
    assert one_line(ran.err)
    assert ("space" if state == "full" else "writable") in ran.err
    assert inquire("search", QUESTION, data=data).code == 0
    (disk.make_writable if state == "read-only" else disk.empty)()
    assert inquire("add", str(extra), data=data).code == 0
    assert inquire("search", QUESTION, data=data).code == 0


def test_an_index_outlives_a_sync_that_a_full_disk_ends(inquire, disk, small_corpus, own_corpus):
    data = disk.folder / "data"
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    before = indexes(data)
    disk.fill()
    ran = inquire("sync", data=data, corpus=own_corpus)
    assert ran.code == 3
    assert one_line(ran.err)
    assert indexes(data) == before
    assert inquire("search", QUESTION, data=data, corpus=own_corpus).code == 0
    disk.empty()
    assert inquire("sync", data=data, corpus=own_corpus).code == 0
    assert "extra" in inquire("search", "better features", data=data, corpus=own_corpus).out


def test_a_library_whose_writer_was_killed_is_read_whole_on_a_read_only_disk(disk):
    data = disk.folder / "data"
    code = """
import os, sys
from pathlib import Path
from assistant.library.store import Library
Library(Path(sys.argv[1])).set_fact("last", "word")
os._exit(1)  # nothing is closed
"""
    subprocess.run([sys.executable, "-c", code, data], check=False)
    assert (data / "library.sqlite-wal").stat().st_size
    for shared in (True, False):
        (data / "library.sqlite-shm").touch() if shared else (data / "library.sqlite-shm").unlink(
            missing_ok=True
        )
        disk.make_read_only()
        with Library(data) as library:
            assert library.fact("last") == "word"
            with pytest.raises(Mendable, match="writable"):
                library.set_fact("another", "word")
            assert library.fact("another") is None
        disk.make_writable()


def test_a_library_opened_on_a_full_disk_follows_what_others_write_and_writes_again(disk):
    data = disk.folder / "data"
    disk.fill()
    with Library(data) as library:
        assert library.read_only
        with pytest.raises(Mendable, match="space"):
            library.set_fact("a", "b")
        disk.empty()
        with Library(data) as other:
            assert not other.read_only
            other.put(note("later"), [])
            assert library.get("later")
        library.set_fact("a", "b")
        assert not library.read_only
    with Library(data) as library:
        assert library.fact("a") == "b"


def test_a_damaged_index_on_a_read_only_disk_is_said_in_one_line(inquire, disk):
    data = disk.folder / "data"
    (path,) = data.glob("indexes/*/vectors.npy")
    os.truncate(path, path.stat().st_size // 2)
    disk.make_read_only()
    ran = inquire("search", QUESTION, data=data)
    assert ran.code == 3
    assert "writable" in ran.err
    assert "index" in ran.err


def test_doctor_judges_a_read_only_library_by_reading_it(inquire, disk):
    disk.make_read_only()
    checks = {
        check["check"]: check
        for check in inquire("doctor", "--json", data=disk.folder / "data").document["checks"]
    }
    assert not checks["data directory"]["ok"]
    assert all(checks[name]["ok"] for name in ("library", "texts", "evidence", "index"))
