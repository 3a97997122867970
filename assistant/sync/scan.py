"""Which files lie under the followed files and folders: regular ones, and none that a link leads out to."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant import readers
from assistant.library import File
from assistant.types import FileReport
from probes import kept


@dataclass
class Found:
    """What a scan found: files to read, each once, in a fixed order; shut folders; links that lead out."""

    files: list[Path] = field(default_factory=list)
    shut: list[FileReport] = field(default_factory=list)
    leaving: list[FileReport] = field(default_factory=list)


def scan(roots: Sequence[Path], known: Mapping[str, File]) -> Found:
    """Return what lies under the roots.

    Hidden files and folders, pipes and devices are left out, and links to folders are not followed. A link
    that leads out of its root is refused. Of the folder of a run its record stands for all.
    """
    suffixes = readers.suffixes()
    found = Found()
    files: dict[Path, None] = {}
    for root in roots:
        if str(root) in known or root.is_file():
            files.update({root: None} if os.path.lexists(root) else {})
            continue
        inside = sorted(_inside(root, suffixes, found.shut))
        leaving = {path for path in inside if _leaves(path, root)}
        found.leaving += [_refusal(path, known) for path in sorted(leaving)]
        files.update(
            dict.fromkeys(
                path
                for path in inside
                if path not in leaving and not path.is_dir() and not _is_special(path)
            )
        )
    found.files = list(files)
    return found


def printable(name: str) -> str:
    """A name in letters that can be written as UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _inside(root: Path, suffixes: frozenset[str], unseen: list[FileReport]) -> Iterator[Path]:
    """The files of known formats under a root, and the links to folders."""

    def shut(error: OSError) -> None:
        place = printable(str(error.filename))
        message = (
            f"{place}: {error.strerror}; what was read from it before stays; mend that and sync"
        )
        unseen.append(FileReport(path=place, status="refused", message=message))

    for folder, folders, files in os.walk(root, onerror=shut):
        record = Path(folder, kept.RECORD)
        if kept.is_record(record) and kept.RECORD in files:
            yield record
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (path for name in folders if (path := Path(folder, name)).is_symlink())
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield Path(folder, name)


def _leaves(path: Path, root: Path) -> bool:
    """Whether a path is a link to something outside the root."""
    if not path.is_symlink():
        return False
    target = os.path.realpath(path)
    return not Path(target).is_relative_to(os.path.realpath(root))


def _refusal(path: Path, known: Mapping[str, File]) -> FileReport:
    before = known.get(str(path))
    source = before.source if before else None
    stays = "what was read from it before stays; " if source else ""
    target = printable(os.path.realpath(path))
    message = (
        f"{printable(str(path))}: it is a link that leads out of the folder, to {target}; {stays}"
        "add that by its own name"
    )
    return FileReport(path=printable(str(path)), status="refused", source=source, message=message)


def _is_special(path: Path) -> bool:
    """Whether reading it could wait for ever: a pipe, a socket, a device."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # a broken link, say: it is reported when it is its turn
