"""What a source was when it was read: the hash of its content, and whether it still has it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.library.rows import dump
from assistant.types import Kind, Source


def content_hash(kind: Kind, text: str, metadata: Mapping[str, Any], stem: str) -> str:
    """Return what makes two files the same source: a paper's text; a note's text and front matter.

    Args:
        kind: Of the source.
        text: As it is stored.
        metadata: What the front matter says, and what was found besides.
        stem: The name of the file without its ending. What the metadata have from it is no content.
    """
    stored = json.loads(dump(metadata))  # as it will be read back
    named = {name: value for name, value in stored.items() if value != stem}
    fields = json.dumps(named, sort_keys=True)
    parts = (kind, text, fields if kind == "note" else "")
    return hashlib.sha256("\x00".join(parts).encode("utf-8")).hexdigest()


def run_hash(text: str) -> str:
    """Return the hash of a run's content, which is its text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_as_read(source: Source) -> bool:
    """Return whether the stored text of a source is the one that was read, as its content hash says."""
    if source.kind == "evidence":
        return run_hash(source.text) == source.content_hash
    # The file may have had another name when it was read; its metadata hold that wherever it counts.
    held = (value for value in source.metadata.values() if isinstance(value, str))
    return any(
        content_hash(source.kind, source.text, source.metadata, stem) == source.content_hash
        for stem in dict.fromkeys((Path(source.path).stem, *held))
    )


def altered_line(key: str) -> str:
    """Return what a reader is told of a source whose stored text is not the one that was read."""
    return (
        f"The stored text of {key} is not the one that was read, so it is not quoted; `inquire doctor --repair` "
        "reads its file again."
    )
