"""A folder appears whole or not at all, and what a killed process left is swept away."""

import os
import subprocess
import sys

import pytest

from probes.files.staging import running, staged, sweep


def test_a_folder_that_was_renamed_stays_and_nothing_else_does(tmp_path):
    with staged(tmp_path / "new") as folder:
        (folder / "a").write_text("whole", "utf-8")
        folder.rename(tmp_path / "new" / "done")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["done"]


def test_an_error_leaves_nothing(tmp_path):
    with pytest.raises(FileNotFoundError), staged(tmp_path) as folder:
        (folder / "gone" / "a").write_text("half", "utf-8")
    assert list(tmp_path.iterdir()) == []


def test_only_folders_of_processes_that_are_gone_are_swept(tmp_path):
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True
    )
    pid = int(gone.stdout)
    assert running(os.getpid())
    assert not running(pid)
    for name in (
        f".{pid}-00.part",
        f".{os.getpid()}-00.part",
        "kept",
        ".hidden",
        ".a-00.part",
        ".-1-.part",
    ):
        (tmp_path / name).mkdir()
    assert sweep(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".-1-.part",
        f".{os.getpid()}-00.part",
        ".a-00.part",
        ".hidden",
        "kept",
    ]
