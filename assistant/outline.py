"""From quotes to an outline: which threads an answer has, and which quotes stand in each."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.aspects import Aspect
from assistant.coverage import Assessment
from assistant.selection import Quote, Witness, distinct, overlap, related
from assistant.stance import stance
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
    most: int, pinned: Collection[str] = (),
) -> Outline:  # fmt: skip
    """Arrange the best witnesses' quotes into threads, at most `most` sources in all.

    Sources that are `pinned` join whatever their score.

    The leading source opens; others join by what their notes say of their relation to it, or by
    how they speak. Caveats and open points are gathered at the end, next to what they qualify.
    """
    found = [witness for witness in found if witness.quotes]
    nearest = tuple(witness.source for witness in found[:3])
    if assessment.coverage == "absent" or not found:
        return Outline(
            question=question, assessment=assessment, aspects=aspects, threads=(), nearest=nearest
        )
    chosen = _chosen(found, most, pinned)
    lead = chosen[0]
    said = _said(chosen)
    grouped: dict[str, list[Quote]] = {angle: [] for angle in ANGLES}
    for witness in chosen:
        thread = "direct" if witness is lead else _thread(lead, witness)
        grouped[thread] += _in_order(witness, said)
    limits = _limits(chosen, said)
    for witness in chosen:
        grouped["limits"] += _in_order(witness, limits)
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


def _chosen(found: Sequence[Witness], most: int, pinned: Collection[str]) -> list[Witness]:
    """The leading witness, those that bear on the question too, and its counterweights.

    Counterweights, of which a note says that they contest the leading one, are kept a place. Places
    that stay free go to sources further off that one of the first is related to.
    """
    lead = found[0]
    kept = [w for w in found[1:] if w.source.key in pinned]
    joined = [w for w in found[1:] if w not in kept and _joins(lead, w)]
    opposed = [w for w in joined if angle_between(lead.source, w.source) == "counter"]
    others = [w for w in joined if w not in opposed]
    room = max(0, most - 1 - len(kept) - min(2, len(opposed)))
    chosen = [lead, *kept, *others[:room], *opposed[:2]]
    keys = {w.source.key for w in chosen}
    first = [w.source for w in chosen if w.score >= _FIRST * lead.score]
    further = [
        w
        for w in found
        if w.source.key not in keys
        and w.score >= _FURTHER * lead.score
        and _speaks(w)
        and any(related(source, w.source) for source in first)
    ]
    return [*chosen, *further][:most]


def _speaks(witness: Witness) -> bool:
    return witness.best() is not None and witness.source.kind != "evidence"


def _joins(lead: Witness, other: Witness) -> bool:
    """Whether a source joins the leading one: nearly as good a score, and a sentence near the question.

    One that contests the leading source joins at a lower score: it is what a reader must not miss.
    """
    if not _speaks(other):
        return False
    nearest = max(quote.cosine for quote in lead.quotes)
    near = any(q.cosine >= _NEAR * nearest or q.coverage >= 0.5 for q in other.quotes)
    least = _CONTESTED if angle_between(lead.source, other.source) == "counter" else _SCORE
    return other.score >= least * lead.score and near


# Shares of the leading source's score and of its best cosine, and shares of its score for those whose
# relations count and for their relatives. Of the notes an answer needs, .95 are let in on the public
# lines and those of benchmarks/inquiring_lines.json together; without the relatives .92.
_SCORE, _CONTESTED, _NEAR = 0.6, 0.5, 0.6
_FIRST, _FURTHER = 0.7, 0.4


def _said(chosen: Sequence[Witness]) -> list[Quote]:
    """What the chosen sources say: each its sentence nearest the question, the leading one its claim.

    What is left of the answer's length goes to the nearest sentences of all, those of a source
    further off a little later.
    """
    lead = chosen[0]
    kept = distinct(sorted(lead.of("claim"), key=lambda q: q.start), most=_CLAIM)
    for witness in chosen:
        kept += distinct(witness.of(*_STATING), kept, most=1)
    least = max(_LEAST, _NEARLY * lead.quotes[0].relevance)
    further = [
        (quote.relevance - _FAR * (1.0 - witness.score / lead.score), quote)
        for witness in chosen
        for quote in witness.of(*_STATING)
        if quote.relevance >= least
    ]
    nearest = [quote for _, quote in sorted(further, key=lambda pair: -pair[0])]
    length = min(_SAID, _SAID_BASE + _SAID_EACH * len(chosen))
    return kept + distinct(nearest, kept, most=length - len(kept))


def _limits(chosen: Sequence[Witness], said: Sequence[Quote]) -> list[Quote]:
    """The reservations nearest the question, of the sources cited first the most."""
    ranked = [
        (quote.relevance - _FAR_LIMIT * place, quote)
        for place, witness in enumerate(chosen)
        for quote in witness.of("caveat", "open", "remark")
    ]
    nearest = [quote for _, quote in sorted(ranked, key=lambda pair: -pair[0])]
    length = min(_LIMITS, _LIMITS_BASE + _LIMITS_EACH * len(chosen))
    return distinct(nearest, said, most=length)


def _in_order(witness: Witness, quotes: Sequence[Quote]) -> list[Quote]:
    """Those of the quotes that are of this source, in the order of its text."""
    own = [quote for quote in quotes if quote.source == witness.source.key]
    return sorted(own, key=lambda quote: quote.start)


_STATING = ("claim", "fact", "body")
# Sentences of an answer: of the leading source's claim; with n sources at most 6 + 2n, and 20, with
# three fifths of the best one's relevance; reservations at most 5 + n, and 12. Of the points that the cited
# notes hold, on the lines of benchmarks/inquiring_lines.json and the public ones, these say .83 and admit
# .70; a fixed number a source of the same length .77 and .60.
_CLAIM = 4
_SAID, _SAID_BASE, _SAID_EACH = 20, 6, 2
_NEARLY, _LEAST, _FAR = 0.6, 0.25, 0.3
_LIMITS, _LIMITS_BASE, _LIMITS_EACH, _FAR_LIMIT = 12, 5, 1, 0.15


def _thread(lead: Witness, other: Witness) -> str:
    """The thread of a source beside the leading one: by their relation, else by what they say."""
    angle = angle_between(lead.source, other.source)
    return "counter" if angle == "beside" and contested(lead, other) else angle


def contested(lead: Witness, other: Witness) -> bool:
    """Whether a source's nearest sentence contests one of the leading source on the same point.

    The same point is told by shared terms: half or more of those of the shorter sentence.
    """
    best = other.best()
    return best is not None and any(
        overlap(best, quote) >= 0.5 and stance(quote.text, best.text) == "contests"
        for quote in lead.of("claim", "fact", "body")[:8]
    )


def angle_between(lead: Source, other: Source) -> str:
    """How another source stands to the leading one, by what either note says of the other."""
    kinds = related(lead, other)
    for angle, pattern in _RELATIONS:
        if any(pattern.search(kind) for kind in kinds):
            return angle
    return "beside"


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
