"""Small optimisation problems in words: their exact solution, a checker, and other answers to compare with."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy  # its parts are loaded on first use

Point = tuple[float, ...]
TOLERANCE = 1e-6
"""A constraint may be missed by this much, for rounding; it is far below the whole numbers that problems are made
of."""


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """The name of a group of inequalities, and their rows: each row of `rows` times the answer is within bounds."""

    name: str
    rows: tuple[Point, ...]
    low: Point
    high: Point


@dataclass(frozen=True, kw_only=True)
class Constrained:
    """A problem: find whole numbers for `names`, from 0 to `most`, that maximise their sum weighted by `worth`.

    A cost is a negative worth. `constraints` come in the order in which a kind of problem names them; the last one is
    that each number lies in its range.
    """

    kind: str
    question: str
    names: tuple[str, ...]
    worth: Point
    most: Point
    constraints: tuple[Constraint, ...]

    def satisfied(self, answer: Sequence[float]) -> tuple[bool, ...]:
        """Return which constraints an answer keeps."""
        return tuple(
            all(
                low - TOLERANCE <= np.dot(row, answer) <= high + TOLERANCE
                for row, low, high in zip(c.rows, c.low, c.high, strict=True)
            )
            for c in self.constraints
        )

    def value(self, answer: Sequence[float]) -> float:
        """Return what an answer is worth."""
        return float(np.dot(self.worth, answer))

    def gap(self, answer: Sequence[float]) -> float:
        """Return how far an answer is behind the best one, as a share of its worth; NaN if it breaks a constraint."""
        if not all(self.satisfied(answer)):
            return float("nan")
        best = self.value(self.optimum)
        return (best - self.value(answer)) / abs(best)

    @cached_property
    def optimum(self) -> Point:
        """Return the best answer in whole numbers, by the HiGHS solver."""
        rows = np.array([row for c in self.constraints for row in c.rows])
        low, high = (np.array([v for c in self.constraints for v in getattr(c, end)])
                     for end in ("low", "high"))  # fmt: skip
        found = scipy.optimize.milp(
            -np.array(self.worth),
            integrality=np.ones(len(self.names)),
            bounds=scipy.optimize.Bounds(0, np.array(self.most)),
            constraints=scipy.optimize.LinearConstraint(rows, low, high),
        )
        if found.x is None:
            raise ValueError(f"No answer keeps every constraint of: {self.question}")
        return tuple(float(round(x)) for x in found.x)

    @cached_property
    def allowed(self) -> tuple[Point, ...]:
        """Return every answer in whole numbers that keeps all constraints."""
        ranges = (range(int(top) + 1) for top in self.most)
        return tuple(x for x in itertools.product(*ranges) if all(self.satisfied(x)))

    def guessed(self, rng: np.random.Generator) -> Point:
        """Draw whole numbers from their ranges, whatever the other constraints say."""
        return tuple(float(rng.integers(0, int(top) + 1)) for top in self.most)

    def guessed_allowed(self, rng: np.random.Generator) -> Point:
        """Draw an allowed answer, each as likely as another."""
        return self.allowed[int(rng.integers(len(self.allowed)))]

    def greedy(self) -> Point:
        """Answer by the heuristic: what is worth most for what it uses comes first, as much of it as is allowed.

        Where an amount is prescribed, the heuristic starts from any allowed answer and improves it step by step.
        """
        now = min(self.allowed, key=sum)
        use = np.abs(np.array([row for c in self.constraints[:-1] for row in c.rows])).sum(axis=0)
        order = np.argsort(-np.array(self.worth) / np.maximum(use, 1e-9))
        steps = [np.eye(len(now))[at] for at in order]
        # A move shifts one unit from one place to another: a prescribed total leaves only this choice.
        steps += [steps[a] - steps[b] for a in range(len(now)) for b in range(len(now)) if a != b]
        reached = {now}
        while True:
            tried = (tuple(float(v) for v in np.add(now, step)) for step in steps)
            better = (
                x for x in tried
                if x not in reached and self.value(x) > self.value(now) and all(self.satisfied(x))
            )  # fmt: skip
            found = next(better, None)
            if found is None:
                return now
            now = found
            reached.add(now)

    def written(self, answer: Sequence[float]) -> str:
        """Return an answer as the examples write it: `A=3, B=4`."""
        return ", ".join(f"{n}={x:g}" for n, x in zip(self.names, answer, strict=True))

    def read(self, text: str) -> Point | None:
        """Return the first value that a text gives each name; None where one is missing."""
        found: dict[str, float] = {}
        for name, number in _VALUE.findall(text):
            found.setdefault(name, float(number))
        return tuple(found[n] for n in self.names) if set(self.names) <= set(found) else None


_VALUE = re.compile(r"\b([A-Z]\d?)\s*=\s*(-?\d{1,9}(?:\.\d{1,9})?)(?!\d)")


def problems(kind: str, count: int, seed: int) -> list[Constrained]:
    """Return different problems of one kind; a larger count only adds to them.

    Raises:
        ValueError: the kind is not in `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"No kind {kind!r} of problem; of {', '.join(KINDS)}.")
    rng = np.random.default_rng([seed, *kind.encode()])
    found: dict[str, Constrained] = {}
    while len(found) < count:
        made = KINDS[kind](rng)
        # There are at least three allowed answers, so that there is something to choose.
        if len(made.allowed) >= _CHOICES and made.value(made.optimum) != 0:
            found.setdefault(made.question, made)
    return list(found.values())


_CHOICES = 3


def _linear(rng: np.random.Generator) -> Constrained:
    earn, wood, hours = (rng.integers(1, 7, 2).tolist() for _ in range(3))
    most = rng.integers(4, 9, 2).tolist()
    have = [int(np.dot(use, most) * rng.uniform(0.45, 0.75)) + 1 for use in (wood, hours)]
    question = (
        f"Choose whole numbers A and B. A is at most {most[0]} and B is at most {most[1]}. "
        f"Wood: {wood[0]}*A + {wood[1]}*B is at most {have[0]}. "
        f"Hours: {hours[0]}*A + {hours[1]}*B is at most {have[1]}. "
        f"Make {earn[0]}*A + {earn[1]}*B as large as possible."
    )
    return _made("linear", question, ("A", "B"), earn, most, [
        _below("wood", [wood], [have[0]]), _below("hours", [hours], [have[1]]),
    ])  # fmt: skip


def _knapsack(rng: np.random.Generator) -> Constrained:
    names = ("A", "B", "C", "D")
    weights, values = rng.integers(1, 10, 4).tolist(), rng.integers(1, 10, 4).tolist()
    room, many = int(sum(weights) * rng.uniform(0.4, 0.7)) + 1, int(rng.integers(2, 4))
    things = ", ".join(
        f"{n} weighs {w} and is worth {v}"
        for n, w, v in zip(names, weights, values, strict=True)
    )  # fmt: skip
    question = (
        f"Pack some of four things: {things}. Write 1 for a thing that is packed and 0 for one that is not. "
        f"The weight is at most {room} in all, and at most {many} things are packed. "
        "Make the worth as large as possible."
    )
    return _made("knapsack", question, names, values, [1] * 4, [
        _below("weight", [weights], [room]), _below("number", [[1] * 4], [many]),
    ])  # fmt: skip


def _power(rng: np.random.Generator) -> Constrained:
    """Make problems of DC power flow: three equal lines in a triangle, two generators, the load at the third bus."""
    cost, need = rng.choice(np.arange(1, 10), 2, replace=False).tolist(), int(rng.integers(6, 21))
    most = [int(need * rng.uniform(0.6, 1.1)) + 1 for _ in range(2)]
    first, second = (int(need * rng.uniform(0.5, 0.75)) + 1 for _ in range(2))
    flows = [[2 / 3, 1 / 3], [1 / 3, 2 / 3]]
    question = (
        f"Two generators G1 and G2 feed a load of {need}: G1 + G2 = {need}. "
        f"G1 is at most {most[0]} and G2 is at most {most[1]}. "
        f"Line 1 carries (2*G1 + G2)/3, at most {first}. Line 2 carries (G1 + 2*G2)/3, at most {second}. "
        f"Choose whole numbers. Make the cost {cost[0]}*G1 + {cost[1]}*G2 as small as possible."
    )
    balance = Constraint(
        name="balance", rows=((1.0, 1.0),), low=(float(need),), high=(float(need),)
    )
    lines = _below("lines", flows, [first, second])
    return _made("power flow", question, ("G1", "G2"), [-c for c in cost], most, [balance, lines])


def _below(name: str, rows: Sequence[Sequence[float]], high: Sequence[float]) -> Constraint:
    return Constraint(
        name=name,
        rows=tuple(tuple(map(float, row)) for row in rows),
        low=tuple(-np.inf for _ in high),
        high=tuple(map(float, high)),
    )


def _made(
    kind: str, question: str, names: tuple[str, ...], worth: Sequence[float],
    most: Sequence[float], constraints: Sequence[Constraint],
) -> Constrained:  # fmt: skip
    each = tuple(tuple(row) for row in np.eye(len(names)).tolist())
    top = tuple(map(float, most))
    ranges = Constraint(name="ranges", rows=each, low=(0.0,) * len(names), high=top)
    return Constrained(
        kind=kind, question=question, names=names, worth=tuple(map(float, worth)), most=top,
        constraints=(*constraints, ranges),
    )  # fmt: skip


KINDS: Mapping[str, Callable[[np.random.Generator], Constrained]] = {
    "linear": _linear,
    "knapsack": _knapsack,
    "power flow": _power,
}
