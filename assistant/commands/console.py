"""All commands share their common options, the type of their reply, and progress on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import assistant
from assistant import commands
from assistant.errors import InquiryError
from assistant.printable import printable
from assistant.types import Progress

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="The folder of the library; by default $INQUIRE_DATA_DIR or the user's data folder.",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A reply is the result of a command, as a JSON document and in words.

    `markdown` marks words that a terminal may show with its own headings and emphasis. `error` is a
    failure that came with a result, for example if all files were refused. `stream` replaces the
    other fields if the command prints more than one document: it is given a function that writes a
    line to stdout at once, and returns the exit code.
    """

    document: Any
    text: str = ""
    markdown: bool = False
    exit_code: int = 0
    error: InquiryError | None = None
    stream: Callable[[Callable[[str], None]], int] | None = None


def open_assistant(data_dir: Path | None, **settings: Any) -> "assistant.Assistant":
    """Return the assistant on a data directory.

    Raises:
        UsageError: a setting of the environment or of .env has a value that is not allowed.
    """
    with assistant.preferences.checked_settings():
        return assistant.Assistant.open(data_dir, **settings)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show a progress bar on stderr if that is a terminal; show nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _message, _fraction: None
        return
    with commands.terminal.bar() as report:
        yield report


def aligned(rows: list[tuple[str, str]]) -> str:
    """Return names and values in two columns, each pair on one line."""
    rows = [(printable(name), printable(value)) for name, value in rows]
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {value}".rstrip() for name, value in rows)
