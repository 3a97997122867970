"""Compare two LaTeX answers with math-verify and sympy, in processes that may die.

Run this file as a script: it reads one JSON request per line on standard input and writes one JSON reply per line on
standard output. A comparison that outlasts its limit ends its process, which is the only way to stop a computation
inside compiled code. Where processes can fork, the parent imports sympy once and forks a new child for one that died,
so a death costs no second import; `same` is then null.
"""

import faulthandler
import json
import os
import signal
import sys
from functools import lru_cache
from typing import Any, TextIO

import sympy
from math_verify import parse, verify
from sympy.core.relational import Relational

MEMORY_BYTES = 3 * 2**30
"""The address space of the process is limited to this, so that a tower of powers does not take the machine's memory."""

DIGITS = 45
"""Two numbers that are not both rational must agree to so many digits behind the point."""

LARGEST_EXPONENT = 10_000
"""The largest number that is evaluated to its last digit has this decimal exponent."""

POINTS = (
    ("5/7", "11/13", "3/17", "19/23"),
    ("-8/5", "13/6", "-7/4", "9/11"),
    ("29/9", "-4/3", "6/5", "-2/7"),
)
"""Two expressions in unknowns must agree at these values, which are rational and of both signs."""


def serve() -> None:
    """Answer requests `{"first", "second", "seconds"}` until the input ends."""
    # sympy and math-verify may print, so replies go to a copy of the output that only this process holds.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    # The parser builds its tables at its first use; children inherit them.
    equivalent(r"\frac{\sqrt{2}}{x+1}", r"\sin(x^{2})")
    print(json.dumps({"ready": True}), file=replies, flush=True)
    if not hasattr(os, "fork"):
        _answer_all(replies)
        return
    while child := os.fork():
        _, status = os.waitpid(child, 0)
        if status == 0:
            return
        print(json.dumps({"same": None}), file=replies, flush=True)
    _answer_all(replies)


def _answer_all(replies: TextIO) -> None:
    _limit_memory()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        while line := sys.stdin.readline():
            request = json.loads(line)
            _limit_time(request["seconds"], nowhere)
            same = equivalent(request["first"], request["second"])
            _limit_time(0, nowhere)
            print(json.dumps({"same": same}), file=replies, flush=True)


def equivalent(first: str, second: str) -> bool:
    """Return whether two LaTeX answers are the same, shown exactly or by math-verify in one direction."""
    a, b = _parsed(first), _parsed(second)
    if not a or not b:
        return False
    shown = _same(a[0], b[0])
    if shown is not None:
        return shown
    settings = {"float_rounding": 12, "timeout_seconds": None}
    return bool(verify(a, b, **settings) or verify(b, a, **settings))


@lru_cache(maxsize=4096)
def _parsed(answer: str) -> list[Any]:
    return list(parse(f"${answer}$", parsing_timeout=None))


def _same(a: Any, b: Any) -> bool | None:
    """Return whether two parsed answers are the same; nothing where only math-verify's rules can tell."""
    if isinstance(a, Relational) and type(a) is type(b):
        sides = _same(a.lhs, b.lhs), _same(a.rhs, b.rhs)
        # Equations with different sides may still say the same.
        return True if all(sides) else None
    if isinstance(a, sympy.Expr) and isinstance(b, sympy.Expr):
        return _same_expression(_exact(a), _exact(b))
    if isinstance(a, sympy.MatrixBase) and isinstance(b, sympy.MatrixBase):
        return a.shape == b.shape and _all_same(a.flat(), b.flat())
    if isinstance(a, sympy.Interval) and isinstance(b, sympy.Interval):
        ends = (a.left_open, a.right_open) == (b.left_open, b.right_open)
        return ends and _all_same((a.start, a.end), (b.start, b.end))
    if isinstance(a, sympy.FiniteSet) and isinstance(b, sympy.FiniteSet):
        return _same_set(list(a.args), list(b.args))
    if isinstance(a, sympy.Tuple) and isinstance(b, sympy.Tuple):
        return len(a) == len(b) and _all_same(a, b)
    return None


def _all_same(first: Any, second: Any) -> bool | None:
    found = [_same(a, b) for a, b in zip(first, second, strict=True)]
    return False if False in found else (None if None in found else True)


def _same_set(first: list[Any], second: list[Any]) -> bool | None:
    """Return whether every element of each set has its equal in the other."""
    if not all(isinstance(item, sympy.Expr) for item in (*first, *second)):
        return None
    return all(any(_same(a, b) for b in second) for a in first) and all(
        any(_same(a, b) for a in first) for b in second
    )


def _exact(expression: Any) -> Any:
    """Return the expression with its decimals as the fractions that they were written for."""
    decimals = {found: sympy.Rational(str(found)) for found in expression.atoms(sympy.Float)}
    return expression.xreplace(decimals).doit()


def _same_expression(a: Any, b: Any) -> bool | None:
    if a == b:
        return True
    if a.is_Rational and b.is_Rational:
        return False
    unknowns = sorted(a.free_symbols | b.free_symbols, key=str)
    if not unknowns:
        return _same_number(a, b)
    agreed = 0
    for numbers in POINTS:
        place = {
            unknown: sympy.Rational(numbers[index % len(numbers)]) + index // len(numbers)
            for index, unknown in enumerate(unknowns)
        }
        same = _same_number(a.subs(place), b.subs(place))
        if same is False:
            return False
        agreed += same is True
    return True if agreed else None


def _same_number(a: Any, b: Any) -> bool | None:
    """Return whether two numbers agree to `DIGITS` digits behind the point, however large they are."""
    sizes = _exponent(a), _exponent(b)
    if sizes[0] is None or sizes[1] is None:
        return None
    size = max(sizes[0], sizes[1])
    if size > LARGEST_EXPONENT:
        return False
    x, y = (number.evalf(DIGITS + 15 + max(0, size)) for number in (a, b))
    return bool(abs(x - y) <= sympy.Float(10) ** (min(0, size) - DIGITS))


def _exponent(number: Any) -> int | None:
    """Return the decimal exponent of a number, real or complex; nothing if it is no finite number."""
    value = abs(number.evalf(15))
    if not isinstance(value, sympy.Float | sympy.Integer) or not value.is_finite:
        return None
    return int(sympy.Float(value).num.man_exp[1] * 0.30103) + 15 if value else 0


def _limit_time(seconds: float, nowhere: TextIO) -> None:
    """End this process once it has computed that long; 0 lifts the limit.

    The limit counts processor time where the system can, so that a busy machine changes no verdict.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
    elif seconds:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
    else:
        faulthandler.cancel_dump_traceback_later()


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    serve()
