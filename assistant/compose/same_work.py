"""Find the sources of one work, such as a note and the paper it is about: they are one voice."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from assistant.library.shelf import Shelf, shelf
from assistant.readers.relations import Kind, declared
from assistant.select.quotes import Quote
from assistant.text.prose import negated, numbers
from assistant.types import Source


def same_works(
    sources: Sequence[Source],
    pairs: Collection[tuple[str, str]] = (),
    known: Shelf | None = None,
) -> Mapping[str, str]:
    """Return for every source the key of the first source of the same work.

    Two sources are one work if they share a DOI, an arXiv id or a title (`Shelf.same_work`),
    if one says that it is about the other (the relation "note-on"), or if `pairs` contains them.
    `known` is their shelf, if it was made already.
    """
    held = {source.key for source in sources}
    known = known or shelf(sources)
    joins = [*pairs, *(pair for source in sources for pair in _told(source, held))]
    joins += [
        (source.key, key)
        for source in sources
        if source.kind != "evidence"
        for key in known.same_work(source)
        if source.key < key  # the other says the same of this one
    ]
    order = {source.key: at for at, source in enumerate(sources)}
    above = {source.key: source.key for source in sources}

    def first_of(key: str) -> str:
        while above[key] != key:
            above[key] = above[above[key]]  # halve the path for later look-ups
            key = above[key]
        return key

    for one, other in joins:
        first, second = sorted((first_of(one), first_of(other)), key=order.__getitem__)
        above[second] = first
    return {key: first_of(key) for key in above}


def same_claims(quotes: Sequence[Quote], sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    """Return pairs of a note and a paper that contains the note's claim in the same meaningful words."""
    claims = {
        quote.terms: quote
        for quote in quotes
        if quote.role == "claim"
        and sources[quote.source].kind == "note"
        and len(quote.terms) >= _TELLING
    }
    return [
        (claim.source, quote.source)
        for quote in quotes
        if sources[quote.source].kind == "paper"
        and (claim := claims.get(quote.terms)) is not None
        and numbers(claim.text) == numbers(quote.text)
        and negated(claim.text) == negated(quote.text)
    ]


# Two sentences with at least this many terms hardly ever have the same terms by chance.
_TELLING = 8


def _told(source: Source, held: Collection[str]) -> Iterator[tuple[str, str]]:
    for relation in declared(source.metadata):
        if relation.to in held and relation.kind is Kind.NOTE_ON:
            yield source.key, relation.to
