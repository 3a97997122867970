"""Compares two LaTeX answers with math-verify, in a process of its own that may be lost.

Run as a script: one JSON request a line on standard input, one JSON reply a line on standard
output. A comparison that outlasts its limit ends the process, which is the only way to stop a
computation inside compiled code.
"""

import faulthandler
import json
import os
import sys
from functools import lru_cache
from typing import Any

import sympy
from math_verify import parse, verify

MEMORY_BYTES = 3 * 2**30
"""Address space of the process: a tower of powers may not take the machine's memory."""

DIGITS = 12
"""Significant digits to which two irrational numbers must agree."""


def serve() -> None:
    """Answers requests `{"first", "second", "seconds"}` until the input ends."""
    _limit_memory()
    # sympy and math-verify may print; replies go to a copy of the output that only we hold.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        print(json.dumps({"ready": True}), file=replies, flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            faulthandler.dump_traceback_later(request["seconds"], exit=True, file=nowhere)
            same = equivalent(request["first"], request["second"])
            faulthandler.cancel_dump_traceback_later()
            print(json.dumps({"same": same}), file=replies, flush=True)


def equivalent(first: str, second: str) -> bool:
    """Whether math-verify or sympy holds two LaTeX answers for the same, in either direction."""
    a, b = _parsed(first), _parsed(second)
    if not a or not b:
        return False
    x, y = _value(a[0]), _value(b[0])
    if x is not None and y is not None:
        return bool(abs(x - y) <= 10.0**-DIGITS * max(abs(x), abs(y)))
    settings = {"float_rounding": DIGITS, "timeout_seconds": None}
    return bool(verify(a, b, **settings) or verify(b, a, **settings))


@lru_cache(maxsize=4096)
def _parsed(answer: str) -> list[Any]:
    return list(parse(f"${answer}$", parsing_timeout=None))


def _value(expression: Any) -> Any:
    """The number an expression stands for, or nothing if it is none."""
    if not isinstance(expression, sympy.Expr) or expression.free_symbols:
        return None
    value = expression.evalf(2 * DIGITS)
    return value if value.is_number and value.is_finite and value.is_comparable else None


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  (absent on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    serve()
