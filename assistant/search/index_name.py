"""Which index a library needs, told without opening one: no array is imported."""

import hashlib

from assistant.library.store import Library
from assistant.search.index_files import LAYOUT
from assistant.text.passages import CUTTING

# Changes when the vectors of the same text would be others.
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
