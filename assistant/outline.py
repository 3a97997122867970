"""From quotes to an outline: which threads an answer has, and which quotes stand in each."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.aspects import Aspect
from assistant.coverage import Assessment
from assistant.same_work import Voice, voices
from assistant.selection import Quote, Witness, distinct, overlap, related
from assistant.stance import claim_in, clear_stance, stance
from assistant.types import Source


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One paragraph to be: its angle and its quotes in order. Angles are the keys of ANGLES."""

    angle: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What a writer is given: the question, how far the list carries it, and the threads.

    `works` are the keys of sources that are one work, such as a note and its paper; `echoes` are, for a
    quote of one of them, those of the others that say the same. `claim` is what the question states or
    asks for yes or no; empty where it does neither.
    """

    question: str
    assessment: Assessment
    aspects: tuple[Aspect, ...]
    threads: tuple[Thread, ...]
    nearest: tuple[Source, ...]
    claim: str = ""
    works: tuple[frozenset[str], ...] = ()
    echoes: Mapping[Quote, tuple[Quote, ...]] = field(default_factory=dict)

    def voices(self) -> int:
        """How many works are quoted: what stands in a note and in its paper is one voice."""
        quoted = {quote.source for thread in self.threads for quote in thread.quotes}
        return len({self.work(key) for key in quoted})

    def work(self, key: str) -> frozenset[str]:
        """The keys of a source's work."""
        return next((keys for keys in self.works if key in keys), frozenset({key}))


# The angles of an answer, in order, with the words that open their paragraph.
ANGLES: Mapping[str, str] = {
    "direct": "The most direct evidence.",
    "against": "What speaks against it.",
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
    """Arrange the best witnesses' quotes into threads, at most `most` works in all.

    A note and its paper are one work and share a thread. Sources that are `pinned` join whatever
    their score.

    The leading source opens; others join by what their notes say of their relation to it, or by
    how they speak. Caveats and open points are gathered at the end, next to what they qualify. Where
    the question is a claim, what clearly contests it stands apart from what does not.
    """
    found = [witness for witness in found if witness.quotes]
    nearest = tuple(witness.source for witness in found[:3])
    if assessment.coverage == "absent" or not found:
        return Outline(
            question=question, assessment=assessment, aspects=aspects, threads=(), nearest=nearest
        )
    chosen = _chosen(voices(found, pinned), most, pinned)
    lead = chosen[0].speaker
    nearest = (lead.source, *(s for s in nearest if s.key != lead.source.key))[:3]
    taken: list[Quote] = []
    grouped: dict[str, list[Quote]] = {angle: [] for angle in ANGLES}
    for voice in chosen:
        thread = "direct" if voice.speaker is lead else _thread(lead, voice.speaker)
        for witness in voice.witnesses:
            picked = _pick(witness, lead, taken)
            if witness is not voice.speaker and witness.source.key not in pinned:
                picked = [q for q in picked if q.relevance >= _BESIDE * voice.nearest()]
            taken.extend(picked)
            grouped[thread].extend(picked)
    claim = claim_in(question)
    for angle in ("direct", "beside") if claim else ():
        against = [q for q in grouped[angle] if clear_stance(claim, q.text) == "contests"]
        grouped[angle] = [q for q in grouped[angle] if q not in against]
        grouped["against"] += against
    floor = max(0.22, 0.4 * lead.quotes[0].relevance)
    for witness in (witness for voice in chosen[:4] for witness in voice.witnesses):
        said = witness.of("caveat", "open") or witness.of("remark")
        limits = [quote for quote in said if quote.relevance >= floor]
        kept = distinct(limits, taken, _LIMITS if witness is lead else _LIMITS_BESIDE)
        taken.extend(kept)
        grouped["limits"].extend(kept)
    threads = tuple(
        Thread(angle=angle, quotes=tuple(quotes)) for angle, quotes in grouped.items() if quotes
    )
    return Outline(
        question=question, assessment=assessment, aspects=aspects, threads=threads, nearest=nearest,
        claim=claim, works=tuple(voice.keys for voice in chosen if voice.others),
    )  # fmt: skip


def with_local(plan: Outline, local: Sequence[Witness]) -> Outline:
    """The outline with a thread for what was measured on this machine, before the limits."""
    quotes = tuple(quote for witness in local for quote in witness.quotes)
    if not quotes:
        return plan
    threads = [thread for thread in plan.threads if thread.angle != "limits"]
    limits = [thread for thread in plan.threads if thread.angle == "limits"]
    own = Thread(angle="local", quotes=quotes)
    return replace(plan, threads=(*threads, own, *limits))


def _chosen(found: Sequence[Voice], most: int, pinned: Collection[str]) -> list[Voice]:
    """The leading work, those that bear on the question too, and its counterweights.

    Counterweights, of which a note says that they contest the leading one, are kept a place.
    """
    lead = found[0].speaker
    kept = [v for v in found[1:] if not v.keys.isdisjoint(pinned)]
    joined = [v for v in found[1:] if v not in kept and any(_joins(lead, w) for w in v.witnesses)]
    opposed = [v for v in joined if angle_between(lead.source, v.speaker.source) == "counter"]
    others = [v for v in joined if v not in opposed]
    room = max(0, most - 1 - len(kept) - min(2, len(opposed)))
    return [found[0], *kept, *others[:room], *opposed[:2]][:most]


def _joins(lead: Witness, other: Witness) -> bool:
    """Whether a source joins the leading one: nearly as good a score, and a sentence near the question.

    One that contests the leading source joins at a lower score: it is what a reader must not miss.
    """
    if other.best() is None or other.source.kind == "evidence":
        return False
    nearest = max(quote.cosine for quote in lead.quotes)
    near = any(q.cosine >= _NEAR * nearest or q.coverage >= 0.5 for q in other.quotes)
    least = _CONTESTED if angle_between(lead.source, other.source) == "counter" else _SCORE
    return other.score >= least * lead.score and near


# Shares of the leading source's score and of its best cosine. Of the sources an answer needs these
# let .85 in on the lines of benchmarks/inquiring_lines.json, asked in other words than the notes', and
# all on the public lines; two thirds to three quarters of what joins is wanted.
_SCORE, _CONTESTED, _NEAR = 0.6, 0.5, 0.6


def _pick(witness: Witness, lead: Witness, taken: Sequence[Quote]) -> list[Quote]:
    """What a source says to the question, in the order of the text.

    The leading source states its claim, since it is what the question was found to be about,
    and the facts nearest the question. Any other says its sentence nearest the question, and one or
    two more that are nearly as near.
    """
    best = witness.quotes[0].relevance
    if witness is lead:
        claims = _claims(witness.of("claim"), taken)
        facts = distinct(witness.of("fact", "body"), [*taken, *claims], _FACTS)
        near = [quote for quote in facts if quote.relevance >= 0.6 * best]
        return claims + sorted(near, key=lambda q: q.start)
    most = 3 if witness.score >= 0.75 * lead.score else 2
    said = distinct(witness.of("claim", "fact", "body"), taken, most)
    near = said[:1] + [quote for quote in said[1:] if quote.relevance >= _BESIDE * best]
    return sorted(near, key=lambda q: q.start)


def _claims(said: Sequence[Quote], taken: Sequence[Quote]) -> list[Quote]:
    """A claim whole where it is short; of a long one, such as an abstract, the sentence nearest the question first."""
    if len(said) <= _CLAIM:
        return distinct(sorted(said, key=lambda q: q.start), taken)
    nearest = distinct(said, taken, _CLAIM)
    return nearest[:1] + sorted(nearest[1:], key=lambda q: q.start)


# Sentences of the leading source: of its claim, and facts beside it.
_CLAIM, _FACTS = 4, 5
# The share of its best sentence's relevance that a further one of another source has.
_BESIDE = 0.75
# Reservations shown: of the leading source, and of each of the three after it.
_LIMITS, _LIMITS_BESIDE = 5, 2


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
