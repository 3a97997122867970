"""Plan a brief: choose its sentences, order them in blocks, add lead-ins, fold the rest."""

from collections.abc import Collection, Mapping, Sequence

from assistant.compose.choice import Alike, Measure, chosen, opening
from assistant.compose.folds import folds
from assistant.compose.lead_ins import (
    MEASURED_ELSEWHERE,
    MEASURED_HERE,
    REMARK,
    lead_in,
    verdict,
)
from assistant.compose.order import blocks
from assistant.compose.plan import Line, Plan
from assistant.compose.repairs import is_remark, repaired
from assistant.question.answer_type import negated
from assistant.question.parts import Part
from assistant.select.coverage import Assessment
from assistant.select.quotes import Quote
from assistant.types import Source

BRIEF = Measure()


def brief(
    question: str, parts: Sequence[Part], assessment: Assessment, quotes: Sequence[Quote],
    runs: Sequence[Quote], sources: Mapping[str, Source], works: Mapping[str, str], alike: Alike,
    of_parts: Sequence[Quote | None] = (), measure: Measure = BRIEF, named: Collection[str] = (),
) -> Plan:  # fmt: skip
    """Return the plan of a brief.

    Args:
        question: The question.
        parts: Its parts.
        assessment: The coverage of the question by the library.
        quotes: The quotes of notes and papers that may be used.
        runs: One sentence of each run that bears on the question, best first.
        sources: The sources of the quotes and runs, by key.
        works: For each source the key that stands for its work.
        alike: Returns the cosine of two quotes.
        of_parts: For a question of two parts or more, the best answer to each part, or None if
            there is none.
        measure: The length and bars of the brief.
        named: The sources whose authors the question names: one of them opens.
    """
    if assessment.coverage == "absent":
        return Plan(question=question, coverage="absent", works=works)
    first = opening([quote for quote in quotes if quote.source in named] or quotes)
    if first is None:
        lines = tuple(_run_line(run, sources) for run in runs[:_RUNS])
        return Plan(
            question=question, coverage=assessment.coverage, works=works,
            paragraphs=(lines,) if lines else (),
        )  # fmt: skip
    wanted = [first, *(quote for quote in of_parts if quote is not None and quote != first)]
    picked = chosen(quotes, alike, works, measure, wanted)
    ordered = blocks(picked, works)
    later = {quote for quote in of_parts[1:] if quote is not None and quote is not first}
    led = bool(runs) and surer(runs[0].answers, ordered[0][0].answers)
    paragraphs = _paragraphs(question, ordered, parts, assessment, sources, later, led=led)
    return Plan(
        question=question, coverage=assessment.coverage,
        paragraphs=_with_runs(paragraphs, runs[:_RUNS], sources, led=led),
        folds=folds(quotes, picked, runs[_RUNS:], alike, measure),
        works=works,
    )  # fmt: skip


# A brief contains one sentence each of at most this many runs; the others are folded.
_RUNS = 2
# A run opens the answer if its probability of answering is at least the first number, and its odds at
# least the second number times those of any sentence read: a small model's result otherwise stands
# behind what the sources say. Of the 40 labelled questions that a run opens so (training/runs.py,
# each left out of the fit), it answers 31 and bears on six. Probabilities do not compare so: twice
# .5 is more than any, though a run at .98 answers almost surely and the sentence in one of two.
OPENS, ODDS = 0.5, 4.0


def _with_runs(
    paragraphs: Sequence[tuple[Line, ...]], runs: Sequence[Quote], sources: Mapping[str, Source], *,
    led: bool,
) -> tuple[tuple[Line, ...], ...]:  # fmt: skip
    """Return the paragraphs with the runs added: the best run is in the first, where a reader sees what it changes.

    The answer opens with a run where it is `led` by one.
    """
    lines = [_run_line(run, sources) for run in runs]
    if not lines:
        return tuple(paragraphs)
    first, rest = paragraphs[0], tuple(paragraphs[1:])
    first = (lines[0], *first) if led else (*first, lines[0])
    return (first, *rest, tuple(lines[1:])) if lines[1:] else (first, *rest)


def surer(run: float, sentence: float) -> bool:
    """Return whether a run opens the answer, by the probabilities that it and the best sentence answer."""
    return run >= OPENS and run * (1 - sentence) >= ODDS * sentence * (1 - run)


def _paragraphs(
    question: str, ordered: Sequence[Sequence[Quote]], parts: Sequence[Part], assessment: Assessment,
    sources: Mapping[str, Source], later: set[Quote], *, led: bool,
) -> list[tuple[Line, ...]]:  # fmt: skip
    before: list[Quote] = []
    used: list[str] = []
    paragraphs = []
    for block in ordered:
        lines = []
        for quote in block:
            named = bool(before) and before[-1].source == quote.source
            remark = REMARK if is_remark(quote) and REMARK not in used else ""
            if not before and led:
                said = ""  # the run before it is the verdict
            elif not before:
                said = verdict(
                    quote, claims=any(part.wants == "yes-no" for part in parts),
                    chooses=any(part.wants in ("choice", "comparison") for part in parts),
                    denies=negated(question),
                    asked=frozenset().union(*(part.all_terms for part in parts)),
                )  # fmt: skip
            else:
                said = "" if is_remark(quote) else lead_in(
                    quote, before, used, partial=assessment.coverage == "partial",
                    second=quote in later,
                )  # fmt: skip
            said = said or remark
            text = repaired(quote, sources[quote.source], named=named, told=said == REMARK)
            used.append(said)
            before.append(quote)
            lines.append(Line(quote=quote, text=text, lead_in=said))
        paragraphs.append(tuple(lines))
    return paragraphs


def _run_line(run: Quote, sources: Mapping[str, Source]) -> Line:
    brought = sources[run.source].metadata.get("brought_from")
    return Line(
        quote=run, text=run.plain(), lead_in=MEASURED_ELSEWHERE if brought else MEASURED_HERE
    )
