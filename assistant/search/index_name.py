"""Compute which index a library needs without opening one, so that numpy is not imported."""

import hashlib

from assistant.library.store import Library
from assistant.search.index_files import LAYOUT
from assistant.text.passages import CUTTING

# This changes if the same text would get other vectors.
FORMAT = "3"


def index_hash(library: Library, embedder_id: str, window: int) -> str:
    """Return the hash that an index of the library's present content has: 16 hexadecimal digits."""
    parts = [
        LAYOUT,
        FORMAT,
        CUTTING,
        embedder_id,
        str(window),
        *("\t".join(row) for row in library.fingerprint()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
