"""`inquire mcp` offers the library to other programs over the Model Context Protocol."""

import json
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from typing import Annotated

import typer

from assistant.commands.console import AsJson, DataDir, Reply, open_assistant
from assistant.errors import UsageError
from assistant.guard.listening import listening

_HOST = "127.0.0.1"


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Listen on a port of this machine instead of stdin.")
    ] = False,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="The port of --http; 0 takes a free one."),
    ] = 0,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Serve questions, papers, claims and experiments to other programs (Model Context Protocol).

    It uses standard input and output or, with --http, a port of this machine that needs a key.
    """
    if not http and (port or as_json):
        given = "--port" if port else "--json"
        raise UsageError(f"{given} goes with --http; without it standard output is the client's.")
    from assistant import mcp as server  # noqa: PLC0415  the SDK of the protocol takes a second to load

    library = open_assistant(data_dir)
    version = metadata.version("inquiring-lines")
    if not http:
        server.serve_stdio(library, version)
        return Reply(document=None)
    key, path = server.kept_token(library.data_dir)
    bound = listening(_HOST, port)
    address = f"http://{_HOST}:{bound.getsockname()[1]}{server.PATH}"
    said = f"Listening at {address}; the key of `Authorization: Bearer KEY` is in {path}. Ctrl-C stops it."
    if as_json:
        said = json.dumps({"address": address, "token_file": str(path)}, ensure_ascii=False)

    def served(put: Callable[[str], None]) -> int:
        put(said)
        with suppress(KeyboardInterrupt):
            server.serve_http(library, key, version).run(sockets=[bound])
        return 0

    return Reply(document=None, stream=served)
