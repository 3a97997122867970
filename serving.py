"""Serve the window on a port: gradio's app behind the guard, and the address that opens it."""

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

# Wait this many seconds for open requests when the app ends; streams to open pages never end by
# themselves.
_FAREWELL = 1
# After this many seconds a dropped file is deleted from the upload folder; by then it has been
# read.
_UPLOADS_KEPT = 3_600
PAGES_KEPT = 50
"""The number of pages whose state gradio keeps, some megabytes each, also after they are closed.

A reader who returns to an older page finds the thread at its address.
"""


@dataclass(frozen=True)
class Served:
    """An app that listens on a port.

    `address` is the address a reader opens. `once` is the same address for a single use, for a
    browser that is started from here: other users of a machine can see the arguments of its
    programs.
    """

    address: str
    once: str
    server: uvicorn.Server
    thread: threading.Thread


@contextmanager
def served(blocks: gr.Blocks, settings: Settings, bound: socket.socket) -> Iterator[Served]:
    """Serve the page on a bound socket, in a thread of its own, until the context ends.

    Raises:
        Mendable: other machines could reach the app, and there is no password.
    """
    port = int(bound.getsockname()[1])
    password = required(settings.host, settings.data_dir)
    tokens = Tokens()
    door = PasswordDoor(password, port) if password else TokenDoor(tokens, port)
    with tempfile.TemporaryDirectory(prefix="inquiring-lines-") as uploads:
        os.environ["GRADIO_TEMP_DIR"] = (
            uploads  # gradio's own upload folder is open to every user of the machine
        )
        app = guarded(blocks, settings, door)
        server = uvicorn.Server(
            uvicorn.Config(
                app, log_level="warning", access_log=False, ws="none", lifespan="on",
                # Only the guard decides who asks, and under which name.
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
    """Return the page as an ASGI app that only the page itself and its reader can use."""
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
    # gradio checks that a file was really uploaded only if the app counts as launched.
    blocks.has_launched = True
    known = names(_known(settings), anywhere=not is_local(settings.host))
    functions = {number: len(function.inputs) for number, function in blocks.fns.items()}
    upload = settings.upload_megabytes * 2**20
    return Guard(app, names=known, door=door, upload=upload, functions=functions)


def _known(settings: Settings) -> Sequence[str]:
    """Return the names of this app beside its addresses: from the settings, and this machine's name for others."""
    given = settings.host_names.split(",")
    return given if is_local(settings.host) else [*given, settings.host, socket.gethostname()]


def _named(host: str) -> str:
    """Return the name that a browser uses for an address the app listens on."""
    if host in _EVERY:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


_EVERY = ("0.0.0.0", "::", "")  # noqa: S104 told from others, not listened on
