"""A process of its own reads files, one after the other, within limits of time and memory.

A file that crashes its reader, hangs it or exhausts its memory is refused with one line; the
process is started again for the next file.
"""

import contextlib
import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits for one file: seconds per page and in all, bytes of address space and of its text.

    A file without pages counts as one page.
    """

    page_seconds: float = 30.0
    file_seconds: float = 600.0
    memory_bytes: int = 2 * 2**30
    # A thousand pages with a box for each word take some 60 megabytes.
    reply_bytes: int = 2**29


class ReadingProcess:
    """A worker process that reads one file after the other and is restarted after a crash.

    Threads may share it; they take turns.

    Args:
        module: The module that is run; `assistant.readers.process_worker` describes its replies.
        limits: The limits for one file.
        paged: Whether its files have pages, so that a failure can name the page.
    """

    def __init__(self, module: str, limits: Limits, *, paged: bool) -> None:
        self._module = module
        self._limits = limits
        self._paged = paged
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        # Files left by a killed worker are deleted with this folder.
        self._leavings: tempfile.TemporaryDirectory[str] | None = None
        self._unread = b""

    def read(self, path: Path, request: dict[str, Any]) -> Any:
        """Return the worker's reply for one file.

        Raises:
            Refused: the worker refused the file, died, or exceeded the limits.
        """
        with self._lock:
            reply = self._ask(path, {"path": str(path.absolute()), **request})
        if "refused" in reply:
            said = str(reply["refused"])
            raise Refused(said if said.startswith(str(path)) else f"{path}: {said}")
        return reply["document"]

    def close(self) -> None:
        """Stop the worker; the next `read` starts another."""
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        """Return the process id of the worker, or None if there is none."""
        return self._process.pid if self._process is not None else None

    def _ask(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        reused = self._process is not None
        try:
            self._request(request)
            return self._replies(path)
        except _Vanished as end:
            if not reused or end.pages_done:
                raise Refused(end.args[0]) from None
        # The worker died while idle or at the first page; only a fresh worker can tell which.
        try:
            self._request(request)
            return self._replies(path)
        except _Vanished as end:
            raise Refused(end.args[0]) from None

    def _request(self, request: dict[str, Any]) -> None:
        process = self._start()
        assert process.stdin is not None
        try:
            process.stdin.write((json.dumps(request) + "\n").encode())
            process.stdin.flush()
        except OSError:
            return  # the worker is gone, which the missing reply will show

    def _replies(self, path: Path) -> dict[str, Any]:
        begun, pages_done = time.monotonic(), 0
        while True:
            left = self._limits.file_seconds - (time.monotonic() - begun)
            line = self._line(min(left, self._limits.page_seconds))
            if line is not None and len(line) > self._limits.reply_bytes:
                self._stop()
                raise Refused(f"{path}: there is too much text in it; split the file")
            page = f" at page {pages_done + 1}" if self._paged else ""
            if line is None:
                self._stop()
                seconds = time.monotonic() - begun
                raise Refused(
                    f"{path}: reading it took too long (stopped after {seconds:.0f} s{page and ','}{page}); "
                    "split the file or get it in another form"
                )
            if not line:
                status = self._stop()
                raise _Vanished(
                    f"{path}: the process that read it died{page} ({_cause(status)}); "
                    "write the file anew or get another copy",
                    pages_done,
                )
            reply: dict[str, Any] = json.loads(line)
            if "page" not in reply:
                return reply
            pages_done = reply["page"]

    def _line(self, seconds: float) -> bytes | None:
        """Return the next reply; None after `seconds`, empty if the worker is gone."""
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        chunks, size = [self._unread], len(self._unread)
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in chunks[-1] and size <= self._limits.reply_bytes:
                if not selector.select(max(deadline - time.monotonic(), 0)):
                    self._unread = b"".join(chunks)
                    return None
                chunk = os.read(self._process.stdout.fileno(), 1 << 20)
                if not chunk:
                    return b""
                chunks.append(chunk)
                size += len(chunk)
        line, _, self._unread = b"".join(chunks).partition(b"\n")
        return line

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        root = Path(__file__).resolve().parents[2]
        paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
        there = {}
        with contextlib.suppress(OSError):  # most formats need none
            self._leavings = tempfile.TemporaryDirectory(prefix="inquire-reading-")
            there = {"TMPDIR": self._leavings.name}
        self._process = subprocess.Popen(
            # -P: a module in the current folder, which may be a stranger's, shadows none of ours.
            [sys.executable, "-P", "-m", self._module, str(self._limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **there},
        )
        return self._process

    def _stop(self) -> int | None:
        """End the worker and return how it ended."""
        process, self._process, self._unread = self._process, None, b""
        if process is None:
            return None
        leavings, self._leavings = self._leavings, None
        try:
            # A worker that died by itself gets the moment it needs to report how.
            process.wait(timeout=0.5 if process.poll() is None else None)
        except subprocess.TimeoutExpired:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        status = process.wait()
        if leavings is not None:
            leavings.cleanup()
        return status


class ReadingProcesses:
    """Several reading processes, for threads that read at the same time; one starts when the others are busy.

    Args:
        module: See `ReadingProcess`.
        limits: The limits for one file.
        paged: Whether its files have pages.
        count: The most processes.
    """

    def __init__(self, module: str, limits: Limits, *, paged: bool, count: int) -> None:
        self._all = [ReadingProcess(module, limits, paged=paged) for _ in range(count)]
        # The one that was used last is used first, so that one reader alone starts one process.
        self._idle: queue.LifoQueue[ReadingProcess] = queue.LifoQueue()
        for process in self._all:
            self._idle.put(process)

    def read(self, path: Path, request: dict[str, Any]) -> Any:
        """Return the reply of an idle worker for one file; see `ReadingProcess.read`."""
        process = self._idle.get()
        try:
            return process.read(path, request)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """Stop the workers; the next `read` starts one again."""
        for process in self._all:
            process.close()

    @property
    def pid(self) -> int | None:
        """Return the process id of a worker, or None if there is none."""
        return next((process.pid for process in self._all if process.pid is not None), None)


def cores() -> int:
    """Return how many files are read at the same time: one for each processor that may be used.

    Each worker may take two gigabytes, so there are never more than eight.
    """
    # macOS has no affinity.
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(here or 1, 8)


class _Vanished(Exception):
    """The worker ended in the middle of a file, after `pages_done` of its pages."""

    def __init__(self, message: str, pages_done: int) -> None:
        super().__init__(message)
        self.pages_done = pages_done


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"exit status {status}"
