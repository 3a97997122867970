"""Answer files of JSON objects, one on each line, with one JSON line each that begins with the same `id`."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from assistant.errors import InquiryError, Mendable
from assistant.failures import foreseen
from assistant.printable import escaped_json
from assistant.types import Progress
from probes.errors import ProbeError

STANDARD_INPUT = "-"


def answer_each(
    name: str, holds: str, answer: Callable[[Mapping[str, Any], int], Mapping[str, Any]],
    report: Progress, put: Callable[[str], None], what: str,
) -> int:  # fmt: skip
    """Answer each line of a file.

    A line without such an object, or one that cannot be answered, gets a line with `id` and
    `error`; the lines after it are still answered.

    Args:
        name: The file, or "-" for standard input.
        holds: The fields of a line in words for the reader, such as "`id` and `question`".
        answer: Returns, for the object of a line and its number, the fields to print beside its
            `id`.
        report: Called with the line that is being answered.
        put: Called with each line as soon as it is ready.
        what: The name of a line's content, such as "question".

    Returns:
        The exit code: 0, or 3 if a line could not be answered.

    Raises:
        Mendable: the file cannot be read, or has a line that is too long.
    """
    failed = False
    with _opened(name, holds) as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST + 1), b""), 1):
            if len(line) > _LONGEST:  # the rest of the line may never end
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


# A line may have this many bytes, because its evidence may be whole papers.
_LONGEST = 2**24
# `foreseen` has a message for these errors; any other error is a fault of the program and ends it.
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
        Mendable: the line holds no object.
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
