"""From quotes to an outline: which threads an answer has, and which quotes stand in each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.aspects import Aspect
from assistant.coverage import Assessment
from assistant.selection import Quote, Witness, distinct
from assistant.types import Source


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One paragraph to be: its angle and its quotes in order. Angles are the keys of ANGLES."""

    angle: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What a writer is given: the question, how far the list carries it, and the threads."""

    question: str
    assessment: Assessment
    aspects: tuple[Aspect, ...]
    threads: tuple[Thread, ...]
    nearest: tuple[Source, ...]


# The angles of an answer, in order, with the words that open their paragraph.
ANGLES: Mapping[str, str] = {
    "direct": "The most direct evidence.",
    "beside": "Beside it.",
    "lineage": "Where it comes from, and what followed.",
    "counter": "The counterweight.",
    "apart": "Easily mistaken for it.",
    "measure": "A caution about the measurement.",
    "local": "Measured on this machine.",
    "limits": "How far this carries.",
}


def outline(
    question: str, aspects: tuple[Aspect, ...], assessment: Assessment, found: Sequence[Witness],
    local: Sequence[Witness], most: int,
) -> Outline:  # fmt: skip
    """Arrange the best witnesses' quotes into threads, at most `most` sources in all.

    The leading source opens; others join by what their notes say of their relation to it, or by
    how they speak. Caveats and open points are gathered at the end, next to what they qualify.
    """
    nearest = tuple(witness.source for witness in found[:3])
    if assessment.coverage == "absent" or not found:
        return Outline(
            question=question, assessment=assessment, aspects=aspects, threads=(), nearest=nearest
        )
    chosen = _chosen(found, most)
    lead = chosen[0]
    taken: list[Quote] = []
    grouped: dict[str, list[Quote]] = {angle: [] for angle in ANGLES}
    for witness in chosen:
        angle = "direct" if witness is lead else _angle(lead.source, witness.source)
        picked = _pick(witness, 5 if witness is lead else 2, taken)
        taken.extend(picked)
        grouped[angle].extend(picked)
    for witness in local:
        grouped["local"].extend(witness.quotes)
    for witness in chosen[:3]:
        limits = [quote for quote in witness.of("caveat", "open") if quote.relevance > 0.2]
        kept = distinct(limits, taken)[: 3 if witness is lead else 1]
        taken.extend(kept)
        grouped["limits"].extend(kept)
    threads = tuple(
        Thread(angle=angle, quotes=tuple(quotes)) for angle, quotes in grouped.items() if quotes
    )
    return Outline(
        question=question, assessment=assessment, aspects=aspects, threads=threads, nearest=nearest
    )


def _chosen(found: Sequence[Witness], most: int) -> list[Witness]:
    """The leading witness, those near it, and those its note names as a counterweight."""
    lead = found[0]
    near = [w for w in found[1:] if w.score >= 0.62 * lead.score and w.quotes]
    opposed = [
        w
        for w in found[1:]
        if w not in near and w.quotes and _angle(lead.source, w.source) == "counter"
    ]
    room = most - 1
    return [lead, *near[: room - min(2, len(opposed))], *opposed[:2]][:most]


def _pick(witness: Witness, most: int, taken: Sequence[Quote]) -> list[Quote]:
    """Its claim first, then the facts nearest the question, in the order of the text."""
    claims = distinct(witness.of("claim"), taken)[: 2 if most > 2 else 1]
    rest = distinct(witness.of("fact", "body", "remark"), [*taken, *claims])
    floor = 0.55 * (witness.quotes[0].relevance if witness.quotes else 0.0)
    rest = [quote for quote in rest if quote.relevance >= floor][: most - len(claims)]
    return sorted(claims, key=lambda q: q.start) + sorted(rest, key=lambda q: q.start)


def _angle(lead: Source, other: Source) -> str:
    """How another source stands to the leading one, by what either note says of the other."""
    kinds = [
        str(relation.get("kind", "")).lower()
        for source, target in ((lead, other.key), (other, lead.key))
        for relation in source.metadata.get("relations") or ()
        if isinstance(relation, Mapping) and relation.get("to") == target
    ]
    for angle, pattern in _RELATIONS:
        if any(pattern.search(kind) for kind in kinds):
            return angle
    return "beside"


_RELATIONS = (
    ("apart", re.compile(r"other meaning|different (?:meaning|quantity|layer)|not the same")),
    ("measure", re.compile(r"confound|basis caveat|caveat")),
    ("counter", re.compile(
        r"contest|challeng|contrast|oppos|tension|question|criticis|contradict|refut|missing baseline|"
        r"variance explanation|alternative explanation|against"
    )),
    ("lineage", re.compile(
        r"extend|builds? on|built on|predecessor|ancestor|successor|inspire|idea|appl(?:y|ies)|explains|"
        r"improv|refin|used in|uses|follow"
    )),
)  # fmt: skip
