"""The library keeps the tags and collections that a reader added or removed, and the day each source came.

They are stored beside the sources, under their keys, so a file that is read again keeps them.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.errors import UsageError
from assistant.library import marks
from assistant.library.database import Database
from assistant.library.days import today

Field = Literal["tag", "collection"]

# A name has at most this many characters: more fit neither a column of a table nor a filter of a
# question.
_LONGEST = 100


@dataclass(frozen=True)
class Change:
    """A tag or collection that sources get, or lose if `present` is false."""

    field: Field
    name: str
    present: bool = True


def label(library: Database, keys: Sequence[str], changes: Iterable[Change]) -> None:
    """Change tags and collections of sources, in one transaction.

    Raises:
        UsageError: a name is empty, too long, or cannot be typed in a filter.
    """
    told = [
        (change.field, checked(change.field, change.name), int(change.present))
        for change in changes
    ]
    with library.writing() as db:
        db.executemany(
            "INSERT OR REPLACE INTO labels VALUES (?,?,?,?)",
            [(key, *each) for key in keys for each in told],
        )


def changes(
    tags: Sequence[str], collections: Sequence[str], drop_tags: Sequence[str], drop_collections: Sequence[str]
) -> list[Change]:  # fmt: skip
    """Return the changes that add some tags and collections and remove others."""
    return [
        *(Change("tag", name) for name in tags),
        *(Change("collection", name) for name in collections),
        *(Change("tag", name, present=False) for name in drop_tags),
        *(Change("collection", name, present=False) for name in drop_collections),
    ]


def checked(field: Field, name: str) -> str:
    """Return a name on one line.

    Raises:
        UsageError: as for `label`.
    """
    line = " ".join(name.split())
    if not line or len(line) > _LONGEST or '"' in line:
        raise UsageError(
            f"{name!r:.60} is no {field}: it needs a letter, has at most {_LONGEST}, and no double quotes."
        )
    return line


def hand_over(library: Database, old: str, new: str) -> None:
    """Give a source the tags, collections and marks of another source, unless it has its own."""
    with library.writing() as db:
        db.execute(
            "INSERT OR IGNORE INTO labels SELECT ?, field, name, present FROM labels WHERE source = ?",
            (new, old),
        )
        db.execute("DELETE FROM labels WHERE source = ?", (old,))
        marks.hand_over(db, old, new)


@dataclass(frozen=True)
class Labelled:
    """The reader's changes for every source: (key, field) to the names and whether each was added."""

    said: Mapping[tuple[str, str], Mapping[str, bool]]

    def after(self, key: str, field: Field, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names in a file with the reader's additions and without the removals."""
        own = self.said.get((key, field))
        if own is None:
            return tuple(names)
        kept = [name for name in names if own.get(name, True)]
        return tuple(dict.fromkeys([*kept, *(name for name, present in own.items() if present)]))


def labelled(db: sqlite3.Connection) -> Labelled:
    """Return the reader's changes for every source."""
    said: dict[tuple[str, str], dict[str, bool]] = {}
    rows = db.execute(
        "SELECT source, field, name, present FROM labels ORDER BY source, field, name"
    )
    for source, field, name, present in rows:
        said.setdefault((source, field), {})[name] = bool(present)
    return Labelled(said)


def note_added(db: sqlite3.Connection, key: str, replaces: str | None) -> None:
    """Note the day on which a source came; a source with a new key keeps day, labels and marks."""
    if replaces is not None and replaces != key:
        for table in ("added", "labels"):
            db.execute(f"UPDATE OR IGNORE {table} SET source = ? WHERE source = ?", (key, replaces))  # noqa: S608
        marks.hand_over(db, replaces, key)
    db.execute("INSERT OR IGNORE INTO added VALUES (?,?)", (key, today()))
