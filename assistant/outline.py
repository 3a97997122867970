"""From quotes to an outline: which threads an answer has, and which quotes stand in each."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.aspects import Aspect
from assistant.coverage import Assessment
from assistant.same_work import Voice, voices
from assistant.selection import RESERVING, Quote, Witness, distinct, named_by, overlap, related
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
    "elsewhere": "Measured on another machine.",
    "limits": "How far this carries.",
    "further": "What else these sources reserve.",
}
FOLDED = ANGLES["further"]
"""What opens the thread that a reader sees on request."""


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
    said = _said(chosen, pinned)
    grouped: dict[str, list[Quote]] = {angle: [] for angle in ANGLES}
    for voice in chosen:
        thread = "direct" if voice.speaker is lead else _thread(lead, voice.speaker)
        for witness in voice.witnesses:
            grouped[thread] += _in_order(witness, said)
    grouped["direct"] = _opened(lead, grouped["direct"])
    claim = claim_in(question)
    for angle in ("direct", "beside") if claim else ():
        against = [q for q in grouped[angle] if clear_stance(claim, q.text) == "contests"]
        grouped[angle] = [q for q in grouped[angle] if q not in against]
        grouped["against"] += against
    limits = _limits(chosen, said)
    for voice in chosen:
        for witness in voice.witnesses:
            grouped["limits"] += _in_order(witness, limits)
    threads = tuple(
        Thread(angle=angle, quotes=tuple(quotes)) for angle, quotes in grouped.items() if quotes
    )
    return Outline(
        question=question, assessment=assessment, aspects=aspects, threads=threads, nearest=nearest,
        claim=claim, works=tuple(voice.keys for voice in chosen if voice.others),
    )  # fmt: skip


def with_local(plan: Outline, local: Sequence[Witness]) -> Outline:
    """The outline with what was measured, on this machine and on others, before the limits."""
    measured: dict[str, list[Quote]] = {"local": [], "elsewhere": []}
    for witness in local:
        angle = "elsewhere" if witness.source.metadata.get("brought_from") else "local"
        measured[angle] += witness.quotes
    added = [Thread(angle=angle, quotes=tuple(said)) for angle, said in measured.items() if said]
    threads = [thread for thread in plan.threads if thread.angle != "limits"]
    limits = [thread for thread in plan.threads if thread.angle == "limits"]
    return replace(plan, threads=(*threads, *added, *limits))


def _chosen(found: Sequence[Voice], most: int, pinned: Collection[str]) -> list[Voice]:
    """The leading work, those that bear on the question too, and its counterweights.

    Counterweights, of which a note says that they contest the leading one, are kept a place. Places
    that stay free go to sources further off that one of the first is related to.
    """
    lead = found[0].speaker
    kept = [v for v in found[1:] if not v.keys.isdisjoint(pinned)]
    joined = [v for v in found[1:] if v not in kept and any(_joins(lead, w) for w in v.witnesses)]
    opposed = [v for v in joined if angle_between(lead.source, v.speaker.source) == "counter"]
    others = [v for v in joined if v not in opposed]
    room = max(0, most - 1 - len(kept) - min(2, len(opposed)))
    chosen = [found[0], *kept, *others[:room], *opposed[:2]]
    first = [v.speaker.source for v in chosen if v.speaker.score >= _FIRST * lead.score]
    keys = {source.key for source in first}
    named = frozenset().union(*map(named_by, first))
    further = [
        v
        for v in found
        if v not in chosen
        and v.speaker.score >= _FURTHER * lead.score
        and _speaks(v.speaker)
        and any(w.source.key in named or named_by(w.source) & keys for w in v.witnesses)
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


def _said(chosen: Sequence[Voice], pinned: Collection[str]) -> list[Quote]:
    """What the chosen works say: each its sentence nearest the question, the leading one its claim.

    What is left of the answer's length goes to the nearest sentences of all, those of a source
    further off a little later.
    """
    lead = chosen[0].speaker
    claim = lead.of("claim")
    # One longer than that, such as an abstract, says what is nearest the question.
    kept = distinct(claim if _is_long(lead) else sorted(claim, key=lambda q: q.start), most=_CLAIM)
    heard = [w for v in chosen for w in v.witnesses if w is v.speaker or w.source.key in pinned]
    for witness in heard:
        kept += distinct(witness.of(*_STATING), kept, most=1)
    least = max(_LEAST, _NEARLY * chosen[0].nearest())
    further = [
        (quote.relevance - _FAR * (1.0 - voice.speaker.score / lead.score), quote)
        for voice in chosen
        for witness in voice.witnesses
        for quote in witness.of(*_STATING)
        if quote.relevance >= least
    ]
    most = {
        key: _SAY_NEAR if voice.speaker.score >= _NEAR_LEAD * lead.score else _SAY
        for voice in chosen[1:]
        for key in voice.keys
    }
    most |= dict.fromkeys(chosen[0].keys, _SAY_LEAD)
    spoken = Counter(quote.source for quote in kept)
    left = {key: number - spoken[key] for key, number in most.items()}
    length = min(_SAID, _SAID_BASE + _SAID_EACH * len(chosen))
    return [*kept, *_best(further, kept, length - len(kept), left)]


def _limits(chosen: Sequence[Voice], said: Sequence[Quote]) -> list[Quote]:
    """The reservations nearest the question, of the works cited first the most."""
    ranked = [
        (quote.relevance - _FAR_LIMIT * place, quote)
        for place, voice in enumerate(chosen)
        for witness in voice.witnesses
        for quote in witness.of(*RESERVING)
    ]
    length = min(_LIMITS, _LIMITS_BASE + _LIMITS_EACH * len(chosen))
    return _best(ranked, said, length, dict.fromkeys(chosen[0].keys, _SAY_LEAD))


def _best(
    ranked: Sequence[tuple[float, Quote]], said: Sequence[Quote], room: int, left: Mapping[str, int]
) -> list[Quote]:
    """At most `room` quotes of the highest rank that repeat nothing; of a source, as many as are `left`."""
    kept: list[Quote] = []
    spoken: Counter[str] = Counter()
    for _, quote in sorted(ranked, key=lambda pair: -pair[0]):
        if len(kept) >= room:
            break
        if spoken[quote.source] < left.get(quote.source, room) and distinct(
            [quote], [*said, *kept]
        ):
            kept.append(quote)
            spoken[quote.source] += 1
    return kept


def _in_order(witness: Witness, quotes: Sequence[Quote]) -> list[Quote]:
    """Those of the quotes that are of this source, in the order of its text."""
    own = [quote for quote in quotes if quote.source == witness.source.key]
    return sorted(own, key=lambda quote: quote.start)


def _opened(lead: Witness, quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes of the leading work; where its claim is long, those nearest the question open."""
    if not _is_long(lead):
        return list(quotes)
    first = sorted(quotes, key=lambda q: -q.relevance)[:_OPENING]
    return [*first, *(q for q in quotes if q not in first)]


def _is_long(lead: Witness) -> bool:
    """Whether the claim is longer than an answer says, so that it is no claim but an abstract."""
    return len(lead.of("claim")) > _CLAIM


_STATING = ("claim", "fact", "body")
# Sentences of an answer: of the leading source's claim; with n sources at most 6 + 2n, and 20, with
# three fifths of the best one's relevance, eight of the leading source, three or two of another.
# Reservations: at most 5 + n, and 12, eight of the leading source. Of the points that the cited notes hold,
# on the lines of benchmarks/inquiring_lines.json and the public ones, these say .83 and admit .70; a
# fixed number a source says .77 and admits .60.
_CLAIM = 4
# Sentences that open in the order of their nearness where there is no short claim to open with.
_OPENING = 3
_SAID, _SAID_BASE, _SAID_EACH = 20, 6, 2
_NEARLY, _LEAST, _FAR = 0.6, 0.25, 0.3
_SAY_LEAD, _SAY_NEAR, _SAY, _NEAR_LEAD = 8, 3, 2, 0.75
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
