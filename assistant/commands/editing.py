"""`inquire edit` corrects the record of a paper."""

from typing import Annotated, Any

import typer

from assistant.commands.console import AsJson, DataDir, Reply, aligned, open_assistant
from assistant.errors import UsageError
from assistant.library.edits import parsed
from assistant.printable import printable


def edit(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A paper.")],
    title: Annotated[str | None, typer.Option("--title", help="Its title.")] = None,
    authors: Annotated[
        str | None, typer.Option("--authors", help="Its authors, separated by semicolons.")
    ] = None,
    year: Annotated[str | None, typer.Option("--year", help="Its year.")] = None,
    venue: Annotated[str | None, typer.Option("--venue", help="The journal or conference.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Correct the title, authors, year or venue of a paper; an empty value ("") undoes the correction."""
    del as_json
    given: dict[str, str | None] = {
        "title": title,
        "authors": authors,
        "year": year,
        "venue": venue,
    }
    edits = {field: parsed(field, said) for field, said in given.items() if said is not None}
    if not edits:
        raise UsageError("Say what is to be changed: --title, --authors, --year or --venue.")
    source = open_assistant(data_dir).edit(key, edits)
    now: dict[str, Any] = {field: source.metadata.get(field) for field in given}
    now["title"] = source.title
    shown = {
        field: "; ".join(value) if isinstance(value, list) else str(value or "-")
        for field, value in now.items()
    }
    return Reply(
        document={"key": key, **now, "as_read": source.metadata.get("as_read") or {}},
        text=aligned([(field, printable(value)) for field, value in shown.items()]),
    )
