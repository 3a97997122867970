"""Try whether an index with intact files finds its own content."""

import numpy as np

from assistant.search.index import Index

# The cosine that chroma found may differ this much from that of the stored vector, which has half
# precision.
_CLOSE = 2e-3
# The passages of this many terms are counted.
_TERMS = 100


def fault(index: Index) -> str:
    """Return why an index with intact files does not find its content, or "" if it does."""
    held = index.vectors(index.ids)
    if len(index.spans(index.ids)) != len(held):
        return "its sentences are not those of its vectors"
    if not all(np.isfinite(rows).all() for rows in held.values()):
        return "its vectors hold what is no number"
    terms = sorted(index.vocabulary())[:_TERMS]
    if any(int(index.containing(term).sum()) != index.frequency(term) for term in terms):
        return "its words are not those of its passages"
    if not held:
        return ""
    first, rows = next(iter(held.items()))
    found = index.dense(rows[0], 1)
    return (
        "" if found and found[0].score > 1 - _CLOSE else f"{first} is not found by its own vector"
    )
