"""The library file has one writer and whole backups, and a fault in it gives one line."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading

import pytest

from assistant.errors import Mendable
from assistant.library.database import restore
from assistant.library.store import File, Library
from tests.assistant.library.test_store import note, passage


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "data") as opened:
        yield opened


def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path):
    (tmp_path / "library.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Mendable, match=r"library\.sqlite is damaged .*doctor --repair"):
        Library(tmp_path)


def test_a_database_damaged_in_the_middle_is_named_with_the_remedy(tmp_path):
    with Library(tmp_path) as library:
        library.put(note(text="word " * 40_000), [])
    path = tmp_path / "library.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(Mendable, match=r"damaged .*doctor --repair"), Library(tmp_path) as library:
        library.sources()


def test_a_row_that_is_not_as_it_was_written_is_damage_and_no_matter_of_permissions(tmp_path):
    with Library(tmp_path) as library:
        library.put(note(), [])
        with library._write() as db:
            db.execute("UPDATE sources SET metadata = substr(metadata, 2)")
    with Library(tmp_path) as library:
        for read in (library.sources, lambda: library.get("a"), library.records):
            with pytest.raises(Mendable, match=r"damaged .*doctor --repair") as told:
                read()
            assert "permissions" not in str(told.value)


def test_a_library_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path):
    with Library(tmp_path) as library:
        file = File(path="/a.md", size=1, mtime_ns=2, sha256="3", source="a", status="new")
        library.put(note(), [], file)
        with library._write() as db:
            db.execute("ALTER TABLE files DROP COLUMN changed_ns")
            db.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
    for _ in range(2):
        with Library(tmp_path) as library:
            assert library.get("a") == note()
            assert library.files()["/a.md"].changed_ns == 0


def test_a_repair_keeps_the_log_beside_the_damaged_file(tmp_path):
    (tmp_path / "library.sqlite").write_bytes(b"no database" * 500)
    (tmp_path / "library.sqlite-wal").write_bytes(b"what was written last")
    restore(tmp_path)
    (kept,) = tmp_path.glob("library.damaged-*.sqlite-wal")
    assert kept.read_bytes() == b"what was written last"
    assert not (tmp_path / "library.sqlite-wal").exists()


def test_a_library_of_a_newer_version_is_left_alone(tmp_path):
    with Library(tmp_path) as library:
        library.set_fact("schema", "99")
    with pytest.raises(Mendable, match=r"newer version .*upgrade"):
        Library(tmp_path)


def test_a_data_directory_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").write_text("x")
    with pytest.raises(Mendable, match=r"data directory .*data cannot be used"):
        Library(tmp_path / "data")


def test_a_second_writer_is_told_who_writes(library):
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from assistant.library.store import Library
        with Library(Path(sys.argv[1])).alone():
            print("holding", flush=True)
            sys.stdin.read()
    """)
    command = [sys.executable, "-c", code, str(library.data_dir)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "holding\n"
        with pytest.raises(Mendable, match=f"in use by process {other.pid}"), library.alone():
            pytest.fail("two writers at once")
        other.send_signal(signal.SIGKILL)
    with library.alone():
        assert (library.data_dir / "writing.lock").read_text() == str(os.getpid())


def test_a_patient_writer_waits_for_his_turn(library):
    taken, done = threading.Event(), threading.Event()

    def write():
        with Library(library.data_dir) as other, other.alone():
            taken.set()
            done.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    assert taken.wait(30)
    with pytest.raises(Mendable, match="in use"), library.alone(patience=0.1):
        pytest.fail("two writers at once")
    threading.Timer(0.1, done.set).start()
    with library.alone(patience=30):
        assert done.is_set()
    writer.join()


def in_a_small_disk(code, *arguments, file_bytes):
    """Run code in a process that may not write large files."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_is_said_and_loses_nothing(tmp_path):
    with Library(tmp_path) as library:
        library.put(note("kept"), [])
    said = in_a_small_disk(
        """
        import sys
        from pathlib import Path
        from assistant.errors import Mendable
        from assistant.library.store import Library
        from assistant.types import Source
        library = Library(Path(sys.argv[1]))
        try:
            for n in range(10_000):
                text = str(n) * 20_000
                library.put(Source(key=str(n), kind="note", title="", claim="", text=text, content_hash=text), [])
        except Mendable as error:
            print(error)
        """,
        tmp_path,
        file_bytes=2_000_000,
    )
    assert "free some space" in said
    with Library(tmp_path) as library:
        assert library.get("kept") == note("kept")


def test_a_directory_that_may_not_be_written_is_said(nobody):
    folder, run = nobody
    with Library(folder) as library:
        library.put(note("kept"), [])
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    said = run(
        """
        from assistant.errors import Mendable
        from assistant.library.store import Library
        drop()
        try:
            with Library(folder) as library, library.alone():
                library.set_fact("a", "b")
        except Mendable as error:
            print(error)
        """
    )
    assert str(folder) in said
    assert "permissions" in said


def test_the_backup_is_a_whole_library(library, tmp_path):
    library.put(note(), [passage(note(), 0, 4)])
    library.back_up()
    library.back_up()
    backup = sqlite3.connect(library.data_dir / "library.backup.sqlite")
    assert backup.execute("SELECT key, text FROM sources").fetchall() == [("a", "One. Two.")]
    backup.close()
    assert not (library.data_dir / "library.backup.new").exists()


@pytest.mark.parametrize("backup", [b"", b"no library" * 100])
def test_a_backup_that_is_no_library_is_set_aside_and_what_is_lost_is_said(tmp_path, backup):
    (tmp_path / "library.sqlite").write_bytes(b"damaged" * 1000)
    (tmp_path / "library.backup.sqlite").write_bytes(backup)
    assert "add them again" in restore(tmp_path)
    assert not (tmp_path / "library.backup.sqlite").exists()
    assert not (tmp_path / "library.sqlite").exists()
