"""The content hash of a source tells whether the stored text is still the one that was read."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.library.rows import dump
from assistant.types import Kind, Source


def content_hash(kind: Kind, text: str, metadata: Mapping[str, Any], stem: str) -> str:
    """Return a hash of what makes two files the same source: a paper's text; a note's text and front matter.

    Args:
        kind: The kind of the source.
        text: The stored text.
        metadata: The front matter and the other metadata found.
        stem: The name of the file without its ending. Metadata taken from the name are not content.
    """
    stored = json.loads(dump(metadata))  # in the form in which it will be read back
    named = {name: value for name, value in stored.items() if value != stem}
    fields = json.dumps(named, sort_keys=True)
    parts = (kind, text, fields if kind == "note" else "")
    return hashlib.sha256("\x00".join(parts).encode("utf-8")).hexdigest()


def run_hash(text: str) -> str:
    """Return the hash of a run's content, which is its text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_as_read(source: Source) -> bool:
    """Return whether the stored text of a source matches its content hash."""
    if source.kind == "evidence":
        return run_hash(source.text) == source.content_hash
    # The file may have had another name when it was read; if that matters, the metadata contain the
    # name.
    held = (value for value in source.metadata.values() if isinstance(value, str))
    return any(
        content_hash(source.kind, source.text, source.metadata, stem) == source.content_hash
        for stem in dict.fromkeys((Path(source.path).stem, *held))
    )


def altered_line(key: str) -> str:
    """Return the notice about a source whose stored text was altered."""
    return (
        f"The stored text of {key} is not the one that was read, so it is not quoted; `inquire doctor --repair` "
        "reads its file again."
    )
