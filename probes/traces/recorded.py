"""Traces made elsewhere: read them from the files of `formats`, and judge them without a model.

A trace has `problem`, `trace`, `answer` and `gold`, or a `response` from which thought and answer are read, and
optionally `id`, `model` and `continuations`, the texts generated from the growing prefixes of the trace. A row that
cannot be used is named and counted; it never becomes a vote.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.errors import ProbeError
from probes.traces.aggregation import Answer, Tally, tally
from probes.traces.equality import equal, normalise, representatives
from probes.traces.extraction import extract_answer, speaks_in_words
from probes.traces.formats import Row, read_rows
from probes.traces.thoughts import split_response


@dataclass(frozen=True, kw_only=True)
class RecordedTrace:
    """One trace of a recording."""

    id: str
    problem: str
    """The question; empty where the file does not hold it."""
    trace: str
    """The thought block."""
    answer: Answer
    """The final answer; `None` if the trace has none."""
    gold: str
    """The right answer."""
    accepted: tuple[str, ...] = ()
    """Other answers that are right as well."""
    continuations: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The usable rows of a file, and the faults of the others."""

    traces: tuple[RecordedTrace, ...]
    unusable: tuple[str, ...]
    """One clear line for each bad row of the file: its place and the reason."""


@dataclass(frozen=True, kw_only=True)
class RecordedVerdict:
    """The last answer of one trace beside the mode of its continuations."""

    id: str
    last_right: bool
    mode_right: bool | None
    """`None` without continuations: one answer is no vote."""
    tally: Tally
    """The counts over the answers of the continuations alone."""


def read_recording(path: Path) -> Recording:
    """Read a file of traces.

    Raises:
        ProbeError: The file cannot be read, or not one of its rows can be used.
    """
    traces: list[RecordedTrace] = []
    unusable: list[str] = []
    for number, placed in enumerate(read_rows(path), start=1):
        try:
            if placed.row is None:
                raise ValueError(placed.error)
            traces.append(_trace(placed.row, default_id=placed.where.split()[-1] or str(number)))
        except ValueError as error:
            unusable.append(f"{path.name} {placed.where}: {error}")
    if not traces:
        first = unusable[0] if unusable else f"{path.name} is empty"
        raise ProbeError(
            f"No usable trace ({first}); a line needs problem, trace, answer and gold, or response"
            " and gold."
        )
    return Recording(traces=tuple(traces), unusable=tuple(unusable))


def judge(trace: RecordedTrace) -> RecordedVerdict:
    """Vote the answers of a trace's continuations against its last answer.

    If any continuation closes a thought, all of them start inside one, and a continuation that does not close it has no
    answer. A missing answer is counted in the tally and does not vote. A trace without continuations has no mode.
    """
    in_thought = any(split_response(text).thought is not None for text in trace.continuations)
    in_words = speaks_in_words(trace.gold)
    answers = [
        extract_answer(text, starts_in_thought=in_thought, in_words=in_words)
        for text in trace.continuations
    ]
    counted = tally(representatives(answers))
    return RecordedVerdict(
        id=trace.id,
        last_right=_right(trace.answer, trace),
        mode_right=_right(counted.mode, trace) if answers else None,
        tally=counted,
    )


def _right(answer: Answer, trace: RecordedTrace) -> bool:
    return any(equal(answer, gold) for gold in (trace.gold, *trace.accepted))


def _trace(row: Row, default_id: str) -> RecordedTrace:
    response = row.get("response")
    if response is not None and not isinstance(response, str):
        raise ValueError("response is no text")
    # Without a response, the thought block and its problem were recorded.
    required = ("problem", "trace", "gold") if response is None else ("gold",)
    for field in required:
        if not all(_is_text(value) for value in _several(row.get(field))):
            raise ValueError(f"{field} is missing or no text")
    gold, *accepted = (_gold(str(value)) for value in _several(row["gold"]))
    if normalise(gold) is None:
        raise ValueError("gold is empty")
    answer, thought = row.get("answer"), row.get("trace")
    if answer is not None and not _is_text(answer):
        raise ValueError("answer is neither text nor null")
    if response is not None:
        thought = thought or split_response(response).thought
        answer = (
            extract_answer(response, in_words=speaks_in_words(gold)) if answer is None else answer
        )
    continuations = row.get("continuations") or []
    if not isinstance(continuations, list) or not all(isinstance(c, str) for c in continuations):
        raise ValueError("continuations is not a list of texts")
    return RecordedTrace(
        id=str(row.get("id", default_id)),
        problem=str(row.get("problem", "")),
        trace=str(thought or ""),
        answer=None if answer is None else str(answer),
        gold=gold,
        accepted=tuple(accepted),
        continuations=tuple(continuations),
        model=str(row.get("model", "")),
    )


def _several(value: Any) -> list[Any]:
    """Return the accepted values of a field, of which most have one."""
    return value if isinstance(value, list) and value else [value]


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _gold(text: str) -> str:
    r"""Return the answer of a worked solution (`... #### 18`, `\boxed{18}`), or the text as it stands."""
    worked = "####" in text or "\\boxed" in text
    return (extract_answer(text) if worked else None) or text
