"""A reader's corrections of a paper's record take precedence over what is read, now and later."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.errors import UsageError
from assistant.types import Source

FIELDS = ("title", "authors", "year", "venue")
EDITS = "edits"
"""The kind of remark that holds a reader's edits."""
AS_READ = "as_read"
"""The metadata field of an edited paper that keeps the file's own values."""


def edited(source: Source, edits: Mapping[str, Any]) -> Source:
    """Return a source as it was read, with the reader's edits applied."""
    plain = as_read(source)
    if not edits:
        return plain
    said = {"title": plain.title, **plain.metadata}
    metadata = {
        **plain.metadata,
        **edits,
        AS_READ: {field: said.get(field) for field in edits},
    }
    return replace(plain, title=str(edits.get("title", plain.title)), metadata=metadata)


def as_read(source: Source) -> Source:
    """Return a source without the reader's edits."""
    said = source.metadata.get(AS_READ)
    if not said:
        return source
    title = said.get("title")
    return replace(
        source,
        title=source.title if title is None else str(title),
        metadata=unedited(source.metadata),
    )


def unedited(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata without the reader's edits."""
    said = metadata.get(AS_READ) or {}
    restored = {field: value for field, value in metadata.items() if field != AS_READ} | said
    return {
        field: value for field, value in restored.items() if field not in said or value is not None
    }


def merged(before: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """Return earlier edits combined with later ones; None takes an edit back."""
    return {field: value for field, value in {**before, **edits}.items() if value is not None}


def parsed(field: str, said: str) -> Any:
    """Return the value of a field from the typed text; None for an empty text, which takes an edit back.

    Raises:
        UsageError: the year is not a year.
    """
    plain = " ".join(said.split())
    if not plain:
        return None
    if field == "authors":
        return [name for part in plain.split(";") if (name := part.strip())]
    if field == "year":
        if not (plain.isdecimal() and len(plain) == 4):
            raise UsageError(f"A year is four digits, not {plain!r}.")
        return int(plain)
    return plain
