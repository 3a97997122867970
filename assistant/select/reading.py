"""Choose the passages to read for a question: the best ranked ones, and the leading notes in full."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.library.store import Library
from assistant.search.retrieval import Search
from assistant.types import Passage, Source


@dataclass(frozen=True, kw_only=True)
class Depth:
    """The amount of text to read.

    Reading takes about a tenth of a millisecond of processor time for each word piece, so 12,000
    characters, some 2,700 pieces, fit half a second: nine in ten answers of papers stand in them.
    """

    characters: int = 12_000  # the characters of all passages together
    first: int = 6  # so many passages come before any note is read in full
    # This many leading notes are read in full, because their caveats may share no word with the
    # question. Of the sentences that answer a labelled question of the list .93 are then read; with
    # five notes in full .90, with none .92.
    notes: int = 3


@dataclass(frozen=True, kw_only=True)
class Read:
    """A passage to read, with its source and its score in the search."""

    source: Source
    passage: Passage
    score: float


def read(
    library: Library, search: Search, named: Sequence[tuple[str, str]] = (), depth: Depth = Depth()
) -> list[Read]:
    """Return the passages to read for a question, best ranked first, up to the depth.

    Args:
        library: The library with the passages.
        search: The passages found for the question.
        named: Source and words of sentences that answered similar questions; their passages are
            read after the first.
        depth: The amount of text to read.
    """
    ranked = list(search.found)
    scores = {item.passage.id: item.score for item in ranked}
    keys = list(
        dict.fromkeys([*(item.passage.source for item in ranked), *(key for key, _ in named)])
    )
    sources = {source.key: source for source in library.get_all(keys)}
    found: list[Read] = []
    left = depth.characters
    holding = [] if search.restricted else _holding(library, named)
    for passage in _in_turn(library, [item.passage for item in ranked], holding, sources, depth):
        if left - len(passage.text) < 0 and found:
            continue
        left -= len(passage.text)
        found.append(
            Read(source=sources[passage.source], passage=passage, score=scores.get(passage.id, 0.0))
        )
    return found


def _in_turn(
    library: Library, ranked: Sequence[Passage], holding: Sequence[Passage],
    sources: dict[str, Source], depth: Depth,
) -> Iterator[Passage]:  # fmt: skip
    """Yield each passage once: the first ones, the named ones, the leading notes in full, then the others."""
    ranked, holding = (
        [passage for passage in some if passage.source in sources] for some in (ranked, holding)
    )
    leading = [
        key
        for key in dict.fromkeys(passage.source for passage in ranked)
        if sources[key].kind == "note"
    ][: depth.notes]
    order = {key: at for at, key in enumerate(leading)}
    whole = library.passages([id for id, _, _ in library.sections(leading)])
    whole.sort(key=lambda passage: (order[passage.source], passage.start))
    seen: set[str] = set()
    for passage in (*ranked[: depth.first], *holding, *whole, *ranked[depth.first :]):
        if passage.id not in seen:
            seen.add(passage.id)
            yield passage


def _holding(library: Library, named: Sequence[tuple[str, str]]) -> list[Passage]:
    """Return the passages that contain these sentences of these sources, in the order of the sentences."""
    keys = list(dict.fromkeys(key for key, _ in named))
    altered = set(library.altered(keys))
    keys = [key for key in keys if key not in altered]
    of: dict[str, list[Passage]] = {}
    for passage in library.passages([id for id, _, _ in library.sections(keys)]):
        of.setdefault(passage.source, []).append(passage)
    words = {passage.id: " ".join(passage.text.split()) for part in of.values() for passage in part}
    found = (
        next((passage for passage in of.get(key, ()) if sentence in words[passage.id]), None)
        for key, sentence in named
    )
    return list({passage.id: passage for passage in found if passage is not None}.values())
