"""The reader's own problems, from a JSONL file with a question and an answer on each line."""

import json
from pathlib import Path
from typing import Any

from probes.errors import ProbeError
from probes.files import given
from probes.tasks.problems import Problem
from probes.traces.equality import normalise

SETTING = "own problems"
FEWEST = 6
"""With fewer problems no verdict is possible, as for problems made here."""

_QUESTIONS = ("question", "problem", "prompt", "input")
_ANSWERS = ("answer", "gold", "target", "label")


def located(name: str) -> str:
    """Return the absolute path of a file of problems that can be read; return nothing for no file.

    Raises:
        ProbeError: see `read`.
    """
    if not name:
        return ""
    path = Path(name).expanduser().resolve()
    read(path)
    return str(path)


def read(path: Path) -> list[Problem]:
    """Return the problems of a file in its order, each question once.

    A worked answer (`... #### 18`) counts with its last line.

    Raises:
        ProbeError: the file cannot be read, a line has no question or no answer, or there are
            too few problems.
    """
    try:
        lines = given.text(path).split("\n")
    except OSError as error:
        raise ProbeError(
            f"cannot read {path}: {error.strerror}; problems= takes a JSONL file of questions and "
            "answers"
        ) from error
    except UnicodeDecodeError as error:
        raise ProbeError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    found: dict[str, Problem] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            problem = _problem(line, f"{path.name} line {number}")
            found.setdefault(problem.question, problem)
    if len(found) < FEWEST:
        raise ProbeError(f"{path} has {len(found)} problems; a run needs at least {FEWEST}")
    return list(found.values())


def _problem(line: str, where: str) -> Problem:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProbeError(f"{where} is no JSON: {error}") from error
    question, answer = _field(row, _QUESTIONS), _field(row, _ANSWERS)
    if not question or normalise(answer) is None:
        raise ProbeError(
            f'{where} lacks a question or an answer; {{"question": ..., "answer": ...}}'
        )
    gold = answer.rsplit("####", 1)[-1].strip()
    return Problem(question=question, gold=gold, worked="", setting=SETTING)


def _field(row: Any, names: tuple[str, ...]) -> str:
    """Return the first of these fields that holds a text or a number."""
    values = [row.get(name) for name in names] if isinstance(row, dict) else []
    texts = (v for v in values if isinstance(v, str | int | float) and not isinstance(v, bool))
    return str(next(texts, "")).strip()
