"""The program writes notes for a reader as files in the data directory, which the library reads like any others."""

from pathlib import Path

from assistant.errors import Mendable
from probes.files import durable

NOTES = "notes"
"""The folder of these notes in the data directory."""


def publish_note(data_dir: Path, key: str, text: str) -> Path:
    """Write a note under a key, completely or not at all, and return its file.

    Raises:
        Mendable: the disk cannot be written.
    """
    path = data_dir / NOTES / f"{key}.md"
    draft = path.with_suffix(".new")
    try:
        durable.make_folder(path.parent)
        draft.write_text(text, "utf-8")
        durable.publish(draft, path)
    except OSError as error:
        raise Mendable(f"{path} cannot be written ({error.strerror}); mend that.") from error
    return path
