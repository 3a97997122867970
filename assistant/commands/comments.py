"""`inquire comment` keeps what you say of a source, with the day; a comment made a note is cited by answers."""

from typing import Annotated

import typer

from assistant.commands.console import AsJson, DataDir, Reply, open_assistant
from assistant.errors import UsageError
from assistant.printable import folded


def comment(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The source.")],
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="The comment; without it your comments are listed."),
    ] = None,
    note: Annotated[
        int | None,
        typer.Option("--note", metavar="N", help="Make comment N a note of the library."),
    ] = None,
    remove: Annotated[
        int | None, typer.Option("--remove", metavar="N", help="Take comment N back.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Comment on a source, or list your comments; --note makes one a source that answers cite."""
    del as_json
    if sum(each is not None for each in (text, note, remove)) > 1:
        raise UsageError("Give a TEXT, --note or --remove; one of them.")
    library = open_assistant(data_dir)
    source = library.source(key)
    made: str | None = None
    if text is not None:
        library.comments.put(source, text)
    elif remove is not None:
        library.comments.take_back(source, remove)
    elif note is not None:
        path = library.comments.note(source, note)
        library.add([path])
        made = path.stem
    said = library.comments.of(source.key)
    lines = [f"{number}  {each.day}  {folded(each.text)}" for number, each in enumerate(said, 1)]
    if made:
        lines = [f"The note {made} is in the library."]
    comments = [{"day": each.day, "text": each.text} for each in said]
    return Reply(
        document={"key": source.key, "comments": comments, "note": made},
        text="\n".join(lines) or f"no comment on {source.key} yet",
    )
