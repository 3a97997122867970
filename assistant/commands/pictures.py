"""`inquire evidence picture` saves the figure of a run as a picture."""

from pathlib import Path
from typing import Annotated

import typer

import probes
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant


def draw_evidence(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A result, as `list` names it.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .png or .svg file.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Write the figure of a result to a picture, PNG or SVG."""
    del as_json
    folder = open_assistant(data_dir).data_dir
    probes.runs.pictures.save(probes.runs.evidence.figure(folder, identity), file)
    return Reply(document={"id": identity, "picture": str(file)}, text=str(file))
