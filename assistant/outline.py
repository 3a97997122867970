"""From quotes to an outline: which threads an answer has, and which quotes stand in each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
    most: int,
) -> Outline:  # fmt: skip
    """Arrange the best witnesses' quotes into threads, at most `most` sources in all.

    The leading source opens; others join by what their notes say of their relation to it, or by
    how they speak. Caveats and open points are gathered at the end, next to what they qualify.
    """
    found = [witness for witness in found if witness.quotes]
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
        share = witness.score / lead.score
        picked = _pick(witness, 6 if witness is lead else 3 if share >= 0.75 else 2, taken)
        taken.extend(picked)
        grouped[angle].extend(picked)
    floor = max(0.22, 0.4 * lead.quotes[0].relevance)
    for witness in chosen[:3]:
        said = witness.of("caveat", "open") or witness.of("remark")
        limits = [quote for quote in said if quote.relevance >= floor]
        kept = distinct(limits, taken)[: 4 if witness is lead else 1]
        taken.extend(kept)
        grouped["limits"].extend(kept)
    threads = tuple(
        Thread(angle=angle, quotes=tuple(quotes)) for angle, quotes in grouped.items() if quotes
    )
    return Outline(
        question=question, assessment=assessment, aspects=aspects, threads=threads, nearest=nearest
    )


def with_local(plan: Outline, local: Sequence[Witness]) -> Outline:
    """The outline with a thread for what was measured on this machine, before the limits."""
    quotes = tuple(quote for witness in local for quote in witness.quotes)
    if not quotes:
        return plan
    threads = [thread for thread in plan.threads if thread.angle != "limits"]
    limits = [thread for thread in plan.threads if thread.angle == "limits"]
    own = Thread(angle="local", quotes=quotes)
    return replace(plan, threads=(*threads, own, *limits))


def _chosen(found: Sequence[Witness], most: int) -> list[Witness]:
    """The leading witness, those that bear on the question too, and its counterweights.

    A source joins when one of its statements covers enough of the question, or when a note says
    how it stands to the leading one and it is close at all.
    """
    lead = found[0]
    joined = [w for w in found[1:] if _joins(lead, w)]
    opposed = [w for w in joined if _angle(lead.source, w.source) == "counter"]
    others = [w for w in joined if w not in opposed]
    return [lead, *others[: most - 1 - min(2, len(opposed))], *opposed[:2]][:most]


def _joins(lead: Witness, other: Witness) -> bool:
    best = other.best()
    if best is None or other.source.kind == "evidence":
        return False
    if any(not _FORMAL.fullmatch(kind) for kind in _kinds(lead.source, other.source)):
        return other.score >= 0.45 * lead.score and best.cosine >= 0.22
    on_topic = any(
        q.coverage >= 0.3 and q.cosine >= 0.35 for q in other.of("claim", "fact", "body")
    )
    return other.score >= 0.6 * lead.score and (on_topic or best.cosine >= 0.6)


def _pick(witness: Witness, most: int, taken: Sequence[Quote]) -> list[Quote]:
    """Its claim first, then the facts nearest the question, in the order of the text."""
    claims = distinct(witness.of("claim"), taken)[: most // 2]
    rest = distinct(witness.of("fact", "body"), [*taken, *claims])
    floor = 0.6 * (witness.quotes[0].relevance if witness.quotes else 0.0)
    rest = [quote for quote in rest if quote.relevance >= floor][: most - len(claims)]
    return sorted(claims, key=lambda q: q.start) + sorted(rest, key=lambda q: q.start)


def _angle(lead: Source, other: Source) -> str:
    """How another source stands to the leading one, by what either note says of the other."""
    kinds = _kinds(lead, other)
    for angle, pattern in _RELATIONS:
        if any(pattern.search(kind) for kind in kinds):
            return angle
    return "beside"


def _kinds(lead: Source, other: Source) -> list[str]:
    """What either source's note says of its relation to the other."""
    return [
        str(relation.get("kind", "")).lower()
        for source, target in ((lead, other.key), (other, lead.key))
        for relation in source.metadata.get("relations") or ()
        if isinstance(relation, Mapping) and relation.get("to") == target
    ]


# Relations that say how two works touch, not how their findings bear on one another.
_FORMAL = re.compile(
    r"related|models?|metric|benchmark|sibling(?: theory)?|cites?|cited by|theory|uses?(?: idea)?|used in|setting|"
    r"method(?: family| used)?|checkpoint.*|defines .*|analysed in|evaluated on|example|probe family"
)

_RELATIONS = (
    ("apart", re.compile(r"other meaning|different (?:meaning|quantity|layer)|not the same")),
    ("measure", re.compile(r"confound|basis caveat|caveat")),
    ("counter", re.compile(
        r"contest|challeng|contrast|oppos|tension|question|criticis|contradict|refut|missing baseline|"
        r"variance explanation|alternative explanation|against|counterpart"
    )),
    ("lineage", re.compile(
        r"extend|builds? on|built on|predecessor|ancestor|successor|inspire|idea|appl(?:y|ies)|explains|"
        r"improv|refin|follow|control|nuance"
    )),
)  # fmt: skip
