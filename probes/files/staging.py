"""Folders that appear whole or not at all: they are written beside their place, then renamed into it."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil

from probes.files import durable


@contextlib.contextmanager
def staged(parent: Path) -> Iterator[Path]:
    """Yield a new hidden folder inside `parent`, to be filled and renamed by the caller.

    Whatever is left of the folder when the block ends, with or without an error, is removed. A process that is killed
    inside the block leaves the folder behind; `sweep` recognises it by the process id in its name.
    """
    durable.make_folder(parent)
    folder = parent / f".{os.getpid()}-{secrets.token_hex(4)}.part"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> int:
    """Remove the folders that killed processes left half-written in `parent`; return how many there were."""
    drafts = [(folder, _DRAFT.fullmatch(folder.name)) for folder in parent.glob(".*-*.part")]
    abandoned = [folder for folder, named in drafts if named and not running(int(named[1]))]
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
    return len(abandoned)


_DRAFT = re.compile(r"\.([0-9]{1,10})-[0-9a-f]+\.part")


def running(pid: int) -> bool:
    """Return whether a process with that number is at work; one that only waits to be reaped is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
