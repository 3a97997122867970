"""Files and folders that outlast a loss of power: they are on the disk before anything relies on them."""

import os
from pathlib import Path


def publish(draft: Path, place: Path) -> None:
    """Move a finished file or folder to its place, where it appears whole or not at all.

    A file at `place` is replaced; a folder there must be empty or gone.

    Raises:
        OSError: the disk does not take it, or the place holds a folder that is not empty.
    """
    settle(draft)
    draft.replace(place)
    sync(place.parent)


def settle(path: Path) -> None:
    """Bring a file, or a folder with everything in it, from the system's memory to the disk.

    Raises:
        OSError: the disk does not take it.
    """
    if path.is_dir() and not path.is_symlink():
        for inside in sorted(path.iterdir()):
            settle(inside)
    sync(path)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing.

    Raises:
        OSError: the folder cannot be made.
    """
    if folder.is_dir():
        return
    if not folder.parent.exists():
        make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """Bring a file's bytes, or the names in a folder, to the disk.

    A new file outlasts a loss of power only when both it and its folder have been brought there.

    Raises:
        OSError: the disk does not take it.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
