"""Choose the sentences of a source for a summary: the best that fit and say something new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from assistant.pages.findings import unlike
from assistant.pages.statements import Statement, statements
from assistant.pages.wanted import Wanted
from assistant.select.selector import Reading, Scores
from assistant.types import Role, Sentence, Source
from assistant.verify.quoting import misquoted

# The selector reads passages of this many words, the size that it was trained on.
_WINDOW = 150
# This many windows are read for one question: five questions of six windows take about half a
# second on one core.
_WINDOWS = 6
# Each sentence of a note counts this much of the one before it: notes state first what matters
# most, and the selector hardly knows which of their facts describes the method.
_FADES = 0.9
# So many windows of a note are read: what is behind them counts less than a third.
_WINDOWS_OF_A_NOTE = 3
# From this share of the shorter one's terms on, two sentences say the same; a short text must not
# repeat itself.
_ALIKE = 0.5


@dataclass(frozen=True, kw_only=True)
class Line:
    """A planned sentence: its words, and the statement of a source that it quotes, if any.

    `lead_in` stands before a quote; `paragraph` counts from 0.
    """

    text: str
    role: Role
    paragraph: int
    source: str = ""
    quoted: Statement | None = None
    lead_in: str = ""

    @property
    def words(self) -> int:
        """Return the number of words that a reader sees."""
        return count(self.text) + count(self.lead_in)


def quote(statement: Statement, source: Source, paragraph: int, lead_in: str = "") -> Line:
    """Return the line that quotes a statement of a source."""
    return Line(
        text=statement.plain(), role="claim", paragraph=paragraph, source=source.key, quoted=statement,
        lead_in=lead_in,
    )  # fmt: skip


def count(text: str) -> int:
    """Return the number of words of a text."""
    return len(text.split())


@dataclass
class Teller:
    """The statements of sources, ranked by the selector if there is one, else by order and part."""

    scores: Scores | None = None
    _said: dict[str, list[Statement]] = field(default_factory=dict)
    _known: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)

    def said(self, source: Source) -> list[Statement]:
        """Return the statements of a source that pass the gate as quotes, in the order of the text."""
        if source.key not in self._said:
            self._said[source.key] = [
                s for s in statements(source) if not misquoted(s.text, source.text, s.start, s.end)
            ]
        return self._said[source.key]

    def ranked(
        self, source: Source, said: Sequence[Statement], wanted: Wanted, room: "Room | None" = None
    ) -> Sequence[Statement]:
        """Return the statements that fit what is wanted, best first.

        Args:
            source: Their source.
            said: The quotable statements, in the order of the text.
            wanted: What is to be told.
            room: Where they are to be taken in; without, all are ranked, and the ranking is kept.
        """
        known = self._known.get((source.key, wanted.asked))
        if known is None:
            known = self._ranked(source, said, wanted, room)
            if room is None:
                self._known[source.key, wanted.asked] = known
        return known

    def _ranked(
        self, source: Source, said: Sequence[Statement], wanted: Wanted, room: "Room | None"
    ) -> list[Statement]:
        parts = next(
            (row for row in wanted.parts if any(s.part in row and wanted.fits(s) for s in said)), ()
        )
        plainly = [s for s in wanted.plainly(said) if wanted.fits(s)]
        # The first sentence of a note's claim is its claim, because its author chose it.
        if self.scores is None or not parts or (source.kind == "note" and parts == ("claim",)):
            return list(dict.fromkeys(plainly))
        most = _WINDOWS_OF_A_NOTE if source.kind == "note" else _WINDOWS
        windows = list(_windows([s for s in said if s.part in parts]))[:most]
        # A window in which nothing fits, or nothing that there is room for, needs no reading.
        read = [
            window
            for window in windows
            if any(wanted.fits(s) and (room is None or room.takes(s)) for s in window)
        ]
        if not read:
            return []
        readings = [Reading(source.title, tuple(s.plain() for s in window)) for window in read]
        judged = self.scores(wanted.asked, readings)
        places = {statement: at for at, statement in enumerate(chain.from_iterable(windows))}
        fades = _FADES if source.kind == "note" else 1.0
        values = {
            statement: float(row.mean()) * fades ** places[statement]
            for statement, row in zip(
                chain.from_iterable(read), np.concatenate(judged), strict=True
            )
            if wanted.fits(statement)
        }
        return sorted(values, key=lambda s: (-values[s], s.start))


@dataclass
class Room:
    """The words that a summary has left, and the statements that it already quotes."""

    words: int
    quoted: list[Statement] = field(default_factory=list)

    def spend(self, text: str) -> None:
        """Subtract the words of a text from the room."""
        self.words -= count(text)

    def takes(self, statement: Statement, keep: int = 0) -> bool:
        """Return whether a statement fits and repeats no quote; `keep` words are left for something else."""
        room = self.words - keep
        return count(statement.text) <= room and bool(unlike([statement], 1, _ALIKE, self.quoted))

    def take(
        self, ranked: Sequence[Statement], most: int | None = None, keep: int = 0
    ) -> Statement | None:
        """Return the first statement that fits and repeats no quote, and subtract its words.

        Args:
            ranked: The statements, best first.
            most: The most words it should have; if all have more, the shortest that fits is taken.
            keep: The words of the room that are left for something else.
        """
        new = [s for s in ranked if self.takes(s, keep)]
        short = [s for s in new if most is None or count(s.text) <= most]
        found = short[0] if short else min(new, key=lambda s: count(s.text), default=None)
        if found:
            self.quoted.append(found)
            self.spend(found.text)
        return found


def no_headings(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return an empty heading for each paragraph, because a summary is prose."""
    return ("",) * (1 + max((sentence.paragraph for sentence in sentences), default=-1))


def _windows(said: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield statements in runs of about `_WINDOW` words."""
    window: list[Statement] = []
    for statement in said:
        if window and sum(count(s.text) for s in window) + count(statement.text) > _WINDOW:
            yield window
            window = []
        window.append(statement)
    if window:
        yield window
