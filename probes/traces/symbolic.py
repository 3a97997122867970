"""Mathematical equality in bounded time: a worker process that is replaced when it is lost."""

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path

from probes.types import ProbeError

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

        After a pair that cost the worker its life each answer is tried alone. One that is fatal
        by itself is never handed over again, so a hostile answer costs its limit once.
        """
        with self._lock:
            if max(len(first), len(second)) > LONGEST or {first, second} & self._fatal:
                return False
            same = self._ask(first, second)
            if same is None:
                self._fatal |= {a for a in (first, second) if self._ask(a, a) is None}
            return bool(same)

    def close(self) -> None:
        """Ends the worker; a later comparison starts another."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _ask(self, first: str, second: str) -> bool | None:
        """The worker's reply, or `None` if it died over the request."""
        request = {"first": first, "second": second, "seconds": self.seconds}
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
        except OSError:
            line = ""
        if not line:
            self.close()
            return None
        return bool(json.loads(line)["same"])


def _start() -> subprocess.Popen[str]:
    """Starts a worker and waits until it has imported sympy.

    Raises:
        ProbeError: It did not start; math-verify is then not installed beside this Python.
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
        raise ProbeError(
            "Answers cannot be compared mathematically: math-verify does not start;"
            " pip install math-verify."
        )
    return worker
