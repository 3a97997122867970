"""Which passages a question's filters leave: sources, years, kinds and tags, phrases, excluded words."""

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
    """Return a mask over the passages of the index, in its order: True where every filter lets one pass.

    Values of one field are alternatives ("year:2020 year:2024"), fields are conditions that all
    must hold. A phrase holds where a passage, or the title it is read under, has its words in that
    order, whatever the case and the white space; a word is excluded by its stem, as BM25 sees it. A
    single quoted word restricts nothing where no passage that the rest lets pass holds it. Runs of
    experiments pass only where their kind or a source is asked for.

    Raises:
        UsageError: no source has that key, no source that tag, there is no such kind, or a year is
            written in no form known here. One line says what there is.
    """
    mask, holding = _masks(library, index, filters)
    for phrase in filters.phrases:
        mask &= holding(phrase)
    for word in filters.words:
        held = mask & holding(word)
        mask = held if held.any() else mask
    return mask


def unheld(library: Library, index: Index, filters: Filters) -> tuple[str, ...]:
    """Return the quoted phrases and words of a question that no passage holds which the other filters let pass.

    Raises:
        UsageError: as `allowed`.
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
    """Return what every filter but the quoted ones lets pass, and what holds a phrase."""
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
    # A full stop that closes the sentence may stand before the closing mark: it is not asked for.
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


# Sources whose texts are in memory together while a phrase is looked for.
_AT_ONCE = 200
