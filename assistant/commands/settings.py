"""`inquire settings show | set | reset` shows and changes the settings that the library keeps."""

from typing import Annotated, Any

import typer

import assistant
from assistant.commands.console import AsJson, DataDir, Reply, aligned, open_assistant
from assistant.printable import folded, printable

settings = typer.Typer(help="Show, set and reset the settings that are kept with the library.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `settings show` prints it.")]


@settings.command("show")
def show_settings(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """List every setting with its value, and whether it comes from the library, the environment or the default."""
    del as_json
    rows = assistant.preferences.preferences(open_assistant(data_dir).settings)
    return Reply(
        document=[
            {"name": row.name, "value": row.value, "origin": row.origin, "meaning": row.meaning}
            for row in rows
        ],
        text=aligned([(row.name, _said(row.value, row.origin)) for row in rows]),
    )


@settings.command("set")
def set_setting(
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The new value.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Keep a setting with the library; environment variables and command options override it."""
    del as_json
    return _kept(name, value, data_dir)


@settings.command("reset")
def reset_setting(name: Name, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Set a setting back to its default."""
    del as_json
    return _kept(name, None, data_dir)


def _kept(name: str, value: str | None, data_dir: DataDir) -> Reply:
    library = open_assistant(data_dir)
    library.prefer(name, value)
    row = next(
        row for row in assistant.preferences.preferences(library.settings) if row.name == name
    )
    document = {"name": row.name, "value": row.value, "origin": row.origin}
    return Reply(document=document, text=aligned([(row.name, _said(row.value, row.origin))]))


def _said(value: Any, origin: str) -> str:
    shown = printable(folded(str(value))) if value not in ("", None) else "none"
    return shown if origin == "default" else f"{shown} ({origin})"
