"""The kinds of relation that a note can declare to another work, and how a declared one is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.types import Source


class Kind(StrEnum):
    """What a work is to another, told by the note of the one that does it: "extends", never "extended by"."""

    NOTE_ON = "note-on"
    """It is about that work: a note on a paper, which is no second voice beside the paper."""
    EXTENDS = "extends"
    """It builds on that work: takes its idea further, refines it or does it better."""
    USES = "uses"
    """It works with what that work made: its model, metric, data or method."""
    CITES = "cites"
    """It names that work and takes nothing further from it."""
    SUPPORTS = "supports"
    """It finds what agrees with that work's finding, or explains it."""
    CONTESTS = "contests"
    """It speaks against what that work claims."""
    QUALIFIES = "qualifies"
    """It names a reason why a measurement or a reading of that work carries less far."""
    CONTRASTS = "contrasts"
    """It treats the same matter another way, without speaking against that work."""
    OTHER_SENSE = "other-sense"
    """It means another thing by the same word, and is easily mistaken for that work."""
    SAME_TOPIC = "same-topic"
    """It is on the same topic, and no more is said."""

    @property
    def words(self) -> str:
        """Return what stands between the titles of the two works: “A” extends “B”."""
        return _WORDS.get(self, self.value)

    @property
    def directed(self) -> bool:
        """Return whether the work rests on the other or answers it, so that the later of the two cites the earlier."""
        return self in (Kind.EXTENDS, Kind.USES, Kind.CITES, Kind.CONTESTS)


_WORDS = {
    Kind.NOTE_ON: "is a note on",
    Kind.CONTRASTS: "contrasts with",
    Kind.OTHER_SENSE: "means another thing than",
    Kind.SAME_TOPIC: "is on the same topic as",
}
_NAMED = {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class Declared:
    """A relation that a note declares to the work under the key `to`."""

    to: str
    kind: Kind


def declared(metadata: Mapping[str, Any]) -> list[Declared]:
    """Return the relations in a note's front matter, in its order; entries that name no work are passed over.

    A kind may be written in any case, with spaces or hyphens; any other than those of `Kind` is read
    as `SAME_TOPIC`.
    """
    return [
        Declared(str(entry["to"]), _NAMED.get(_folded(entry.get("kind")), Kind.SAME_TOPIC))
        for entry in _entries(metadata)
        if entry.get("to")
    ]


def related(one: Source, other: Source) -> list[Kind]:
    """Return what either of two sources says of its relation to the other."""
    return [
        relation.kind
        for source, target in ((one, other.key), (other, one.key))
        for relation in declared(source.metadata)
        if relation.to == target
    ]


def unknown_kinds(metadata: Mapping[str, Any]) -> str:
    """Return one line on the kinds in a note's front matter that are none of `Kind`; empty where all are."""
    told = dict.fromkeys(str(e["kind"]) for e in _entries(metadata) if e.get("kind") is not None)
    unknown = [kind for kind in told if _folded(kind) not in _NAMED]
    if not unknown:
        return ""
    return (
        f"relations of kind {', '.join(f'“{kind}”' for kind in unknown)} are read as "
        f"{Kind.SAME_TOPIC}; the kinds are {', '.join(Kind)}"
    )


def _entries(metadata: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = metadata.get("relations") or ()
    return (
        [e for e in entries if isinstance(e, Mapping)] if isinstance(entries, list | tuple) else []
    )


def _folded(told: object) -> str:
    return "-".join(str(told or "").replace("-", " ").replace("_", " ").lower().split())
