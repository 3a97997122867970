"""Notes that the program writes for a reader, as files in the data directory that the library reads like any other."""

from pathlib import Path

from assistant.errors import Mendable
from probes import durable

NOTES = "notes"
"""Their folder in the data directory."""


def publish_note(data_dir: Path, key: str, text: str) -> Path:
    """Write a note under a key, whole or not at all, and return its file.

    Raises:
        Mendable: the disk does not take it.
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
