"""`inquire ask --batch`: questions of a file, one JSON line each, answered in their order in one process."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from assistant.errors import InquiryError, Mendable
from assistant.failures import foreseen
from assistant.printable import escaped_json
from assistant.types import Answer, Progress

STANDARD_INPUT = "-"


def answer_lines(
    name: str, ask: Callable[[str], Answer], report: Progress, put: Callable[[str], None]
) -> int:
    """Answer each line of a file with one line of JSON that begins with the `id` of the question.

    A line that holds no question, or one that cannot be answered, gets a line with `id` and `error`; the lines
    after it are answered all the same.

    Args:
        name: A file of JSON objects with `id` and `question`, one a line, or "-" for standard input.
        ask: The answer to a question.
        report: Told which line is being answered.
        put: Takes each line as soon as it is there.

    Returns:
        The exit code: 0, or 3 where a line could not be answered.

    Raises:
        Mendable: the file cannot be read.
    """
    from assistant.rendering import answer_json
    from probes.types import ProbeError

    failed = False
    with _opened(name) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            identity: Any = None
            report(f"question {number}", 0.0)
            try:
                asked = _object(line, number)
                identity = asked.get("id")
                document = {"id": identity} | answer_json(ask(_question(asked, number)))
            except (*_FORESEEN, ProbeError) as error:
                if not (known := foreseen(error)):
                    raise
                failed = True
                document = {"id": identity, "error": str(known)}
            put(escaped_json(json.dumps(document, ensure_ascii=False, allow_nan=False)))
    return Mendable.exit_code if failed else 0


# What `foreseen` has a line for; any other fault is the program's, and ends it as any command.
_FORESEEN = (InquiryError, OSError, MemoryError, sqlite3.Error)


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).expanduser().open("rb")
    except OSError as error:
        raise Mendable(
            f"{name} cannot be read ({error.strerror}); --batch takes a file of lines with `id` and `question`."
        ) from error
    with file:
        yield file


def _object(line: bytes, number: int) -> dict[str, Any]:
    """Return the object of a line.

    Raises:
        Mendable: the line holds none.
    """
    try:
        found = json.loads(line.decode("utf-8-sig", "replace"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Mendable(f"Line {number} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Mendable(f"Line {number} is no JSON object with `id` and `question`.")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _question(asked: dict[str, Any], number: int) -> str:
    """Return the question of a line.

    Raises:
        Mendable: it has none in words.
    """
    question = asked.get("question")
    if not isinstance(question, str):
        raise Mendable(f"Line {number} has no `question` in words.")
    return question
