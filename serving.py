"""The window on a port: gradio's app behind the guard, and the address that opens it."""

import os
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from assistant import views
from assistant.guard.addresses import is_local, names
from assistant.guard.doors import Door, PasswordDoor, TokenDoor
from assistant.guard.keys import Tokens
from assistant.guard.listening import listening
from assistant.guard.middleware import Guard
from assistant.guard.passwords import required
from assistant.settings import Settings
from lean_gradio import gr

__all__ = ["Served", "guarded", "listening", "served"]

# Seconds for what is under way when the app ends: its streams to open pages never end by themselves.
_FAREWELL = 1
# Seconds after which a file that was dropped into the window is taken from the upload folder: it was read.
_UPLOADS_KEPT = 3_600
PAGES_KEPT = 50
"""Pages of which gradio keeps what stands on them, some megabytes each, also when they are closed; who comes back
to one that was used longer ago finds its thread at its address."""


@dataclass(frozen=True)
class Served:
    """An app that listens.

    `address` is what a reader opens, `once` the same for one time, for a browser that is started from here:
    other users of a machine see the arguments of its programs.
    """

    address: str
    once: str
    server: uvicorn.Server
    thread: threading.Thread


@contextmanager
def served(blocks: gr.Blocks, settings: Settings, bound: socket.socket) -> Iterator[Served]:
    """Serve the page on a bound socket, in a thread of its own, until the context ends.

    Raises:
        Mendable: other machines would reach it, and there is no password.
    """
    port = int(bound.getsockname()[1])
    password = required(settings.host, settings.data_dir)
    tokens = Tokens()
    door = PasswordDoor(password, port) if password else TokenDoor(tokens, port)
    with tempfile.TemporaryDirectory(prefix="inquiring-lines-") as uploads:
        os.environ["GRADIO_TEMP_DIR"] = (
            uploads  # gradio's own lies open to every user of the machine
        )
        app = guarded(blocks, settings, door)
        server = uvicorn.Server(
            uvicorn.Config(
                app, log_level="warning", access_log=False, ws="none", lifespan="on",
                # Nobody but the guard says who asks, and under which name.
                proxy_headers=False, server_header=False, timeout_graceful_shutdown=_FAREWELL,
            )
        )  # fmt: skip
        thread = threading.Thread(target=server.run, args=([bound],), name="server", daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            threading.Event().wait(0.01)
        home = f"http://{_named(settings.host)}:{port}/"
        keys = ("", "") if password else (f"?token={tokens.standing}", f"?token={tokens.single()}")
        try:
            yield Served(home + keys[0], home + keys[1], server, thread)
        finally:
            server.should_exit = True
            thread.join()


def guarded(blocks: gr.Blocks, settings: Settings, door: Door) -> Guard:
    """Return the page of these blocks as an ASGI app that only its own page and its reader can use."""
    blocks.delete_cache = (_UPLOADS_KEPT, _UPLOADS_KEPT)
    blocks.state_session_capacity = PAGES_KEPT
    app = gr.mount_gradio_app(
        FastAPI(openapi_url=None, docs_url=None, redoc_url=None), blocks, "/",
        server_name=settings.host, footer_links=[], run_history=False, ssr_mode=False,
        show_error=False, enable_monitoring=False, pwa=False, mcp_server=False,
        max_file_size=f"{settings.upload_megabytes}mb",
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace"]),
        head=f"<style>{views.style()}</style>",
    )  # fmt: skip
    # Only of an app that was launched does gradio check that a file was uploaded.
    blocks.has_launched = True
    known = names(_known(settings), anywhere=not is_local(settings.host))
    functions = {number: len(function.inputs) for number, function in blocks.fns.items()}
    upload = settings.upload_megabytes * 2**20
    return Guard(app, names=known, door=door, upload=upload, functions=functions)


def _known(settings: Settings) -> Sequence[str]:
    """The names of this app beside its addresses: those of the settings and, for other machines, this machine's."""
    given = settings.host_names.split(",")
    return given if is_local(settings.host) else [*given, settings.host, socket.gethostname()]


def _named(host: str) -> str:
    """Return how a browser calls an address that is listened on."""
    if host in _EVERY:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


_EVERY = ("0.0.0.0", "::", "")  # noqa: S104 told from others, not listened on
