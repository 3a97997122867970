"""Open the files of a sync: stamp, hash, read and cut each, several at a time; the library is not touched."""

import threading
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from assistant import readers
from assistant.errors import Refused
from assistant.library.store import File
from assistant.library.sync.folders import check_run, printable
from assistant.library.sync.identity import storable
from assistant.readers import files
from assistant.readers.process import cores
from assistant.readers.references import Bibliography
from assistant.text.passages import CountTokens, passages
from assistant.types import Document, Passage
from probes.machines.workers import HERE, Workers
from probes.runs import kept


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read: the passage window, its token counter and its name, a PDF password.

    With `every`, every file is hashed, even if its size and times did not change. The `workers` read
    and cut them; one alone does so with threads, each with a process that parses.
    """

    window: int
    count_tokens: CountTokens
    tokenizer: str = ""
    password: str | None = None
    every: bool = False
    workers: Workers = HERE


@dataclass(frozen=True)
class Cut:
    """A document with its passages, which have no key yet."""

    document: Document
    passages: Sequence[Passage]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file with its size, times and hash, and what a reader made of it, or why it made nothing.

    Nothing is made of a run, of a file whose content is known, and of one that is `unchanged`.
    """

    file: File
    made: Cut | Bibliography | None = None
    error: Refused | None = None
    unchanged: bool = False


def opened(
    found: Sequence[Path], known: Mapping[str, File], reading: Reading
) -> Generator[Opened, None, None]:
    """Yield each file opened, in the given order; others are read meanwhile, on all processors."""
    with _hands(reading.workers) as (pool, width):
        yield from _opened(pool, 2 * width, found, known, reading)


@contextmanager
def _hands(workers: Workers) -> Iterator[tuple[Executor, int]]:
    """Yield who opens files, and how many at a time."""
    if workers.several:
        with workers.open() as crew:
            yield crew, crew.width
        return
    pool = ThreadPoolExecutor(cores(), "reading")
    try:
        yield pool, cores()
    finally:
        pool.shutdown(cancel_futures=True)


def _opened(
    pool: Executor, ahead: int, found: Sequence[Path], known: Mapping[str, File], reading: Reading
) -> Generator[Opened, None, None]:
    # Finished documents wait in memory until those before them are stored.
    waiting: deque[Opened | Future[Opened]] = deque()
    for path in found:
        before = known.get(str(path))
        # A thread costs more than a look at a file that did not change.
        waiting.append(
            _as_known(path, before, reading) or pool.submit(open_one, path, before, reading)
        )
        if len(waiting) > ahead:
            yield _result(waiting.popleft())
    while waiting:
        yield _result(waiting.popleft())


def _result(made: Opened | Future[Opened]) -> Opened:
    return made.result() if isinstance(made, Future) else made


def open_one(path: Path, known: File | None, reading: Reading, *, anew: bool = False) -> Opened:
    """Return a file opened; with `anew` it is read even if its content is known."""
    name = str(path)
    if known and not anew and (settled := _as_known(path, known, reading)):
        return settled
    if printable(name) != name:
        error = Refused(f"{printable(name)}: its name is not UTF-8; rename the file")
        return Opened(file=unseen(printable(name)), error=error)
    anew = anew or _retried(known, reading)
    try:
        file = stamped(unseen(name), files.stamps(path))
    except OSError as error:
        refused = Refused(f"{path}: {error.strerror}; mend that or take it out of the folder")
        return Opened(file=unseen(name), error=refused)
    try:
        file = replace(file, sha256=files.digest(path, readers.largest(path)))
        same = known is not None and known.sha256 == file.sha256 and not anew
        run = kept.is_record(path) and not same
        if run:
            check_run(path.parent)
        return Opened(file=file, made=None if same or run else _made(path, reading))
    except Refused as error:
        return Opened(file=file, error=error)


def _as_known(path: Path, known: File | None, reading: Reading) -> Opened | None:
    """Return a file that need not be opened: the reader removed it, or its size and times are as they were."""
    if known is None or printable(str(path)) != str(path):
        return None
    if known.status == "deleted":
        return Opened(file=known, unchanged=True)
    if reading.every or _retried(known, reading):
        return None
    try:
        same = stamped(known, files.stamps(path)) == known
    except OSError:
        return None  # it is reported when it is opened
    return Opened(file=known, unchanged=True) if same else None


def _retried(known: File | None, reading: Reading) -> bool:
    """Return whether a refused file is tried again, because a password is given."""
    return bool(known and known.status == "refused" and reading.password)


def shares(found: Sequence[Path], known: Mapping[str, File], reading: Reading) -> list[float]:
    """Return the share of the work that is done before each file, by the sizes of those that are opened."""
    sizes = [0 if _as_known(path, known.get(str(path)), reading) else _work(path) for path in found]
    total = max(1, sum(sizes))
    return [done / total for done in accumulate(sizes, initial=0)][: len(sizes)]


def _work(path: Path) -> int:
    """Return what a file takes, in bytes of a note."""
    try:
        return path.stat().st_size * (_RUN if kept.is_record(path) else 1)
    except OSError:
        return 0


# A run is judged and its figure drawn: that takes so many times as long as reading a note of as many bytes.
_RUN = 12


def _made(path: Path, reading: Reading) -> Cut | Bibliography:
    """Return the document that a reader makes of a file."""
    made = readers.read(path, password=reading.password)
    if isinstance(made, Bibliography):
        return made
    document = storable(made)

    def count_tokens(texts: Sequence[str]) -> list[int]:
        with _COUNTING:
            return reading.count_tokens(texts)

    return Cut(document, passages("", document, reading.window, count_tokens))


# Tokenizers of transformers fail when two threads use one of them.
_COUNTING = threading.Lock()


def unseen(name: str) -> File:
    """Return a file of which nothing is known; its impossible size makes the next sync open it."""
    return File(path=name, size=-1, mtime_ns=0, sha256="", source=None, status="new")


def stamped(file: File, stamp: tuple[int, int, int]) -> File:
    """Return the file with its present size and times."""
    size, written, changed = stamp
    return replace(file, size=size, mtime_ns=written, changed_ns=changed)
