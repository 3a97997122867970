"""Where a source stands among the others of a library: what it builds on, and what followed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.comparison import mentions
from assistant.library import Library
from assistant.network import Link, Shelf, bibliography, links, shelf
from assistant.statements import Statement
from assistant.types import Role, Source


class Relations:
    """What the library knows of how its sources relate; read once for all summarised sources."""

    def __init__(self, library: Library) -> None:
        self.sources = {source.key: source for source in library.sources()}
        self._outside = bibliography(library.references())
        self._shelf: Shelf = shelf(list(self.sources.values()))
        self._links: dict[str, list[Link]] = {}

    def of(self, source: Source) -> list[Link]:
        """The links of a source, its own first, then what others say of it."""
        own = self._from(source)
        other = [
            link
            for key, each in self.sources.items()
            if key != source.key
            for link in self._from(each)
            if source.key in (link.origin, link.target)
        ]
        return [*own, *other]

    def spoken_of(self, source: Source, said: Sequence[Statement]) -> list[Statement]:
        """The statements that speak of a related work and not of the source itself."""
        named = {
            statement
            for key in other_ends(source, self.of(source))
            if key in self.sources
            for statement in mentions(said, self.sources[key])
        }
        return [s for s in named if s not in mentions(said, source)]

    def _from(self, source: Source) -> list[Link]:
        if source.key not in self._links:
            self._links[source.key] = links(source, self._shelf, self._outside)
        return self._links[source.key]


def standing(source: Source, relations: Relations) -> Iterator[tuple[str, Role]]:
    """What it builds on and what followed, by title: as the notes and reference lists tell it."""
    if source.kind == "evidence":
        return
    all_links = relations.of(source)
    before = other_ends(source, (k for k in all_links if k.directed and k.origin == source.key))
    after = other_ends(source, (k for k in all_links if k.directed and k.target == source.key))
    beside = other_ends(source, (k for k in all_links if not k.directed))
    told = False
    for opening, kinds in (("Before it:", before), ("After it:", after), ("Beside it:", beside)):
        titles = [
            f"“{relations.sources[key].title}”" + (f" ({kind})" if kind not in _PLAIN else "")
            for key, kind in kinds.items()
            if key in relations.sources
        ]
        if titles and not (opening == "Beside it:" and before and after):
            told = True
            yield f"{opening} {_listed(titles)}.", "link"
    printed = {k.printed: k for k in all_links if k.origin == source.key and k.printed}
    if printed:
        told = True
        held = sum(bool(link.target) for link in printed.values())
        many = f"{held or 'none'} of the {len(printed)} works in its reference list"
        yield f"This library holds {many}.", "link"
    if not told:
        yield "Nothing in this library says what came before it or what followed.", "gap"


def other_ends(source: Source, found: Iterable[Link]) -> Mapping[str, str]:
    """The other ends of links with the kind of the link, the most telling kinds first."""
    named: dict[str, str] = {}
    for link in sorted(found, key=lambda link: _TELLING.get(link.kind.split()[0], 1)):
        other = link.target if link.origin == source.key else link.origin
        if other:
            named.setdefault(other, link.kind)
    return named


_PLAIN = ("related", "cites", "cited by", "reference", "sibling")
# Kinds of relation that say what came before or after, ahead of those that name tools.
_TELLING = {
    "extends": 0, "extended": 0, "builds": 0, "built": 0, "contested": 0, "challenged": 0, "contests": 0,
    "challenges": 0, "refines": 0, "refined": 0, "questioned": 0, "explained": 0, "ancestor": 0,
    "metric": 2, "models": 2, "benchmark": 2, "used": 2, "setting": 2, "cites": 2, "cited": 2,
}  # fmt: skip


def _listed(titles: Sequence[str], most: int = 3) -> str:
    if len(titles) > most:
        return "; ".join(titles[:most]) + f"; and {len(titles) - most} more in this library"
    return "; ".join(titles)
