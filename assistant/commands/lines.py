"""Files of JSON objects, one a line, answered by one line of JSON each that begins with the `id` of the line."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from assistant.errors import InquiryError, Mendable
from assistant.failures import foreseen
from assistant.text.printable import escaped_json
from assistant.types import Progress

STANDARD_INPUT = "-"


def answer_each(
    name: str, holds: str, answer: Callable[[Mapping[str, Any], int], Mapping[str, Any]],
    report: Progress, put: Callable[[str], None], what: str,
) -> int:  # fmt: skip
    """Answer each line of a file.

    A line that holds no such object, or one that cannot be answered, gets a line with `id` and `error`; the lines after
    it are answered all the same.

    Args:
        name: The file, or "-" for standard input.
        holds: The fields of a line as a reader is told, such as "`id` and `question`".
        answer: From the object of a line and its number to what is said beside its `id`.
        report: Told which line is being answered.
        put: Takes each line as soon as it is there.
        what: What a line is, such as "question".

    Returns:
        The exit code: 0, or 3 where a line could not be answered.

    Raises:
        Mendable: the file cannot be read, or has a line longer than any.
    """
    from probes.types import ProbeError

    failed = False
    with _opened(name, holds) as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST + 1), b""), 1):
            if len(line) > _LONGEST:  # what comes after it may have no end
                raise Mendable(
                    f"Line {number} of {name} has more than {_LONGEST:,} bytes; it is to be a file of lines with "
                    f"{holds}."
                )
            if not line.strip():
                continue
            identity: Any = None
            report(f"{what} {number}", 0.0)
            try:
                asked = _object(line, number, holds)
                identity = asked.get("id")
                document = {"id": identity, **answer(asked, number)}
            except (*_FORESEEN, ProbeError) as error:
                if not (known := foreseen(error)):
                    raise
                failed = True
                document = {"id": identity, "error": str(known)}
            put(escaped_json(json.dumps(document, ensure_ascii=False, allow_nan=False)))
    return Mendable.exit_code if failed else 0


# Bytes of a line: its evidence may be whole papers.
_LONGEST = 2**24
# What `foreseen` has a line for; any other fault is the program's, and ends it as any command.
_FORESEEN = (InquiryError, OSError, MemoryError, sqlite3.Error)


@contextmanager
def _opened(name: str, holds: str) -> Iterator[IO[bytes]]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).expanduser().open("rb")
    except OSError as error:
        raise Mendable(
            f"{name} cannot be read ({error.strerror}); it is to be a file of lines with {holds}."
        ) from error
    with file:
        yield file


def _object(line: bytes, number: int, holds: str) -> dict[str, Any]:
    """Return the object of a line.

    Raises:
        Mendable: the line holds none.
    """
    try:
        found = json.loads(line.decode("utf-8-sig", "replace"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Mendable(f"Line {number} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Mendable(f"Line {number} is no JSON object with {holds}.")
    if not isinstance(found.get("id"), str | int | None) or isinstance(found.get("id"), bool):
        raise Mendable(f"Line {number} has an `id` that is neither a text nor a whole number.")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
