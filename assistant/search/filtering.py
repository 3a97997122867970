"""Find which passages a question's filters allow: sources, years, kinds and tags, phrases, excluded words."""

import re
from collections.abc import Callable, Collection

import numpy as np
from jaxtyping import Bool

from assistant.library.store import Library, Record
from assistant.search.index import Index
from assistant.search.query import Filters
from assistant.search.scope import within
from assistant.text.prose import stems


def allowed(library: Library, index: Index, filters: Filters) -> Bool[np.ndarray, " passages"]:
    """Return a mask over the passages of the index, in its order: True if every filter allows the passage.

    Values of one field are alternatives ("year:2020 year:2024"); different fields must all hold. A
    phrase holds if a passage, or the title it is read with, has its words in that order, in any
    case and with any white space; a word is excluded by its stem, as BM25 uses it. A single quoted
    word restricts nothing if no passage that the other filters allow contains it. Runs of
    experiments are allowed only if a filter names their kind or a source.

    Raises:
        UsageError: no source has that key, no source that tag, there is no such kind, or a year is
            written in an unknown form. One line says what there is.
    """
    mask, holding = _masks(library, index, filters)
    for phrase in filters.phrases:
        mask &= holding(phrase)
    for word in filters.words:
        held = mask & holding(word)
        mask = held if held.any() else mask
    return mask


def unheld(library: Library, index: Index, filters: Filters) -> tuple[str, ...]:
    """Return the quoted phrases and words of a question that no passage within the other filters contains.

    Raises:
        UsageError: as for `allowed`.
    """
    mask, holding = _masks(library, index, filters)
    return tuple(
        phrase
        for phrase in (*filters.phrases, *filters.words)
        if not (mask & holding(phrase)).any()
    )


_Mask = Bool[np.ndarray, " passages"]


def _masks(
    library: Library, index: Index, filters: Filters
) -> tuple[_Mask, Callable[[str], _Mask]]:
    """Return what every filter except the quoted ones allows, and what contains a phrase."""
    records = {record.key: record for record in library.records()}
    kept = within(records, filters)
    mask = index.of_sources(kept)
    for word in filters.without:
        for stem in stems(word)[:1]:
            mask &= ~index.containing(stem)
    return mask, lambda phrase: _holding(library, index, records, kept, phrase)


def _holding(
    library: Library, index: Index, records: dict[str, Record], keys: Collection[str], phrase: str
) -> Bool[np.ndarray, " passages"]:
    # A full stop that closes the sentence may stand before the closing mark; it is not part of the
    # phrase.
    words = phrase.rstrip(".,;:!?").split() or phrase.split()
    inner = r"\s+".join(map(re.escape, words))
    pattern = re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)
    entitled = {key for key in keys if pattern.search(records[key].title)}
    held = index.of_sources(entitled)
    rest = sorted(set(keys) - entitled)
    for at in range(0, len(rest), _AT_ONCE):
        for source in library.get_all(rest[at : at + _AT_ONCE]):
            spans = [match.span() for match in pattern.finditer(source.text)]
            if spans:
                held |= index.spanning(source.key, spans)
    return held


# The texts of this many sources are in memory together during a search for a phrase.
_AT_ONCE = 200
