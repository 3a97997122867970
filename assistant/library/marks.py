"""A reader marks sentences: a sentence answers a question, helps with it, or misleads.

Marks are stored beside the sources, under their keys, so a file that is read again keeps them. They
are deleted when the reader takes the source out.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, get_args

from assistant.errors import UsageError
from assistant.library.database import Database
from assistant.library.days import today
from assistant.types import Grade, Source

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

# A marked text has this many characters: a shorter one occurs in many sentences, a longer one is
# not a sentence.
_SHORTEST, _LONGEST = 12, 2_000


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A reader's mark on a sentence of a source for one question; both are on one line, `day` as 2026-11-30."""

    id: int
    question: str
    source: str
    sentence: str
    grade: Grade
    day: str

    def as_json(self) -> dict[str, Any]:
        """Return the mark as a JSON object."""
        return asdict(self)


def put(library: Database, question: str, source: Source, sentence: str, grade: str) -> Mark:
    """Store a mark; a later mark on the same sentence replaces the earlier one.

    Raises:
        UsageError: there is no such grade, or the source does not contain the sentence.
    """
    if grade not in get_args(Grade):
        raise UsageError(f"There is no grade {grade!r}; it is {', '.join(get_args(Grade))}.")
    line = in_source(source, sentence)
    with library.writing() as db:
        db.execute(
            "INSERT INTO marks (question, source, sentence, grade, day) VALUES (?,?,?,?,?)"
            " ON CONFLICT DO UPDATE SET grade = excluded.grade, day = excluded.day",
            (question, source.key, line, grade, today()),
        )
        row = db.execute(f"{_SELECT} WHERE {_SAME}", (question, source.key, line)).fetchone()
    return Mark(**dict(row))


def in_source(source: Source, sentence: str) -> str:
    """Return a sentence on one line.

    Raises:
        UsageError: the source does not contain the sentence, or it is too short or too long.
    """
    line = " ".join(sentence.split())
    if not _SHORTEST <= len(line) <= _LONGEST:
        raise UsageError(
            f"A sentence has {_SHORTEST} to {_LONGEST:,} letters, and this one {len(line):,}; give it whole."
        )
    if line not in " ".join(source.text.split()):
        raise UsageError(
            f"{source.key} does not say {line!r:.80}; give a sentence as it stands there, such as a quote of an "
            "answer."
        )
    return line


def take_back(library: Database, question: str, source: str, sentence: str) -> None:
    """Take a mark back.

    Raises:
        UsageError: there is no such mark.
    """
    with library.writing() as db:
        place = (question, source, " ".join(sentence.split()))
        if not db.execute(f"DELETE FROM marks WHERE {_SAME}", place).rowcount:  # noqa: S608
            raise UsageError(
                f"Nothing is marked like this in {source} for {question!r:.80}; `inquire marks` lists the marks."
            )


def marks(library: Database) -> list[Mark]:
    """Return every mark, in the order in which the sentences were first marked."""
    with library.reading() as db:
        return [Mark(**dict(row)) for row in db.execute(f"{_SELECT} ORDER BY id")]


def state(library: Database) -> list[tuple[int, str, str]]:
    """Return a value that changes with every change of marks and is cheap to read before each answer."""
    with library.reading() as db:
        rows = db.execute("SELECT id, source, grade FROM marks ORDER BY id").fetchall()
    return list(map(tuple, rows))


def grade_of(library: Database, question: str, source: str, sentence: str) -> Grade | None:
    """Return the reader's mark on a sentence for a question, or None if there is none."""
    with library.reading() as db:
        row = db.execute(f"{_SELECT} WHERE {_SAME}", (question, source, sentence)).fetchone()
    return row["grade"] if row else None


def vectors(library: Database, embedder: str) -> dict[str, bytes]:
    """Return the vectors of the marked questions from this embedding model, by question, as bytes of float32."""
    query = "SELECT DISTINCT question, vector FROM marks WHERE embedder = ?"
    with library.reading() as db:
        rows = db.execute(query, (embedder,)).fetchall()
    return {row["question"]: row["vector"] for row in rows}


def keep_vectors(
    library: Database, embedder: str, made: "Mapping[str, Float[np.ndarray, ' dim']]"
) -> None:
    """Store the vectors of marked questions, and delete those of another embedding model."""
    with library.writing() as db:
        db.executemany(
            "UPDATE marks SET embedder = ?, vector = ? WHERE question = ?",
            [(embedder, of.astype("float32").tobytes(), question) for question, of in made.items()],
        )


def hand_over(db: sqlite3.Connection, old: str, new: str) -> None:
    """Give a source the marks of another, unless it has its own on a sentence; delete the others."""
    db.execute("UPDATE OR IGNORE marks SET source = ? WHERE source = ?", (new, old))
    db.execute("DELETE FROM marks WHERE source = ?", (old,))


def forget(library: Database, keys: Sequence[str]) -> None:
    """Take back all marks on these sources."""
    with library.writing() as db:
        db.executemany("DELETE FROM marks WHERE source = ?", [(key,) for key in keys])


_SELECT = "SELECT id, question, source, sentence, grade, day FROM marks"
_SAME = "question = ? AND source = ? AND sentence = ?"
