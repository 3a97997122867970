"""A reader's comments on a source have a day each; a comment can become a note, which answers then cite."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from assistant.errors import UsageError
from assistant.library.days import is_day, today
from assistant.library.notes import publish_note
from assistant.library.rows import dump
from assistant.library.store import Library
from assistant.printable import folded, visible
from assistant.text.prose import sentences
from assistant.types import Source

_KIND = "comments"
# A comment has at most this many characters, some pages.
_LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A reader's comment on a source, with its day, as 2026-11-30."""

    day: str
    text: str


class Comments:
    """The comments of one library, by source and number, from 1, the earliest first."""

    def __init__(self, library: Library, data_dir: Path) -> None:
        self._library, self._data_dir = library, data_dir

    def of(self, key: str) -> list[Comment]:
        """Return the comments on a source."""
        return _stored(self._library.remarks(key).get(_KIND, ""))

    def put(self, source: Source, text: str) -> Comment:
        """Add a comment with today's date.

        Raises:
            UsageError: the comment is empty or too long.
        """
        said = visible(text).strip()
        if not said:
            raise UsageError("Type the comment first.")
        if len(said) > _LONGEST:
            raise UsageError(f"The comment has {len(said):,} characters; it may have {_LONGEST:,}.")
        made = Comment(day=today(), text=said)
        _keep(self._library, source.key, [*self.of(source.key), made])
        return made

    def take_back(self, source: Source, number: int) -> None:
        """Take a comment back.

        Raises:
            UsageError: no comment has this number.
        """
        self._numbered(source, number)
        there = self.of(source.key)
        _keep(self._library, source.key, there[: number - 1] + there[number:])

    def note(self, source: Source, number: int) -> Path:
        """Write a comment as a note about its source, and return the file for the caller to add to the library.

        Raises:
            UsageError: no comment has this number.
            Mendable: the disk cannot be written.
        """
        said = self._numbered(source, number)
        digest = hashlib.sha256(f"{said.day}\n{said.text}".encode()).hexdigest()
        key = f"comment-{source.key}-{digest[:6]}"
        opening = next(
            (said.text[span.start : span.end] for span in sentences(said.text)), said.text
        )
        front = {
            "key": key, "title": f"Comment on “{folded(source.title)}”, {said.day}", "claim": folded(opening),
            "tags": ["comment"], "relations": [{"to": source.key, "kind": "note-on"}],
        }  # fmt: skip
        written = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=2**20)
        return publish_note(self._data_dir, key, f"---\n{written}---\n\n{said.text}\n")

    def _numbered(self, source: Source, number: int) -> Comment:
        there = self.of(source.key)
        if not 1 <= number <= len(there):
            raise UsageError(f"There is no comment {number} on {source.key}; it has {len(there)}.")
        return there[number - 1]


def comments(library: Library, key: str) -> list[dict[str, str]]:
    """Return the comments on a source as JSON values."""
    return [asdict(each) for each in _stored(library.remarks(key).get(_KIND, ""))]


def hand_over(library: Library, other: str, keep: str) -> None:
    """Move the comments on a source to another source, each with its day."""
    theirs, mine = (_stored(library.remarks(key).get(_KIND, "")) for key in (other, keep))
    if theirs:
        _keep(library, keep, sorted([*mine, *theirs], key=lambda each: each.day))
        _keep(library, other, [])


def _keep(library: Library, key: str, comments: Sequence[Comment]) -> None:
    library.remark(key, _KIND, dump([asdict(each) for each in comments]) if comments else "")


def _stored(kept: str) -> list[Comment]:
    try:
        found = [Comment(**each) for each in json.loads(kept)] if kept else []
    except (ValueError, TypeError):
        return []  # of another version: no comment can be read
    return [each for each in found if is_day(each.day) and isinstance(each.text, str)]
