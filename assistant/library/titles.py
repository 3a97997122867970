"""Look up the titles of sources that an answer names only by key."""

from assistant.library.store import Library
from assistant.types import Answer


def near_titles(library: Library, answer: Answer) -> dict[str, str]:
    """Return the titles of the sources nearest to an answer's gaps, by key."""
    keys = dict.fromkeys(key for gap in answer.gaps for key in gap.nearest)
    return {source.key: source.title for source in library.get_all(list(keys))}
