"""Find how the sources of a library are related, from their notes' relations and their reference lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.compose.same_work import same_works
from assistant.library.shelf import bibliography, shelf
from assistant.library.store import Library
from assistant.pages.citations import printed_links
from assistant.pages.names import begun, dated, is_plural, listed, mentioned
from assistant.pages.statements import Statement
from assistant.readers.relations import Kind, declared
from assistant.types import Source

VERBS: Mapping[Kind, tuple[str, str]] = {
    Kind.EXTENDS: ("extends", "extend"),
    Kind.CONTESTS: ("contests", "contest"),
    Kind.QUALIFIES: ("qualifies", "qualify"),
    Kind.SUPPORTS: ("agrees with", "agree with"),
    Kind.CONTRASTS: ("contrasts with", "contrast with"),
    Kind.USES: ("uses", "use"),
    Kind.CITES: ("cites", "cite"),
}
"""The verbs of each kind of relation, for one subject and for several; the most telling kind comes first."""
_ORDER = (*VERBS, Kind.OTHER_SENSE, Kind.SAME_TOPIC, Kind.NOTE_ON)
# These kinds hold in both directions, whichever source declares them.
_MUTUAL = (Kind.SUPPORTS, Kind.CONTRASTS)

# These words are used if no kind has a verb.
_BESIDE = (
    (Kind.SAME_TOPIC, "On the same topic this library holds"),
    (Kind.OTHER_SENSE, "Another thing is meant by the same word in"),
)
# The numbers of works named with a first and with a second verb: a summary has room for a sentence,
# not a list.
_NAMED = (2, 1)


@dataclass(frozen=True)
class Bearing:
    """A relation between two works: that of the source `subject` and that of `object`; `kind` says which."""

    subject: str
    kind: Kind
    object: str

    @property
    def rank(self) -> int:
        """Return how telling the relation is, 0 for the most telling."""
        return _ORDER.index(self.kind)


class Bearings:
    """All relations of a library, read once for all sources that are summarised together."""

    def __init__(self, library: Library) -> None:
        self.sources = {source.key: source for source in library.sources()}
        every = list(self.sources.values())
        shelved = shelf(every)
        self.works = same_works(every, known=shelved)
        self._outside = bibliography(library.references())
        told = [
            Bearing(source.key, relation.kind, relation.to)
            for source in every
            for relation in declared(source.metadata)
            if relation.to in self.sources
        ]
        told += [
            Bearing(link.origin, Kind.CITES, link.target)
            for source in every
            for link in printed_links(source, shelved, self._outside)
            if link.target
        ]
        self._of: dict[str, dict[str, Bearing]] = {}
        self._told = sorted(
            {b for b in told if self.works[b.subject] != self.works[b.object]},
            key=lambda b: (b.rank, b.subject, b.object),
        )

    def of(self, source: Source) -> Sequence[Bearing]:
        """Return the relations of a source's work, the most telling first, one for each other work."""
        work = self.works[source.key]
        if work not in self._of:
            found: dict[str, Bearing] = {}
            for bearing in self._told:
                ends = self.works[bearing.subject], self.works[bearing.object]
                if work in ends:
                    found.setdefault(ends[1] if ends[0] == work else ends[0], bearing)
            self._of[work] = found
        return list(self._of[work].values())

    def between(self, one: Source, other: Source) -> Bearing | None:
        """Return the most telling relation between two works, or None if none is known."""
        self.of(one)
        return self._of[self.works[one.key]].get(self.works[other.key])

    def near(self, source: Source) -> list[str]:
        """Return the keys of the works related to a source's work."""
        return [self._other(source, bearing) for bearing in self.of(source)]

    def missing(self, source: Source) -> list[str]:
        """Return the titles of works outside the library to which a source declares a relation."""
        keys = [relation.to for relation in declared(source.metadata)]
        return [self._outside.titles.get(key, key) for key in keys if key not in self.sources]

    def spoken_of(self, source: Source, said: Sequence[Statement]) -> set[Statement]:
        """Return the statements that name another work, and name the source itself only after it or not at all."""
        near = [self.sources[key] for key in self.near(source)]
        found = set()
        for statement in said:
            text = statement.plain()
            own = mentioned(text, source)
            others = [at for other in near if (at := mentioned(text, other)) >= 0]
            if others and (own < 0 or min(others) < own):
                found.add(statement)
        return found

    def standing(self, source: Source) -> str:
        """Return one sentence on the works before and after a source, or "" if nothing is known.

        It says only what is declared or printed: names with their years, joined by the verbs of the
        kinds.
        """
        known = self.of(source)
        own = self.works[source.key]
        before = [b for b in known if self.works[b.subject] == own or b.kind in _MUTUAL]
        after = [b for b in known if b not in before]
        parts = []
        if clauses := list(self._before(source, before)):
            parts.append(f"It {listed(clauses)}")
        if clauses := list(self._after(source, after)):
            parts.append(listed(clauses))
        if parts:
            return begun("; ".join(parts) + ".")
        for kind, opening in _BESIDE:
            if beside := [b for b in known if b.kind is kind]:
                return f"{opening} {self._few(source, beside, _NAMED[0])}."
        return ""

    def _before(self, source: Source, known: Sequence[Bearing]) -> Iterator[str]:
        for most, (kind, alike) in zip(_NAMED, _by_kind(known), strict=False):
            yield f"{VERBS[kind][0]} {self._few(source, alike, most)}"

    def _after(self, source: Source, known: Sequence[Bearing]) -> Iterator[str]:
        for kind, alike in list(_by_kind(known))[:1]:
            names = self._few(source, alike, _NAMED[0])
            yield f"{names} {VERBS[kind][len(alike) > 1 or is_plural(names)]} it"

    def _few(self, source: Source, alike: Sequence[Bearing], most: int) -> str:
        """Return the names of the other works; of many, the first ones and the number of the rest, never "1 more"."""
        shown = alike if len(alike) <= most + 1 else alike[:most]
        names = [dated(self.sources[self._other(source, bearing)]) for bearing in shown]
        left = len(alike) - len(shown)
        return listed([*names, f"{left} more"] if left else names)

    def _other(self, source: Source, bearing: Bearing) -> str:
        own = self.works[bearing.subject] == self.works[source.key]
        return bearing.object if own else bearing.subject


def _by_kind(known: Sequence[Bearing]) -> Iterator[tuple[Kind, list[Bearing]]]:
    for kind in VERBS:
        if alike := [bearing for bearing in known if bearing.kind == kind]:
            yield kind, alike
