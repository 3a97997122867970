"""This process reads notes and bibliographies: one JSON request on each line of stdin, JSON replies on stdout.

A request is `{"path", "password"}`. The reply is `{"document": ...}` or `{"refused": "the problem,
and the remedy"}`; before it, a reader of pages sends `{"page", "pages"}` for each page done. A file
that crashes the process affects nothing else. The one argument is the address space that the
process may use, in bytes.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import readers
from assistant.errors import Refused
from assistant.readers.references import Bibliography

if sys.platform != "win32":
    import resource

Send = Callable[[dict[str, Any]], None]
"""Sends a reply."""
Parse = Callable[[Path, str | None, Send], dict[str, Any]]
"""Returns the document for a path and a password."""


def serve(parse: Parse) -> None:
    """Answer requests until stdin closes."""
    _limit_memory(int(sys.argv[1]))
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Output of a library must not get among the replies.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def send(answer: dict[str, Any]) -> None:
        replies.write(json.dumps(answer, separators=(",", ":")) + "\n")
        replies.flush()

    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any]
        try:
            answer = {"document": parse(Path(request["path"]), request["password"], send)}
        except Refused as refusal:
            answer = {"refused": str(refusal)}
        except MemoryError:
            send({"refused": "needs more memory than a file is given; split the file"})
            return  # the rest of this process cannot be trusted with the next file
        send(answer)


def _limit_memory(limit: int) -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _read(path: Path, password: str | None, _: Send) -> dict[str, Any]:
    made = readers.reader_for(path)(path, password=password)
    kind = "bibliography" if isinstance(made, Bibliography) else "document"
    return {kind: asdict(made)}


if __name__ == "__main__":
    serve(_read)
