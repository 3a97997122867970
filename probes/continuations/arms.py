"""Compare ways to spend tokens on a problem: each arm votes, and each vote is counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from probes.continuations.study import Posed, gather
from probes.continuations.subthoughts import (
    Mode,
    continued,
    cut_prefix,
    marker_cuts,
    random_cuts,
    read_answer,
    share_cut,
)
from probes.continuations.types import Backend, Continuation, Decoding, Request
from probes.traces.aggregation import Answer, mode
from probes.traces.confidence import trace_confidence
from probes.traces.equality import representatives
from probes.traces.segmentation import Rule
from probes.traces.voting import adaptive_consistency, prefix_consistency, weighted_vote

LAST = "last answer"
SAMPLED = "mode, sampled"
GREEDY = "mode, greedy"
FORCED = "mode, forced answers"
RANDOM = "mode, random cuts"
SENTENCES = "mode, sentence cuts"
LINES = "mode, line cuts"
MAJORITY = "majority, equal tokens"
AS_STARTED = "majority, temperature of the trace"
COOLER = "majority, T 0.6"
ONE = "one sample"
CONFIDENT = "confidence-weighted"
ADAPTIVE = "adaptive consistency"
PREFIX = "prefix consistency"
CORE = (LAST, SAMPLED, FORCED, AS_STARTED, MAJORITY, ONE, CONFIDENT, ADAPTIVE)
"""What a run compares by default; the last three vote with the samples of the majority.

`AS_STARTED` votes with samples drawn at the temperature of the first trace, from which the
continuations start: a trace that was decoded greedily is itself what every such sample says."""
ALL = (*CORE, GREEDY, RANDOM, SENTENCES, LINES, COOLER, PREFIX)

_CUT_ARMS: dict[str, tuple[str, Mode, bool]] = {
    SAMPLED: ("word_cs", "continue", True),
    GREEDY: ("word_cs", "continue", False),
    FORCED: ("word_cs", "force_answer", True),
    RANDOM: ("random", "continue", True),
    SENTENCES: ("sentence_cs", "continue", True),
    LINES: ("line_cs", "continue", True),
}
FORCED_TOKENS = 16
_SAMPLES = 1_000_000
"""This is added to the number of a sample in its seed, so that no cut has the same seed."""
_APART = 7919
"""This is added to the seed of a second set of samples, so that it differs from the first."""
_MOST_SAMPLES = 256
_REGENERATED = 2
_PREFIX_SHARE = 0.75


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """The votes of one arm on one problem.

    `tokens` counts all that the arm generated, the first trace included; `answers` are its votes, with equal ones spelt
    alike and `None` for a missing one.
    """

    answer: Answer
    tokens: int
    answers: tuple[Answer, ...]

    @property
    def missing(self) -> int:
        """Return the number of votes that were not cast."""
        return sum(answer is None for answer in self.answers)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The arms that vote, and how first traces and continuations are decoded."""

    arms: Sequence[str]
    greedy: Decoding
    sampled: Decoding
    seed: int
    started: Decoding | None = None
    """How the first traces were decoded; None for greedily."""


def cuts_of(posed: Posed, rule: str, seed: int) -> list[int]:
    """Return the cuts of one arm; `random` gives as many as the markers do."""
    if rule == "random":
        count = len(marker_cuts(posed.trace))
        return random_cuts(posed.trace, count, seed=seed + posed.number)
    known = {name: name for name in get_args(Rule)}
    return marker_cuts(posed.trace, known[rule])


def vote(
    backend: Backend, posed: Sequence[Posed], plan: Plan, done: Callable[[float], None]
) -> dict[str, list[Ballot]]:
    """Let every arm of the plan vote on every problem.

    Args:
        backend: the model that continues.
        posed: the problems with their first traces.
        plan: the arms and their decoding; majority arms need `mode, sampled` as their measure.
        done: called with the share that is done.
    """
    reached = 0.0

    def tell(share: float) -> None:
        # Samples are drawn in rounds, and each round reports its share from 0 again.
        nonlocal reached
        reached = max(reached, share)
        done(reached)

    wanted = [arm for arm in plan.arms if arm in _CUT_ARMS]
    if SAMPLED not in wanted:
        wanted.insert(0, SAMPLED)
    ballots: dict[str, list[Ballot]] = {LAST: [_last(item) for item in posed]}
    # One call for all arms keeps the batch full; an equal request of two arms is decoded once.
    asked = [
        (arm, item, request)
        for arm in wanted
        for item in posed
        for request in _asked(backend, item, arm, plan)
    ]
    found = gather(backend, [row[2] for row in asked], lambda share: tell(0.5 * share))
    for arm in wanted:
        ballots[arm] = []
        for item in posed:
            rows = [
                (row[2], written)
                for row, written in zip(asked, found, strict=True)
                if row[0] == arm and row[1] is item
            ]
            ballots[arm].append(_counted(item.trace.response.generated, rows))
    budgets = [ballot.tokens for ballot in ballots[SAMPLED]]
    if {MAJORITY, ONE, CONFIDENT, ADAPTIVE, PREFIX} & set(plan.arms):
        samples = _samples(
            backend, posed, budgets, plan.sampled, plan.seed, lambda s: tell(0.5 + 0.3 * s)
        )
        ballots |= _independent(samples, budgets)
        if PREFIX in plan.arms:
            ballots[PREFIX] = _regenerated(backend, posed, samples, budgets, plan)
    if AS_STARTED in plan.arms:
        ballots[AS_STARTED] = _as_started(backend, posed, budgets, plan)
    if COOLER in plan.arms:
        cooler = replace(plan.sampled, temperature=0.6)
        samples = _samples(
            backend, posed, budgets, cooler, plan.seed, lambda s: tell(0.8 + 0.2 * s)
        )
        ballots[COOLER] = _independent(samples, budgets)[MAJORITY]
    tell(1.0)
    return {arm: ballots[arm] for arm in (*plan.arms, SAMPLED) if arm in ballots}


def _last(item: Posed) -> Ballot:
    (answer,) = representatives([item.trace.answer])
    return Ballot(answer=answer, tokens=item.trace.response.generated, answers=(answer,))


def _asked(backend: Backend, item: Posed, arm: str, plan: Plan) -> list[Request]:
    rule, how, sampled = _CUT_ARMS[arm]
    decoding = plan.sampled if sampled else plan.greedy
    if how == "force_answer":
        decoding = replace(decoding, max_tokens=min(FORCED_TOKENS, decoding.max_tokens))
    return [
        continued(backend, item.trace, cut, decoding, (plan.seed, item.number, cut), how)
        for cut in cuts_of(item, rule, plan.seed)
    ]


def _counted(first: int, rows: Sequence[tuple[Request, Continuation]]) -> Ballot:
    answers = representatives(
        [
            read_answer(written, request.lead, starts_in_thought=request.decoding.starts_in_thought)
            for request, written in rows
        ]
    )
    tokens = first + sum(written.generated for _, written in rows)
    return Ballot(answer=mode(answers), tokens=tokens, answers=tuple(answers))


def _samples(
    backend: Backend,
    posed: Sequence[Posed],
    budgets: Sequence[int],
    decoding: Decoding,
    seed: int,
    done: Callable[[float], None],
) -> list[list[Continuation]]:
    """Draw independent responses to each problem until they have used up its budget."""
    drawn: list[list[Continuation]] = [[] for _ in posed]
    while True:
        requests, owners = [], []
        for item, have, budget in zip(posed, drawn, budgets, strict=True):
            spent = sum(found.generated for found in have)
            mean = spent / len(have) if have else item.trace.response.generated
            lacking = 0 if spent >= budget else max(1, round((budget - spent) / max(mean, 1)))
            for number in range(len(have), min(len(have) + lacking, _MOST_SAMPLES)):
                owners.append(item.number)
                requests.append(
                    Request(
                        prefix=item.trace.prompt,
                        decoding=decoding,
                        seed=(seed, item.number, _SAMPLES + number),
                    )
                )
        if not requests:
            return drawn
        for owner, found in zip(owners, gather(backend, requests, done), strict=True):
            drawn[owner].append(found)


def _nearest(samples: Sequence[Continuation], budget: int) -> int:
    """Return how many of the samples come closest to a budget, at least one; on average the budget is met."""
    spent, best, gap = 0, 1, float("inf")
    for number, found in enumerate(samples, start=1):
        spent += found.generated
        if abs(spent - budget) < gap:
            best, gap = number, abs(spent - budget)
    return best


def _independent(
    samples: Sequence[Sequence[Continuation]], budgets: Sequence[int]
) -> dict[str, list[Ballot]]:
    """Vote by majority at equal tokens, and in the other ways that the same samples allow."""
    made: dict[str, list[Ballot]] = {arm: [] for arm in (MAJORITY, ONE, CONFIDENT, ADAPTIVE)}
    for drawn, budget in zip(samples, budgets, strict=True):
        used = drawn[: _nearest(drawn, budget)]
        answers = representatives([read_answer(found, "") for found in used])
        costs = [found.generated for found in used]
        stop = adaptive_consistency(answers)
        until = stop.samples or len(used)
        sure = [trace_confidence(f.confidences).mean if f.confidences else None for f in used]
        # Without log-probabilities nothing can be weighed, so the arm abstains and counts as missing.
        known = [max(value, 0.0) for value in sure if value is not None]
        weighed = weighted_vote(answers, known) if len(known) == len(used) else None
        for arm, answer, count in (
            (MAJORITY, mode(answers), len(used)),
            (ONE, answers[0], 1),
            (CONFIDENT, weighed, len(used)),
            (ADAPTIVE, stop.answer, until),
        ):
            made[arm].append(
                Ballot(answer=answer, tokens=sum(costs[:count]), answers=tuple(answers[:count]))
            )
    return made


def _as_started(
    backend: Backend, posed: Sequence[Posed], budgets: Sequence[int], plan: Plan
) -> list[Ballot]:
    """Vote by majority at equal tokens over samples that are decoded as the first traces were."""
    if plan.started is not None and plan.started.temperature > 0:
        seed = plan.seed + _APART
        samples = _samples(backend, posed, budgets, plan.started, seed, lambda _share: None)
        return _independent(samples, budgets)[MAJORITY]
    made = []
    for item, budget in zip(posed, budgets, strict=True):
        cost = item.trace.response.generated
        count = max(1, round(budget / max(cost, 1)))
        (answer,) = representatives([item.trace.answer])
        made.append(Ballot(answer=answer, tokens=cost * count, answers=(answer,) * count))
    return made


def _regenerated(
    backend: Backend,
    posed: Sequence[Posed],
    samples: Sequence[Sequence[Continuation]],
    budgets: Sequence[int],
    plan: Plan,
) -> list[Ballot]:
    """Vote by prefix consistency: samples are regenerated from three quarters on and weighted by agreement."""
    requests, owners = [], []
    for item, drawn, budget in zip(posed, samples, budgets, strict=True):
        each = 1 + _REGENERATED * (1 - _PREFIX_SHARE)
        for number, sample in enumerate(drawn[: max(1, _nearest(drawn, int(budget / each)))]):
            base = replace(item.trace, response=sample)
            prefix, lead = cut_prefix(backend, base, share_cut(base, _PREFIX_SHARE))
            for turn in range(_REGENERATED):
                seed = (plan.seed, item.number, _SAMPLES + number, turn)
                requests.append(Request(prefix=prefix, lead=lead, decoding=plan.sampled, seed=seed))
                owners.append((item.number, number))
    found = gather(backend, requests, lambda _share: None)
    made = []
    for item, drawn in zip(posed, samples, strict=True):
        own = [
            (number, read_answer(written, request.lead), written.generated)
            for (owner, number), request, written in zip(owners, requests, found, strict=True)
            if owner == item.number
        ]
        used = drawn[: 1 + max(number for number, _, _ in own)]
        answers = representatives([read_answer(s, "") for s in used] + [a for _, a, _ in own])
        regenerated = list(zip((number for number, _, _ in own), answers[len(used) :], strict=True))
        groups = [
            [answers[number], *(a for owner, a in regenerated if owner == number)]
            for number in range(len(used))
        ]
        tokens = sum(s.generated for s in used) + sum(cost for _, _, cost in own)
        made.append(
            Ballot(answer=prefix_consistency(groups), tokens=tokens, answers=tuple(answers))
        )
    return made
