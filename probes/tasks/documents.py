"""Small structured documents, edits with inverses, a parser that reads every form, and editors that are programs."""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded on first use

Record = tuple[str, ...]
"""The cells of one line in the order of its kind's columns; an empty one is missing."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One edit of a document: the words that ask for it, and a function that does it."""

    asked: str
    apply: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """An edit and its inverse; one after the other restores the document."""

    forward: Change
    inverse: Change


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The content of a document's lines: a name, then cells that are written in different ways."""

    names: tuple[str, ...]
    patterns: tuple[str, ...]
    draw: Callable[[np.random.Generator], tuple[str, ...]]

    def document(self, lines: int, rng: np.random.Generator) -> str:
        """Return a document of a given number of lines, in which no name comes twice."""
        names = rng.choice(self.names, lines, replace=False).tolist()
        return "\n".join(", ".join((name, *self.draw(rng))) for name in names)

    def read(self, text: str) -> list[Record]:
        """Return the records of a document in any form that edits give it; a line without cells is no record."""
        rows = (_NUMBERED.sub("", line.strip()) for line in text.splitlines())
        found = (tuple(_first(pattern, row) for pattern in (NAME, *self.patterns)) for row in rows)
        return [record for record in found if any(record)]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The fate of a document's cells, in shares that add up to 1 with the share kept.

    The whole is the original cells and the made-up ones.
    """

    deleted: float
    altered: float
    added: float

    @property
    def lost(self) -> float:
        """Return the share of the content that is not as it was: 1 minus the reconstruction score."""
        return self.deleted + self.altered + self.added


def compared(before: Sequence[Record], after: Sequence[Record]) -> Kept:
    """Compare records with those that were there, whatever their order, and count what became of the cells.

    Records that share a cell are paired so that most cells are kept. A cell of a paired record is
    kept, altered, or deleted where it is missing.

    Raises:
        ValueError: there was no record.
    """
    if not before:
        raise ValueError("A document without records cannot be compared.")
    equal = np.array([[_equal(one, other) for other in after] for one in before])
    deleted, altered, taken = 0, 0, set()
    rows, columns = scipy.optimize.linear_sum_assignment(-equal) if after else ((), ())
    pairs = {row: column for row, column in zip(rows, columns, strict=True) if equal[row, column]}
    for row, record in enumerate(before):
        if row not in pairs:
            deleted += len(record)
            continue
        taken.add(pairs[row])
        other = after[pairs[row]]
        changed = [new for old, new in zip(record, other, strict=True) if old != new]
        deleted += sum(not new for new in changed)
        altered += sum(bool(new) for new in changed)
    added = sum(len([c for c in r if c]) for at, r in enumerate(after) if at not in taken)
    whole = sum(map(len, before)) + added
    return Kept(deleted=deleted / whole, altered=altered / whole, added=added / whole)


def carried_out(change: Change, before: str, after: str) -> float:
    """Return 1 if the text resembles the right result more than it resembles the document handed in, else 0.

    It is NaN where nothing was handed in, or where doing nothing is right.
    """
    right = change.apply(before)
    if not before or right == before:
        return math.nan
    return float(_alike(after, right) > max(_alike(after, before), RESEMBLES))


def idle(change: Change, text: str, kind: Kind, rng: np.random.Generator) -> str:
    """Return the editor that does nothing."""
    del change, kind, rng
    return text


def noisy(change: Change, text: str, kind: Kind, rng: np.random.Generator) -> str:
    """Return the editor that does what is asked and miswrites each cell with the same small probability."""

    def miswritten(found: re.Match[str]) -> str:
        if rng.random() >= MISTAKES:
            return found[0]
        if found[0].isalpha():
            return str(rng.choice([name for name in kind.names if name != found[0].lower()]))
        digit = str((int(found[0][-1]) + int(rng.integers(1, 10))) % 10)
        return found[0][:-1] + digit

    cell = re.compile("|".join((NAME, *kind.patterns)))
    return "\n".join(
        _mark(line) + cell.sub(miswritten, _NUMBERED.sub("", line))
        for line in change.apply(text).splitlines()
    )


def failing(change: Change, text: str, kind: Kind, rng: np.random.Generator) -> str:
    """Return the editor that does what is asked and, rarely, leaves out half of the lines."""
    del kind
    lines = change.apply(text).splitlines()
    kept = (len(lines) + 1) // 2
    # The failure is so frequent that, in expectation, as much is lost as by the noisy editor.
    if rng.random() * (len(lines) - kept) < MISTAKES * len(lines):
        lines = lines[:kept]
    return "\n".join(lines)


Editor = Callable[[Change, str, Kind, np.random.Generator], str]

RESEMBLES = 0.5
"""Two texts must have this share in common: with less, noise would be nearer to one of them by chance."""
MISTAKES = 0.0143
"""The probability that a cell is miswritten in one edit: over 20 edits a quarter of the content is lost, as is
reported of frontier models."""
NAME = r"[A-Za-z]{2,}"
_NUMBERED = re.compile(r"^(?:\d+\)|-)\s+")
_WHOLE = r"(?<![\w.:-])\d+(?![\w:-]|\.\d)"


def _equal(one: Record, other: Record) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True) if a)


MOST_LINES = 24
"""A document has at most so many lines, as many as its kind has names."""


def _first(pattern: str, line: str) -> str:
    found = re.search(pattern, line)
    return found[0].lower() if found else ""


def _mark(line: str) -> str:
    found = _NUMBERED.match(line)
    return found[0] if found else ""


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _lines(each: Callable[[int, str], str]) -> Callable[[str], str]:
    return lambda text: "\n".join(each(at, line) for at, line in enumerate(text.splitlines(), 1))


def _moved(line: str, *, to_front: bool) -> str:
    cells = line.split(", ")
    return ", ".join([cells[-1], *cells[:-1]] if to_front else [*cells[1:], cells[0]])


def _named(line: str, written: Callable[[str], str]) -> str:
    return re.sub(NAME, lambda found: written(found[0]), line)


def _turned(text: str) -> str:
    return "\n".join(reversed(text.splitlines()))


EDITS: Mapping[str, Edit] = {
    "separator": Edit(
        forward=Change(
            asked="Write a semicolon in place of each comma.",
            apply=lambda text: text.replace(", ", "; "),
        ),
        inverse=Change(
            asked="Write a comma in place of each semicolon.",
            apply=lambda text: text.replace("; ", ", "),
        ),
    ),
    "list": Edit(
        forward=Change(
            asked="Put a dash before each line.", apply=_lines(lambda _, line: f"- {line}")
        ),
        inverse=Change(
            asked="Take the dash from each line.",
            apply=_lines(lambda _, line: line.removeprefix("- ")),
        ),
    ),
    "capitals": Edit(
        forward=Change(
            asked="Write each name in capitals.",
            apply=_lines(lambda _, line: _named(line, str.upper)),
        ),
        inverse=Change(
            asked="Write each name in small letters.",
            apply=_lines(lambda _, line: _named(line, str.lower)),
        ),
    ),
    "columns": Edit(
        forward=Change(
            asked="Move the last column to the front.",
            apply=_lines(lambda _, line: _moved(line, to_front=True)),
        ),
        inverse=Change(
            asked="Move the first column to the end.",
            apply=_lines(lambda _, line: _moved(line, to_front=False)),
        ),
    ),
    "numbers": Edit(
        forward=Change(asked="Number the lines.", apply=_lines(lambda at, line: f"{at}) {line}")),
        inverse=Change(
            asked="Take the numbers from the lines.",
            apply=_lines(lambda _, line: re.sub(r"^\d+\) ", "", line)),
        ),
    ),
    "order": Edit(
        forward=Change(asked="Turn the order of the lines round.", apply=_turned),
        inverse=Change(asked="Turn the order of the lines round again.", apply=_turned),
    ),
}
COPY = Change(asked="Write the document out again as it is.", apply=lambda text: text)


def _stock(rng: np.random.Generator) -> tuple[str, ...]:
    return str(rng.integers(2, 100)), f"{rng.integers(1, 90)}.{rng.integers(10, 100)}"


def _departures(rng: np.random.Generator) -> tuple[str, ...]:
    return f"{rng.integers(5, 24):02d}:{rng.integers(0, 60):02d}", str(rng.integers(1, 30))


def _staff(rng: np.random.Generator) -> tuple[str, ...]:
    month = f"{rng.integers(1950, 2010)}-{rng.integers(1, 13):02d}"
    return month, f"{rng.choice(list('ABCDEFGH'))}{rng.integers(10, 100)}"


KINDS: Mapping[str, Kind] = {
    "stock": Kind(
        names=tuple(
            "bolt nut screw nail hinge lock lamp cable switch plug pipe valve brush paint rope tape glue saw "
            "hammer drill ladder bucket shovel rake".split()
        ),
        patterns=(_WHOLE, r"\d+\.\d+"),
        draw=_stock,
    ),
    "departures": Kind(
        names=tuple(
            "oslo rome paris london berlin vienna madrid lisbon dublin athens prague warsaw zurich geneva milan "
            "turin lyon nice bonn bern york bath leeds bergen".split()
        ),
        patterns=(r"\d{1,2}:\d{2}", _WHOLE),
        draw=_departures,
    ),
    "staff": Kind(
        names=tuple(
            "adams baker carter davis evans foster green hall irwin jones king lewis mason nolan owen parker "
            "quinn reed smith turner usher vance ward young".split()
        ),
        patterns=(r"\d{4}-\d{2}", r"\b[A-Za-z]\d{2}\b"),
        draw=_staff,
    ),
}
