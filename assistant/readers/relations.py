"""A note can declare these kinds of relation to another work; this module reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.types import Source


class Kind(StrEnum):
    """The relation of a work to another, declared by the note of the active one: "extends", never "extended by"."""

    NOTE_ON = "note-on"
    """The source is about that work: a note on a paper, which is one voice with the paper."""
    EXTENDS = "extends"
    """The source builds on that work: it takes its idea further, refines it or does it better."""
    USES = "uses"
    """The source uses a product of that work: its model, metric, data or method."""
    CITES = "cites"
    """The source names that work and uses nothing more of it."""
    SUPPORTS = "supports"
    """The source finds results that agree with that work's finding, or explains it."""
    CONTESTS = "contests"
    """The source speaks against a claim of that work."""
    QUALIFIES = "qualifies"
    """The source gives a reason why a measurement or a reading of that work has a narrower scope."""
    CONTRASTS = "contrasts"
    """The source treats the same matter in another way, without speaking against that work."""
    OTHER_SENSE = "other-sense"
    """The source uses the same word for another thing, and is easily mistaken for that work."""
    SAME_TOPIC = "same-topic"
    """The source is on the same topic, and no more is said."""

    @property
    def words(self) -> str:
        """Return the words between the titles of the two works: “A” extends “B”."""
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
    """Return the relations in a note's front matter, in order; entries without a work are skipped.

    A kind may be written in any case, with spaces or hyphens; an unknown kind is read as
    `SAME_TOPIC`.
    """
    return [
        Declared(str(entry["to"]), _NAMED.get(_folded(entry.get("kind")), Kind.SAME_TOPIC))
        for entry in _entries(metadata)
        if entry.get("to")
    ]


def related(one: Source, other: Source) -> list[Kind]:
    """Return the relations between two sources that either of them declares."""
    return [
        relation.kind
        for source, target in ((one, other.key), (other, one.key))
        for relation in declared(source.metadata)
        if relation.to == target
    ]


def unknown_kinds(metadata: Mapping[str, Any]) -> str:
    """Return one line on the unknown kinds in a note's front matter, or "" if all are known."""
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
