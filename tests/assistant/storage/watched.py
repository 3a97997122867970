"""Record the file operations of a process in order, and make the disks that a loss of power could leave."""

import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SHIM = Path(__file__).with_name("shim.c")
ROOT = Path(__file__).parents[3]
_HEAD = struct.Struct("<cQQII")


def compiled(folder: Path) -> Path:
    """The shim as a library; skip the test where there is no compiler, or no Linux."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler on Linux")
    # Without the system's headers the compiler cannot build anything and tests are skipped; a shim that fails to build
    # is a failure.
    empty = folder / "headers.c"
    empty.write_text(
        "#include <stdlib.h>\n#include <dlfcn.h>\n#include <pthread.h>\nint nothing;\n"
    )
    if _built(compiler, empty, folder / "headers.so").returncode:
        pytest.skip("the C compiler here has no headers of the system")
    made = folder / "shim.so"
    done = _built(compiler, SHIM, made)
    assert done.returncode == 0, done.stderr
    return made


def _built(compiler: str, source: Path, made: Path) -> subprocess.CompletedProcess[str]:
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", made, source, "-ldl", "-lpthread"]
    return subprocess.run(command, capture_output=True, text=True)


def run_watched(shim: Path, code: str, folder: Path, scratch: Path, *arguments: str) -> Path:
    """Run code with `folder` as its first argument; returns the log of what it did below it.

    What the code writes to the file that is its second argument is in the log as well.
    """
    log, marks = scratch / "log", scratch / "marks"
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim), "SHIM_ROOT": str(folder), "SHIM_LOG": str(log),
        "SHIM_MARKS": str(marks), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", code, folder, marks, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return log


@dataclass(frozen=True)
class Record:
    """One operation: its kind, the inode it is on, a place or length, and two texts."""

    kind: str
    ino: int
    at: int
    one: bytes
    two: bytes


def records(log: Path) -> Iterator[Record]:
    """The operations of a log, in order."""
    data, at = log.read_bytes(), 0
    while at < len(data):
        kind, ino, place, n, m = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Record(kind.decode(), ino, place, data[at : at + n], data[at + n : at + n + m])
        at += n + m


Entries = dict[int, dict[str, int]]


@dataclass
class Disk:
    """A disk as programs see it, and as it is once the power has failed.

    A file's bytes are safe when they were synced, a name when its folder was. All else may be lost or kept, in any
    mixture. Files and folders have numbers of our own: a system gives those of deleted ones away again.
    """

    root: Path
    entries: Entries = field(default_factory=dict)
    contents: dict[int, bytearray] = field(default_factory=dict)
    safe_entries: Entries = field(default_factory=dict)
    safe_contents: dict[int, bytes] = field(default_factory=dict)
    pending: dict[int, list[Record]] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _last: int = 0

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        """A disk that holds a folder, all of it safe."""
        disk = cls(folder)
        disk._take_in(folder, disk._new(folder.stat().st_ino))
        return disk

    def _take_in(self, folder: Path, number: int) -> None:
        self.entries[number] = {}
        for path in folder.iterdir():
            inside = self._new(path.stat().st_ino)
            self.entries[number][path.name] = inside
            if path.is_dir():
                self._take_in(path, inside)
            else:
                self.contents[inside] = bytearray(path.read_bytes())
                self.safe_contents[inside] = path.read_bytes()
        self.safe_entries[number] = dict(self.entries[number])

    def _new(self, ino: int) -> int:
        self._last += 1
        self._numbers[ino] = self._last
        return self._last

    def apply(self, record: Record) -> None:
        """Do what a record says."""
        path, number = record.one, self._numbers.get(record.ino, 0)
        match record.kind:
            case "M":
                self.marks += record.one.decode().split()
            case "C" if not self._is_linked(number):
                number = self._new(record.ino)
                self.contents[number] = bytearray()
                self._link(path, number)
            case "K":
                number = self._new(record.ino)
                self.entries[number] = {}
                self._link(path, number)
            case "R":
                self._link(record.two, self._unlink(record.one))
            case "U":
                self._unlink(path)
            case "W" | "T":
                _write(self.contents[number], record)
                self.pending.setdefault(number, []).append(record)
            case "S":
                self.contents[number] = bytearray(record.two)
                self.safe_contents[number] = record.two
                self.pending.pop(number, None)
            case "D":
                listed = (line.split("/", 1) for line in record.two.decode().splitlines())
                self.safe_entries[number] = {name: self._numbers[int(ino)] for ino, name in listed}

    def _is_linked(self, number: int) -> bool:
        return any(number in names.values() for names in self.entries.values())

    def _folder(self, path: bytes) -> tuple[dict[str, int], str]:
        *folders, name = Path(path.decode()).relative_to(self.root).parts
        number = self._numbers[self.root.stat().st_ino]
        for folder in folders:
            number = self.entries[number][folder]
        return self.entries[number], name

    def _link(self, path: bytes, number: int) -> None:
        names, name = self._folder(path)
        names[name] = number

    def _unlink(self, path: bytes) -> int:
        names, name = self._folder(path)
        return names.pop(name)

    # ── after a loss of power ────────────────────────────────────────────────────────────────────

    def outcomes(self, chance: random.Random) -> Iterator[dict[str, bytes | None]]:
        """Some of the disks that a loss of power now could leave, as files by path; None is a folder.

        All that is not safe is lost; or names are kept and bytes are not; or some of each write that is not
        safe, the last of them cut; or nothing is lost, as where only the program was killed.
        """
        safe = {number: self.safe_contents.get(number, b"") for number in self.contents}
        yield self._tree(self.safe_entries, safe)
        yield self._tree(self.entries, safe)
        yield self._tree(self.entries, {n: self._some(n, chance) for n in self.contents})
        yield self._tree(self.entries, {n: bytes(content) for n, content in self.contents.items()})

    def _some(self, number: int, chance: random.Random) -> bytes:
        content = bytearray(self.safe_contents.get(number, b""))
        for record in self.pending.get(number, []):
            if chance.random() < 0.5:
                whole = chance.random() < 0.7
                cut = len(record.one) if whole else chance.randrange(len(record.one) + 1)
                _write(content, Record(record.kind, record.ino, record.at, record.one[:cut], b""))
        return bytes(content)

    def _tree(self, entries: Entries, contents: dict[int, bytes]) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}

        def walk(number: int, path: str) -> None:
            for name, inside in sorted(entries.get(number, {}).items()):
                if inside in contents:
                    found[f"{path}{name}"] = contents[inside]
                else:
                    found[f"{path}{name}"] = None
                    walk(inside, f"{path}{name}/")

        walk(self._numbers[self.root.stat().st_ino], "")
        return found


def _write(content: bytearray, record: Record) -> None:
    if record.kind == "T":
        del content[record.at :]
        content.extend(bytes(max(0, record.at - len(content))))
        return
    content.extend(bytes(max(0, record.at - len(content))))
    content[record.at : record.at + len(record.one)] = record.one


def losses(log: Path, disk: Disk) -> Iterator[tuple[list[str], dict[str, bytes | None]]]:
    """For a loss of power after every operation: what was reported done by then, and each disk it could leave."""
    chance = random.Random(0)
    seen = set()
    for record in records(log):
        disk.apply(record)
        for outcome in disk.outcomes(chance):
            known = (len(disk.marks), hash(tuple(outcome.items())))
            if known not in seen:
                seen.add(known)
                yield list(disk.marks), outcome


def laid_out(outcome: dict[str, bytes | None], folder: Path) -> Path:
    """A disk as a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in outcome.items():
        if content is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(content)
    return folder
