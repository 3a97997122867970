"""Make a small disk for a test that can be filled and made read-only, even for the superuser."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A mounted file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_read_only(self) -> None:
        """Let nobody write to it."""
        _run("mount", "-o", "remount,ro", self.folder)

    def make_writable(self) -> None:
        """Let everybody write to it again."""
        _run("mount", "-o", "remount,rw", self.folder)

    def fill(self) -> None:
        """Leave not one byte free."""
        filler = os.open(self.folder / "filler", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        try:
            for size in (2**20, 4096, 1):
                try:
                    while os.write(filler, bytes(size)):
                        pass
                except OSError:
                    continue
        finally:
            os.close(filler)

    def empty(self) -> None:
        """Take out what filled it."""
        (self.folder / "filler").unlink()


_FORBIDDEN = ("permission denied", "must be superuser", "only root can", "not permitted")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk of that size on a new folder; skip the test where that is not allowed."""
    if shutil.which("mount") is None:
        pytest.skip("there is no `mount` here")
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], capture_output=True, text=True
    )  # fmt: skip
    # The test is skipped only for a user who may not mount; any other failure is the test's own.
    if made.returncode and any(word in made.stderr for word in _FORBIDDEN):
        pytest.skip(f"no disk can be mounted here: {made.stderr.strip()}")
    assert made.returncode == 0, made.stderr
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", folder)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)
