"""Ask every case and measure rankings, citations, coverage, points, rationales, and seconds by stage."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.build import Assistant
from assistant.evaluation.baselines import Baseline, baselines, experts
from assistant.evaluation.cases import Case, Expected
from assistant.evaluation.figures import ndcg, recall
from assistant.evaluation.judging import (
    Judge,
    Points,
    Statement,
    citations,
    existing,
    statements,
    units,
)
from assistant.question.terms import share, terms
from assistant.search.retrieval import search
from assistant.select.quotes import scored
from assistant.select.reading import read
from assistant.types import Answer, Citation, Hit, Progress, Stance
from assistant.verify.stance import stance

# With this many passages, both short notes and long papers give ten different sources.
PASSAGES = 60
# An answer is searched for this many points of other lines, to estimate what chance finds.
_CHANCE = 40
# These coverages are right for each expectation.
RIGHT: Mapping[Expected, tuple[str, ...]] = {
    "found": ("answered", "partial"),
    "lacking": ("partial", "absent"),
    "absent": ("absent",),
}


@dataclass(kw_only=True)
class Outcome:
    """The result of one case. `values` has a figure only if it is defined for the case.

    `sides` has, for every cited deciding sentence, its true stance on the claim, the stance in the
    answer, and the result of `stance` where one is required.
    """

    case: Case
    coverage: str
    values: dict[str, float] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    exact: list[bool] = field(default_factory=list)
    sides: list[tuple[Stance, Stance | None, Stance]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)


def measure(
    library: Assistant, cases: Sequence[Case], judges: Mapping[str, Judge], report: Progress
) -> list[Outcome]:
    """Return the outcomes of all cases, in their order.

    The first question is asked once in advance, so that no case includes the loading of the models.
    """
    points = Points(library.embedder.question)
    if cases:
        library.ask(cases[0].question)
    outcomes = []
    for at, case in enumerate(cases):
        report(f"asking {at + 1} of {len(cases)}", at / len(cases))
        outcomes.append(_outcome(library, case, judges, points, _others(cases, at)))
    return outcomes


def _outcome(
    library: Assistant,
    case: Case,
    judges: Mapping[str, Judge],
    points: Points,
    others: Sequence[str],
) -> Outcome:
    begun, worked = time.perf_counter(), time.process_time()
    hits = library.search(case.question, PASSAGES)
    searched, search_work = time.perf_counter() - begun, time.process_time() - worked
    begun, worked = time.perf_counter(), time.process_time()
    answer = library.ask(case.question)
    outcome = Outcome(case=case, coverage=answer.coverage)
    outcome.seconds = {"search": searched, **answer.seconds, "ask": time.perf_counter() - begun}
    outcome.processor = {
        "search": search_work, **answer.processor_seconds, "ask": time.process_time() - worked,
    }  # fmt: skip
    outcome.exact = existing(library.library, answer)
    _rank(outcome, hits)
    _cite(outcome, answer, judges)
    _points(outcome, answer, points, others)
    _rationales(outcome, library, answer)
    _gaps(outcome, answer)
    if case.expected:
        outcome.values["coverage_right"] = float(answer.coverage in RIGHT[case.expected])
    outcome.values["dropped"] = float(len(answer.dropped))
    return outcome


def documents(hits: Sequence[Hit], apart: str = "") -> list[str]:
    """Return the sources of a ranking of passages, each at its best passage, without the source set apart."""
    return [key for key in dict.fromkeys(hit.passage.source for hit in hits) if key != apart]


def ranked(ranking: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Return the figures of one ranking of sources; none if no relevant source is known."""
    if not relevant:
        return {}
    return {
        "ndcg@10": ndcg(ranking, relevant, 10),
        "recall@5": recall(ranking, relevant, 5),
        "recall@10": recall(ranking, relevant, 10),
    }


def _rank(outcome: Outcome, hits: Sequence[Hit]) -> None:
    case = outcome.case
    outcome.values |= ranked(documents(hits, case.apart), case.relevant)


def _cite(outcome: Outcome, answer: Answer, judges: Mapping[str, Judge]) -> None:
    case = outcome.case
    cited = {source.key for source in answer.sources if source.kind != "evidence"} - {case.apart}
    outcome.values |= sourced(cited, case)
    if lacking := sorted(case.wanted - cited):
        outcome.missing["not_cited"] = lacking
    outcome.values |= _judged_by_all(statements(answer), judges)
    said = statements(answer, linking=True)
    if case.expected == "found" and said:
        outcome.values["words"] = float(sum(len(each.text.split()) for each in said))


def sourced(cited: set[str], case: Case) -> dict[str, float]:
    """Return the share of the wanted sources that are cited, and of the cited ones that are wanted or welcome."""
    if not case.wanted:
        return {}
    fitting = cited & (case.wanted | case.welcome)
    found = {"cited": len(cited & case.wanted) / len(case.wanted)}
    return found | ({"source_precision": len(fitting) / len(cited)} if cited else {})


def judged(said: Sequence[Statement], name: str, judge: Judge) -> dict[str, float]:
    """Return citation recall and precision under one judge, as far as they are defined."""
    borne, useful = citations(said, judge)
    pairs = ((f"citation_recall:{name}", borne), (f"citation_precision:{name}", useful))
    return {key: value for key, value in pairs if value is not None}


def _points(outcome: Outcome, answer: Answer, points: Points, others: Sequence[str]) -> None:
    said = units(answer)
    outcome.values |= pointed(outcome.case, said, points, outcome.missing)
    if others and (outcome.case.must_say or outcome.case.must_admit):
        chance = [points.made(point, said) for point in others]
        outcome.values["points_by_chance"] = sum(chance) / len(chance)


def pointed(
    case: Case, said: Sequence[str], points: Points, missing: dict[str, list[str]] | None = None
) -> dict[str, float]:
    """Return the share of points that sentences make; report missing points and forbidden ones that were said."""
    values = {}
    told = missing if missing is not None else {}
    for name, wanted in (("must_say", case.must_say), ("must_admit", case.must_admit)):
        if wanted:
            lacking = [point for point in wanted if not points.made(point, said)]
            values[name] = 1.0 - len(lacking) / len(wanted)
            if lacking:
                told[name] = lacking
    if case.must_not_say:
        wrong = [
            f"{point} (“{sentence}”)"
            for point in case.must_not_say
            if (sentence := points.said(point, said))
        ]
        values["must_not_say"] = len(wrong) / len(case.must_not_say)
        if wrong:
            told["must_not_say"] = wrong
    return values


def _others(cases: Sequence[Case], at: int) -> list[str]:
    """Return at most _CHANCE points of other cases, evenly spread."""
    if not (cases[at].must_say or cases[at].must_admit):
        return []
    found = [
        point
        for number, case in enumerate(cases)
        if number != at
        for point in (*case.must_say, *case.must_admit)
    ]
    step = max(1, len(found) // _CHANCE)
    return found[::step][:_CHANCE]


def compared(
    library: Assistant, cases: Sequence[Case], judges: Mapping[str, Judge], report: Progress
) -> dict[str, list[dict[str, float]]]:
    """Return the figures of every baseline for every case, by the baseline's name."""
    points = Points(library.embedder.question)
    found: dict[str, list[dict[str, float]]] = {}
    for system in baselines(library, report):
        found[system.name] = [_baseline(system, library, case, judges, points) for case in cases]
    if any(case.reference for case in cases):
        found["experts"] = [
            _judged_by_all(experts(case), judges) for case in cases if case.reference
        ]
    return found


def _baseline(
    system: Baseline, library: Assistant, case: Case, judges: Mapping[str, Judge], points: Points
) -> dict[str, float]:
    values: dict[str, float] = {}
    if system.rank:
        ranking = [key for key in system.rank(case.question) if key != case.apart]
        values |= ranked(ranking, case.relevant)
    if system.answer:
        quotes = system.answer(case.question)
        said = [" ".join(quote.quote.split()) for quote in quotes]
        values |= sourced({quote.source for quote in quotes} - {case.apart}, case)
        values |= _judged_by_all([Statement(text=s, quotes=(s,)) for s in said], judges)
        values |= pointed(case, said, points)
        if case.rationales:
            spans = _spans(library, case)
            values |= {
                f"answer_rationale@{k}": float(any(_decides(q, spans) for q in quotes[:k]))
                for k in (1, 3)
            }
    return values


def _judged_by_all(said: Sequence[Statement], judges: Mapping[str, Judge]) -> dict[str, float]:
    return {
        key: value
        for name, judge in judges.items()
        for key, value in judged(said, name, judge).items()
    }


# ── rationales ───────────────────────────────────────────────────────────────────────────────────


def _rationales(outcome: Outcome, library: Assistant, answer: Answer) -> None:
    """Return how often deciding sentences lead the answer, and lead what is read of their own source.

    "answer_rationale@k": one of the first k quotes of the answer overlaps a deciding sentence by
    more than half of the shorter of the two; an answer without quotes has none. "rationale@k": the
    same for the first k sentences, best first, that the program reads in each source with evidence,
    averaged over those sources; a source that was not retrieved has none.
    """
    if not outcome.case.rationales:
        return
    spans = _spans(library, outcome.case)
    quoted = [citation for sentence in answer.sentences for citation in sentence.citations]
    read = _read(library, outcome.case.question)
    for k in (1, 3):
        outcome.values[f"answer_rationale@{k}"] = float(any(_decides(c, spans) for c in quoted[:k]))
        hits = [float(any(_decides(c, spans) for c in read.get(key, [])[:k])) for key in spans]
        outcome.values[f"rationale@{k}"] = sum(hits) / len(hits)
    for citation in quoted:
        so = outcome.case.stances.get(citation.source)
        if so and _decides(citation, spans):
            forced = stance(outcome.case.question, citation.quote)
            outcome.sides.append((so, citation.stance, forced))
    told = [(so, said) for so, said, _ in outcome.sides if said]
    if told:
        outcome.values["sides_right"] = sum(so == said for so, said in told) / len(told)


def _spans(library: Assistant, case: Case) -> dict[str, list[tuple[int, int]]]:
    """Return the places of the deciding sentences in the stored texts."""
    found: dict[str, list[tuple[int, int]]] = {key: [] for key in case.rationales}
    for source in library.library.get_all(sorted(case.rationales)):
        for sentence in case.rationales[source.key]:
            at = source.text.find(sentence)
            if at >= 0:
                found[source.key].append((at, at + len(sentence)))
    return found


def _read(library: Assistant, question: str) -> dict[str, list[Citation]]:
    """Return the sentences that the program reads in each source, best first."""
    desk = library.desk()
    found = search(desk.library, desk.index, desk.encoder, question, PASSAGES)
    quotes = scored(desk.index, desk.scores, question, found.vector, read(desk.library, found))
    by_source: dict[str, list[Citation]] = {}
    for quote in sorted(quotes, key=lambda q: (-q.value, q.start)):
        by_source.setdefault(quote.source, []).append(quote.citation())
    return by_source


def _decides(citation: Citation, spans: Mapping[str, list[tuple[int, int]]]) -> bool:
    for start, end in spans.get(citation.source, ()):
        common = min(end, citation.end) - max(start, citation.start)
        if 2 * common > min(end - start, citation.end - citation.start):
            return True
    return False


# ── gaps ─────────────────────────────────────────────────────────────────────────────────────────


def _gaps(outcome: Outcome, answer: Answer) -> None:
    """Return whether the gaps name what the documents are said to lack.

    The lack sentence names a gap if it contains half of the gap's terms. "gap_names_lack" is
    whether it names some gap. "gap_aspects_lacking" is the share of the gaps that it names,
    "other_aspects_lacking" the share of the question's other terms in it: the result of naming
    terms at random.
    """
    case = outcome.case
    if not case.lack:
        return
    lack = terms(case.lack)
    gaps = [said for gap in answer.gaps if (said := terms(gap.aspect))]
    named = [share(said, lack) >= 0.5 for said in gaps]
    told = frozenset[str]().union(*gaps)
    others = [share({term}, lack) for term in terms(case.question) if not share({term}, told)]
    outcome.values["gap_names_lack"] = float(any(named))
    if named:
        outcome.values["gap_aspects_lacking"] = sum(named) / len(named)
    if others:
        outcome.values["other_aspects_lacking"] = sum(others) / len(others)
