"""Which index a library needs and whether it is there, told without opening one: no array is imported."""

import hashlib
import json
from pathlib import Path

from assistant.library import Library
from assistant.passages import CUTTING

# Changes when the vectors of the same text would be others.
FORMAT = "3"
# Which files an index has. One of another layout is built anew from the vectors that are stored.
LAYOUT = "3"


def index_hash(library: Library, embedder_id: str, window: int) -> str:
    """The hash that an index of the library's present content has: 16 hexadecimal digits."""
    parts = [
        LAYOUT,
        FORMAT,
        CUTTING,
        embedder_id,
        str(window),
        *("\t".join(row) for row in library.fingerprint()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def is_whole(folder: Path, embedder_id: str = "") -> bool:
    """Whether all files of a generation of the index are there, as this version writes them.

    With an `embedder_id` also, whether its vectors are of that model.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        made_with = manifest.get("embedder", embedder_id)
        return (
            manifest["layout"] == LAYOUT
            and (not embedder_id or made_with == embedder_id)
            and all((folder / name).is_file() for name in manifest["files"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
