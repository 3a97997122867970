"""Mathematical equality in bounded time: a worker process that is replaced when it is lost."""

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

LONGEST = 400
"""Characters; a longer answer is not handed to the parser."""


class SymbolicComparer:
    """Asks a worker whether two LaTeX answers are the same; safe to share between threads."""

    def __init__(self, seconds: float = 3.0) -> None:
        """Args: seconds: limit of one comparison, the worker's start apart."""
        self.seconds = seconds
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self._fatal: set[str] = set()
        atexit.register(self.close)

    def same(self, first: str, second: str) -> bool:
        """Whether two answers are the same; what cannot be shown in time is different.

        A pair that costs the worker its life is remembered, and neither of its answers is parsed
        again unless it is a plain number, so hostile answers cost one limit each.
        """
        with self._lock:
            if max(len(first), len(second)) > LONGEST or {first, second} & self._fatal:
                return False
            reply = self._ask({"first": first, "second": second, "seconds": self.seconds})
            if reply is None:
                self._fatal |= {a for a in (first, second) if not a.replace(".", "").isdecimal()}
                return False
            return bool(reply["same"])

    def close(self) -> None:
        """Ends the worker; a later comparison starts another."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """One reply, or `None` if the worker died over the request."""
        if self._worker is None or self._worker.poll() is not None:
            self.close()
            self._worker = _start()
        pipe_in, pipe_out = self._worker.stdin, self._worker.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        try:
            pipe_in.write(json.dumps(request) + "\n")
            pipe_in.flush()
            line = pipe_out.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
            return None
        reply: dict[str, Any] = json.loads(line)
        return reply


def _start() -> subprocess.Popen[str]:
    """Starts a worker and waits until it has imported sympy.

    Raises:
        RuntimeError: It did not start; math-verify is then not installed beside this Python.
    """
    # -P keeps this folder off the worker's path, where a module could shadow the library's.
    script = Path(__file__).with_name("symbolic_worker.py")
    worker = subprocess.Popen(
        [sys.executable, "-P", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert worker.stdout is not None
    if not worker.stdout.readline():
        worker.communicate()
        raise RuntimeError("Answers cannot be compared: install math-verify (pip install math-verify).")
    return worker
