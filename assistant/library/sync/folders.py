"""Find the regular files under the followed files and folders; links that lead out are refused."""

import os
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant import readers
from assistant.errors import Mendable, Refused
from assistant.library.store import File
from assistant.readers import files, zotero
from assistant.types import FileReport
from probes.runs import kept


@dataclass
class Found:
    """The result of a scan: files to read, each once, in a fixed order; unreadable folders; links that lead out."""

    files: list[Path] = field(default_factory=list)
    shut: list[FileReport] = field(default_factory=list)
    leaving: list[FileReport] = field(default_factory=list)


def scan(roots: Sequence[Path], known: Mapping[str, File]) -> Found:
    """Return what lies under the roots.

    Hidden files and folders, pipes and devices are left out, and links to folders are not followed.
    A link that leads out of its root is refused. The record of a run stands for its whole folder.
    """
    suffixes = readers.suffixes()
    found = Found()
    paths: dict[Path, None] = {}
    for root in roots:
        if str(root) in known or root.is_file():
            paths.update({root: None} if os.path.lexists(root) else {})
            continue
        if root.exists() and not root.is_dir():
            message = files.not_regular(root, root.stat().st_mode)
            found.shut.append(FileReport(path=str(root), status="refused", message=message))
            continue
        inside = sorted(_inside(root, suffixes, found.shut))
        leaving = {path for path in inside if _leaves(path, root)}
        found.leaving += [_refusal(path, known) for path in sorted(leaving)]
        paths.update(
            dict.fromkeys(
                path
                for path in inside
                if path not in leaving and not path.is_dir() and not _is_special(path)
            )
        )
    found.files = list(paths)
    return found


def existing(path: Path) -> Path:
    """Return the absolute path of a regular file or folder that can be opened.

    Raises:
        Mendable: there is none, it is a device or a pipe, or it cannot be opened.
    """
    path = path.expanduser().absolute()
    try:
        str(path).encode()
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            next(path.iterdir(), None)
        elif not stat.S_ISREG(found.st_mode):
            raise Mendable(f"{files.not_regular(path, found.st_mode)}, or name another.")
    except UnicodeEncodeError as error:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise Mendable(f"{shown}: its name is not UTF-8; rename it.") from error
    except FileNotFoundError as error:
        raise Mendable(f"{path} does not exist; check the name.") from error
    except OSError as error:
        raise Mendable(
            f"{path} cannot be opened ({error.strerror}); mend its permissions."
        ) from error
    return path


def followed(path: Path) -> list[Path]:
    """Return the paths followed for a path: for a Zotero library also its stored attachments."""
    beside = path.parent / "storage"
    return [path, beside] if path.name == zotero.NAME and beside.is_dir() else [path]


def printable(name: str) -> str:
    """Return a name in characters that can be written as UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def check_run(folder: Path) -> None:
    """Check the parts of a run of another machine before any is opened.

    Raises:
        Refused: a part is a link, a pipe or a device, or too large, or its arrays are too large
            when unpacked.
    """
    try:
        for part in sorted(folder.iterdir()):
            found = part.lstat()
            if stat.S_ISLNK(found.st_mode):
                raise Refused(f"{part}: it is a link; put the file itself there")
            if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
                raise Refused(files.not_regular(part, found.st_mode))
            size = _unpacked(part) if part.suffix == ".npz" else found.st_size
            if size > _LARGEST_PART:
                raise Refused(f"{part}: it has {size:,} bytes, more than a run leaves; take it out")
    except OSError as error:
        raise Refused(f"{folder}: {error.strerror}; mend that or take it out") from None


# The states of many prompts in many layers take some hundred megabytes.
_LARGEST_PART = 2**30


def _unpacked(path: Path) -> int:
    """Return the bytes of the members of an archive; 0 for a file that is none, which opening it reports."""
    try:
        with zipfile.ZipFile(path) as packed:
            return sum(member.file_size for member in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0


def _inside(root: Path, suffixes: frozenset[str], unseen: list[FileReport]) -> Iterator[Path]:
    """Yield the files of known formats under a root, and the links to folders."""

    def shut(error: OSError) -> None:
        place = printable(str(error.filename))
        message = (
            f"{place}: {error.strerror}; what was read from it before stays; mend that and sync"
        )
        unseen.append(FileReport(path=place, status="refused", message=message))

    if (root / zotero.NAME).is_file():  # other files in Zotero's folder are not reading matter
        yield root / zotero.NAME
        root = root / "storage"
        if not root.is_dir():
            return
    # The program keeps its own stack, because folders may be nested more deeply than function calls
    # can be.
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        record = folder / kept.RECORD
        if kept.is_record(record) and os.path.lexists(record):
            yield record
            continue
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            shut(error)
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
                continue
            suffix = Path(entry.name).suffix.lower()
            known = suffix in suffixes and (
                suffix not in zotero.suffixes or entry.name == zotero.NAME
            )
            # If it cannot be examined, it is not a folder that could be entered.
            if known or (entry.is_symlink() and os.path.isdir(entry.path)):  # noqa: PTH112
                yield Path(entry.path)


def _leaves(path: Path, root: Path) -> bool:
    """Return whether a path is a link to something outside the root."""
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
    """Return whether reading the path could wait for ever: a pipe, a socket, a device."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # for example a broken link: it is reported in its turn
