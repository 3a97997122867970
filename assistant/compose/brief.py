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
    paragraphs = _paragraphs(question, ordered, parts, assessment, sources, later)
    return Plan(
        question=question, coverage=assessment.coverage,
        paragraphs=_with_runs(paragraphs, runs[:_RUNS], sources),
        folds=folds(quotes, picked, runs[_RUNS:], alike, measure),
        works=works,
    )  # fmt: skip


# A brief contains one sentence each of at most this many runs; the others are folded.
_RUNS = 2
# A run opens the answer if its probability of answering is at least the first number, and at least
# the second number times that of any sentence read: a small model's result otherwise stands behind
# what the sources say. Of the 36 labelled questions that a run opens so (training/runs.py, each
# left out of the fit), it answers 27 and bears on six. From .6 on it would answer 22 of 26, but
# the ten others would open with a sentence that is half as likely to answer.
OPENS, TIMES = 0.5, 2.0


def _with_runs(
    paragraphs: Sequence[tuple[Line, ...]], runs: Sequence[Quote], sources: Mapping[str, Source]
) -> tuple[tuple[Line, ...], ...]:
    """Return the paragraphs with the runs added: the best run is in the first, where a reader sees what it changes.

    A run opens the answer if it answers with a far higher probability than any sentence read.
    """
    lines = [_run_line(run, sources) for run in runs]
    if not lines:
        return tuple(paragraphs)
    first, rest = paragraphs[0], tuple(paragraphs[1:])
    opens = runs[0].answers >= OPENS and runs[0].answers >= TIMES * first[0].quote.answers
    led = (lines[0], *first) if opens else (*first, lines[0])
    return (led, *rest, tuple(lines[1:])) if lines[1:] else (led, *rest)


def _paragraphs(
    question: str, ordered: Sequence[Sequence[Quote]], parts: Sequence[Part], assessment: Assessment,
    sources: Mapping[str, Source], later: set[Quote],
) -> list[tuple[Line, ...]]:  # fmt: skip
    before: list[Quote] = []
    used: list[str] = []
    paragraphs = []
    for block in ordered:
        lines = []
        for quote in block:
            named = bool(before) and before[-1].source == quote.source
            remark = REMARK if is_remark(quote) and REMARK not in used else ""
            if not before:
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
