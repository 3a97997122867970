"""Traces made elsewhere: read from JSONL, and judged without a model.

One trace a line: `problem`, `trace`, `answer` and `gold`, and optionally `id`, `model` and
`continuations`, the texts generated from the growing prefixes of the trace. A line that cannot be
used is named and counted; it never becomes a vote.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.traces.aggregation import Answer, Tally, tally
from probes.traces.equality import equal, normalise, representatives
from probes.traces.extraction import extract_answer, speaks_in_words
from probes.traces.thoughts import split_response
from probes.types import ProbeError


@dataclass(frozen=True, kw_only=True)
class RecordedTrace:
    """One line of a recording."""

    id: str
    problem: str
    trace: str
    """The thought block."""
    answer: Answer
    """The final answer; `None` if the trace has none."""
    gold: str
    continuations: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The usable lines of a file, and what was wrong with the others."""

    traces: tuple[RecordedTrace, ...]
    unusable: tuple[str, ...]
    """One clear line for each bad line of the file: its number and the reason."""


@dataclass(frozen=True, kw_only=True)
class RecordedVerdict:
    """The last answer of one trace beside the mode of its continuations."""

    id: str
    last_right: bool
    mode_right: bool
    tally: Tally


def read_recording(path: Path) -> Recording:
    """Reads a JSONL file of traces.

    Raises:
        ProbeError: The file cannot be read, or not one of its lines can be used.
    """
    traces: list[RecordedTrace] = []
    unusable: list[str] = []
    for line_number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            traces.append(_trace(json.loads(line), default_id=str(line_number)))
        except (ValueError, RecursionError) as error:
            unusable.append(f"{path.name} line {line_number}: {error}")
    if not traces:
        first = unusable[0] if unusable else f"{path.name} is empty"
        raise ProbeError(
            f"No usable trace ({first}); a line needs problem, trace, answer and gold."
        )
    return Recording(traces=tuple(traces), unusable=tuple(unusable))


def judge(trace: RecordedTrace) -> RecordedVerdict:
    """Votes the answers of a trace's continuations against its last answer.

    If any of the continuations closes a thought, they all start inside one, and those that do not
    close it have no answer. A missing answer is counted in the tally and does not vote. A trace
    without continuations has its one answer.
    """
    in_thought = any(split_response(text).thought is not None for text in trace.continuations)
    in_words = speaks_in_words(trace.gold)
    answers = [
        extract_answer(text, starts_in_thought=in_thought, in_words=in_words)
        for text in trace.continuations
    ] or [trace.answer]
    counted = tally(representatives(answers))
    return RecordedVerdict(
        id=trace.id,
        last_right=equal(trace.answer, trace.gold),
        mode_right=equal(counted.mode, trace.gold),
        tally=counted,
    )


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, split at newlines only: JSON text may hold other line breaks.

    Raises:
        ProbeError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ProbeError(f"Cannot read {path}: {error.strerror}; name a JSONL file.") from error
    except UnicodeDecodeError as error:
        raise ProbeError(f"{path} is not UTF-8 text; save it as UTF-8.") from error


def _trace(row: Any, default_id: str) -> RecordedTrace:
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    for field in ("problem", "trace", "gold"):
        if not isinstance(row.get(field), str | int | float) or isinstance(row[field], bool):
            raise ValueError(f"{field} is missing or no text")
    if normalise(str(row["gold"])) is None:
        raise ValueError("gold is empty")
    answer = row.get("answer")
    if answer is not None and (
        isinstance(answer, bool) or not isinstance(answer, str | int | float)
    ):
        raise ValueError("answer is neither text nor null")
    continuations = row.get("continuations") or []
    if not isinstance(continuations, list) or not all(isinstance(c, str) for c in continuations):
        raise ValueError("continuations is not a list of texts")
    return RecordedTrace(
        id=str(row.get("id", default_id)),
        problem=str(row["problem"]),
        trace=str(row["trace"]),
        answer=None if answer is None else str(answer),
        gold=str(row["gold"]),
        continuations=tuple(continuations),
        model=str(row.get("model", "")),
    )
