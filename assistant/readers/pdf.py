"""PDF files, parsed page by page in a process of their own with time and memory limits.

A file that crashes the parser, hangs it or makes it eat memory is refused with one line; the
process is started again for the next file.
"""

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.types import Document, Page, Word

suffixes = (".pdf",)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost: seconds per page and in all, bytes of address space."""

    page_seconds: float = 30.0
    file_seconds: float = 600.0
    memory_bytes: int = 2 * 2**30


def read(path: Path, *, password: str | None = None) -> Document:
    """Read a PDF.

    The stored text is the pages' text joined by blank lines; every printed word keeps its span in
    it and its box on the page. Metadata: title, authors, year, venue, doi, arxiv, abstract as far
    as found, `sections` (list of {title, start}) and `references` (list of printed entries).

    Raises:
        Refused: missing, empty, broken, encrypted, without any text, or beyond the limits.
    """
    return _shared.read(path, password=password)


class PdfParser:
    """A worker process that parses one file after the other, restarted when one takes it down.

    Threads may share it; they take turns.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def read(self, path: Path, *, password: str | None = None) -> Document:
        """Read one PDF; see the module's `read`."""
        _check_file(path)
        with self._lock:
            reply = self._ask(path, password)
        if "refused" in reply:
            raise Refused(f"{path}: {reply['refused']}")
        return _document(reply["document"])

    def close(self) -> None:
        """Stop the worker; the next `read` starts another."""
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        """Process id of the worker, None while there is none."""
        return self._process.pid if self._process is not None else None

    def _ask(self, path: Path, password: str | None) -> dict[str, Any]:
        reused = self._process is not None
        try:
            self._request(path, password)
            return self._replies(path)
        except _Vanished as end:
            if not reused or end.pages_done:
                raise Refused(end.args[0]) from None
        # It died while idle, or at the first page: only a fresh worker can tell which.
        try:
            self._request(path, password)
            return self._replies(path)
        except _Vanished as end:
            raise Refused(end.args[0]) from None

    def _request(self, path: Path, password: str | None) -> None:
        process = self._start()
        assert process.stdin is not None
        request = json.dumps({"path": str(path.resolve()), "password": password}) + "\n"
        try:
            process.stdin.write(request.encode())
            process.stdin.flush()
        except OSError:
            return  # it is gone, which the missing reply will show

    def _replies(self, path: Path) -> dict[str, Any]:
        begun, pages_done = time.monotonic(), 0
        while True:
            left = self._limits.file_seconds - (time.monotonic() - begun)
            line = self._line(min(left, self._limits.page_seconds))
            if line is None:
                self._stop()
                seconds = time.monotonic() - begun
                raise Refused(
                    f"{path}: parsing took too long (stopped after {seconds:.0f} s, at page "
                    f"{pages_done + 1}); split the file or print it anew"
                )
            if not line:
                status = self._stop()
                raise _Vanished(
                    f"{path}: the PDF parser died at page {pages_done + 1} ({_cause(status)}); "
                    "print the file anew or get another copy",
                    pages_done,
                )
            reply: dict[str, Any] = json.loads(line)
            if "page" not in reply:
                return reply
            pages_done = reply["page"]

    def _line(self, seconds: float) -> bytes | None:
        """The next reply; None after `seconds`, empty when the worker is gone."""
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        chunks = [self._unread]
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in chunks[-1]:
                if not selector.select(max(deadline - time.monotonic(), 0)):
                    self._unread = b"".join(chunks)
                    return None
                chunk = os.read(self._process.stdout.fileno(), 1 << 20)
                if not chunk:
                    return b""
                chunks.append(chunk)
        line, _, self._unread = b"".join(chunks).partition(b"\n")
        return line

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        root = Path(__file__).resolve().parents[2]
        paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "assistant.readers.pdf_worker", str(self._limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        return self._process

    def _stop(self) -> int | None:
        """End the worker and say how it ended."""
        process, self._process, self._unread = self._process, None, b""
        if process is None:
            return None
        try:
            # A worker that died by itself is given the moment it needs to report how.
            process.wait(timeout=0.5 if process.poll() is None else None)
        except subprocess.TimeoutExpired:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        return process.wait()


class _Vanished(Exception):
    """The worker ended in the middle of a file, after `pages_done` of its pages."""

    def __init__(self, message: str, pages_done: int) -> None:
        super().__init__(message)
        self.pages_done = pages_done


_shared = PdfParser()
atexit.register(_shared.close)


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(1)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}; make it readable or remove it") from None
    if not head:
        raise Refused(f"{path}: the file is empty (0 bytes); get it anew")


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"exit status {status}"


def _document(reply: dict[str, Any]) -> Document:
    return Document(
        kind="paper",
        title=reply["title"],
        text=reply["text"],
        metadata=reply["metadata"],
        pages=tuple(_page(number, *leaf) for number, leaf in enumerate(reply["pages"], 1)),
        warnings=tuple(reply["warnings"]),
    )


def _page(
    number: int, start: int, end: int, width: float, height: float, words: list[list[float]]
) -> Page:
    return Page(
        number=number,
        start=start,
        end=end,
        width=width,
        height=height,
        words=tuple(
            Word(start=int(at), end=int(to), left=left, bottom=bottom, right=right, top=top)
            for at, to, left, bottom, right, top in words
        ),
    )
