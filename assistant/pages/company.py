"""Order works for a summary, and state before each its relation to an earlier one."""

from collections.abc import Mapping, Sequence

from assistant.pages.bearings import Bearing, Bearings
from assistant.pages.names import name
from assistant.readers.relations import Kind
from assistant.types import Source

# These words stand before the finding of a work with this relation to an earlier one; "{it}" is
# "this" or a name.
_DOING: Mapping[Kind, str] = {
    Kind.EXTENDS: "Building on {it}",
    Kind.CONTESTS: "Against {it}",
    Kind.QUALIFIES: "With a reservation about {it}",
    Kind.SUPPORTS: "In agreement with {it}",
    Kind.CONTRASTS: "In contrast to {it}",
    Kind.USES: "Using {it}",
    Kind.CITES: "Citing {it}",
    Kind.OTHER_SENSE: "In another sense",
    Kind.SAME_TOPIC: "On the same topic",
}
# These words are for the reverse relation; the missing kinds say too little in reverse.
_DONE_TO: Mapping[Kind, str] = {
    Kind.EXTENDS: "Before {it}",
    Kind.CONTESTS: "Contested by {it}",
    Kind.SUPPORTS: _DOING[Kind.SUPPORTS],
    Kind.CONTRASTS: _DOING[Kind.CONTRASTS],
    Kind.OTHER_SENSE: _DOING[Kind.OTHER_SENSE],
    Kind.SAME_TOPIC: _DOING[Kind.SAME_TOPIC],
}
# A tool or a cited work is named even directly after its own finding: "Using this" would refer to
# the finding.
_BY_NAME = (Kind.USES, Kind.CITES)
# In these kinds, the object comes before the subject.
_AFTER = (Kind.EXTENDS, Kind.CONTESTS, Kind.QUALIFIES)


def in_order(speakers: Sequence[Source], bearings: Bearings) -> list[list[Source]]:
    """Return the works in groups of related works; the group of the first named work comes first.

    Within a group an older work comes before a younger one, and a contested, extended or qualified
    work before the work that does so, in whatever order they were named.
    """
    groups: list[list[Source]] = []
    for source in speakers:
        near = [g for g in groups if any(bearings.between(source, other) for other in g)]
        joined = [*(other for group in near for other in group), source]
        place = groups.index(near[0]) if near else len(groups)
        rest = [group for group in groups if group not in near]
        groups = [*rest[:place], joined, *rest[place:]]
    named = {source.key: at for at, source in enumerate(speakers)}
    return [_by_age(sorted(g, key=lambda s: (_year(s), named[s.key])), bearings) for g in groups]


def _by_age(group: list[Source], bearings: Bearings) -> list[Source]:
    ordered: list[Source] = []
    left = list(group)
    while left:
        # In a circle of relations every work waits for another; then the oldest goes first.
        free = [s for s in left if not any(_waits(s, other, bearings) for other in left)] or left
        ordered.append(free[0])
        left.remove(free[0])
    return ordered


def _waits(source: Source, other: Source, bearings: Bearings) -> bool:
    bearing = bearings.between(source, other) if source is not other else None
    return (
        bearing is not None
        and bearing.kind in _AFTER
        and bearings.works[bearing.subject] == bearings.works[source.key]
    )


def _year(source: Source) -> int:
    year = source.metadata.get("year")
    return year if isinstance(year, int) else 0


def opener(
    source: Source, before: Sequence[Source], bearings: Bearings
) -> tuple[str, Bearing | None]:
    """Return in words the relation of a work to an earlier one, and the relation itself.

    The most telling relation is taken; between equals, that to the latest work. The words are empty
    if no relation is known or it says too little.
    """
    known = [
        (bearing.rank, -at, bearing)
        for at, other in enumerate(before)
        if (bearing := bearings.between(source, other))
    ]
    if not known:
        return "", None
    _, at, bearing = min(known, key=lambda row: row[:2])
    other = before[-at]
    doing = bearings.works[bearing.subject] == bearings.works[source.key]
    phrase = (_DOING if doing else _DONE_TO).get(bearing.kind, "")
    this = other is before[-1] and bearing.kind not in _BY_NAME
    return phrase.format(it="this" if this else name(other)), bearing
