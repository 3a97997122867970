"""Choose the sentences of a source that a summary quotes: the best that have room and say something new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.pages.findings import unlike
from assistant.pages.statements import Statement, statements
from assistant.pages.wanted import Wanted
from assistant.select.selector import Reading, Scores
from assistant.types import Role, Sentence, Source
from assistant.verify import misquoted

# Words of a passage as the selector reads it, the size that it was trained on.
_WINDOW = 150
# Windows read for one question: five questions of six windows cost about half a second on one core.
_WINDOWS = 6
# What a sentence of a note counts for beside the one before it: notes state first what matters most, and
# which of their facts tells the method the selector hardly knows.
_FADES = 0.9
# The share of the shorter one's terms from which on two sentences say the same: a short text repeats nothing.
_ALIKE = 0.5


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sentence to be: its words, and the statement of a source that it quotes, if it quotes one.

    `lead_in` is what the program says before a quote; `paragraph` counts from 0.
    """

    text: str
    role: Role
    paragraph: int
    source: str = ""
    quoted: Statement | None = None
    lead_in: str = ""

    @property
    def words(self) -> int:
        """Return how many words a reader sees."""
        return count(self.text) + count(self.lead_in)


def quote(statement: Statement, source: Source, paragraph: int, lead_in: str = "") -> Line:
    """Return the line that quotes a statement of a source."""
    return Line(
        text=statement.plain(), role="claim", paragraph=paragraph, source=source.key, quoted=statement,
        lead_in=lead_in,
    )  # fmt: skip


def count(text: str) -> int:
    """Return how many words a text has."""
    return len(text.split())


@dataclass
class Teller:
    """The statements of sources, ranked by the selector where there is one, else by order and part."""

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
        self, source: Source, said: Sequence[Statement], wanted: Wanted
    ) -> Sequence[Statement]:
        """Return the statements that tell what is wanted, best first.

        Args:
            source: Their source.
            said: Those that may be quoted, in the order of the text.
            wanted: What is to be told.
        """
        known = self._known.get((source.key, wanted.asked))
        if known is None:
            known = self._known[source.key, wanted.asked] = self._ranked(source, said, wanted)
        return known

    def _ranked(self, source: Source, said: Sequence[Statement], wanted: Wanted) -> list[Statement]:
        parts = next(
            (row for row in wanted.parts if any(s.part in row and wanted.fits(s) for s in said)), ()
        )
        plainly = [s for s in wanted.plainly(said) if wanted.fits(s)]
        # The first sentence of a note's claim is its claim: its writer chose it.
        if self.scores is None or not parts or (source.kind == "note" and parts == ("claim",)):
            return list(dict.fromkeys(plainly))
        windows = list(_windows([s for s in said if s.part in parts]))[:_WINDOWS]
        readings = [Reading(source.title, tuple(s.plain() for s in window)) for window in windows]
        judged = self.scores(wanted.asked, readings)
        read = [statement for window in windows for statement in window]
        fades = _FADES if source.kind == "note" else 1.0
        values = {
            statement: float(row.mean()) * fades**at
            for at, (statement, row) in enumerate(zip(read, np.concatenate(judged), strict=True))
            if wanted.fits(statement)
        }
        return sorted(values, key=lambda s: (-values[s], s.start))


@dataclass
class Room:
    """The words that a summary has left, and the statements that it quotes already."""

    words: int
    quoted: list[Statement] = field(default_factory=list)

    def spend(self, text: str) -> None:
        """Take the words of a text out of the room."""
        self.words -= count(text)

    def take(
        self, ranked: Sequence[Statement], most: int | None = None, keep: int = 0
    ) -> Statement | None:
        """Return the first statement that fits and says none of what is quoted, and take its words.

        Args:
            ranked: The statements, best first.
            most: Words that it should not have more of; where all have more, the shortest that fits is taken.
            keep: Words of the room that are left for something else.
        """
        room = self.words - keep
        new = [s for s in ranked if count(s.text) <= room and unlike([s], 1, _ALIKE, self.quoted)]
        short = [s for s in new if most is None or count(s.text) <= most]
        found = short[0] if short else min(new, key=lambda s: count(s.text), default=None)
        if found:
            self.quoted.append(found)
            self.spend(found.text)
        return found


def no_headings(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return an empty heading for each paragraph: a summary is prose."""
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
