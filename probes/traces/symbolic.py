"""Decide mathematical equality in bounded time, by a worker process that is replaced when it dies."""

import atexit
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

from probes.errors import ProbeError

LONGEST = 400
"""An answer with more characters is not handed to the parser."""
DEEPEST = 20
"""Braces may be nested so deep; no final answer goes further, and the parser's work grows with the depth."""


class SymbolicComparer:
    """A comparer asks a worker whether two LaTeX answers are the same; threads can share it."""

    def __init__(self, seconds: float = 0.5) -> None:
        """Args: seconds: of computing for one comparison, the worker's start apart."""
        self.seconds = seconds
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self._suspects: set[str] = set()
        self._fatal: set[str] = set()
        atexit.register(self.close)

    def same(self, first: str, second: str) -> bool:
        """Return whether two answers are the same; what cannot be shown in time counts as different.

        If the worker died of a pair, each answer of the pair is tried alone, briefly, when it comes again. An answer
        that kills the worker by itself is never handed over a third time. So no pair costs more than twice the limit,
        and a hostile answer costs the limit twice.
        """
        with self._lock:
            if not (_affordable(first) and _affordable(second)):
                return False
            for answer in {first, second} & self._suspects:
                self._suspects.discard(answer)
                if self._ask(answer, answer, self.seconds / 3) is None:
                    self._fatal.add(answer)
            if {first, second} & self._fatal:
                return False
            same = self._ask(first, second, self.seconds)
            if same is None:
                self._suspects |= {first, second}
            return bool(same)

    def close(self) -> None:
        """End the worker; a later comparison starts a new one."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _ask(self, first: str, second: str, seconds: float) -> bool | None:
        """Return the worker's reply, or `None` if the worker died of the request."""
        request = {"first": first, "second": second, "seconds": seconds}
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
        same = json.loads(line)["same"]
        return None if same is None else bool(same)


def _affordable(answer: str) -> bool:
    """Return whether the size of an answer bounds the work of comparing it."""
    if len(answer) > LONGEST or _COSTLY.search(answer):
        return False
    depth = deepest = 0
    for mark in answer:
        depth += (mark in "{(") - (mark in "})")
        deepest = max(deepest, depth)
    return deepest <= DEEPEST


# A few characters make these huge: sums and integrals, factorials of more than three digits or of something computed,
# powers of powers of numbers, exponents of more than three digits.
_COSTLY = re.compile(
    r"\\(?:sum|prod|i*int|oint|lim)(?![a-z])|\d{4}\s*!|[)}\]]\s*!"
    r"|\^[\s{(]*-?\d+[\s)}]*\^|\^[\s{(]*-?\d{4}"
)


def _start() -> subprocess.Popen[str]:
    """Start a worker and wait until it has imported sympy.

    Raises:
        ProbeError: The worker did not start; math-verify is then not installed for this Python.
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
