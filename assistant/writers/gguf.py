"""Serve a GGUF file with llama.cpp in this process (`xllamacpp`, the extra `local`), on this machine only."""

import importlib.util
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.errors import Mendable
from assistant.models.servers import Server

CONTEXT = 8192
"""The tokens of the request, the essay and its repairs together."""


def available() -> bool:
    """Return whether xllamacpp is installed, without importing it."""
    return importlib.util.find_spec("xllamacpp") is not None


def served(path: Path, threads: int, seconds: float) -> Server:
    """Return a server with the model of a file; it stays loaded for the next answer.

    Args:
        path: The file.
        threads: The threads that compute; 0 leaves the choice to llama.cpp.
        seconds: The longest wait for any answer.

    Raises:
        Mendable: llama.cpp cannot load the file.
    """
    running, key = _started(path, threads)
    return Server(url=f"{running.listening_address}/v1", key=key, seconds=seconds)


@contextmanager
def open_to_all(path: Path, threads: int, port: int) -> Iterator[str]:
    """Serve a model to every program of this machine, without a key; yield the address of its API.

    Args:
        path: The file; the model is offered by its name without the suffix.
        threads: The threads that compute; 0 leaves the choice to llama.cpp.
        port: The port, which must be free; 0 takes any.

    Raises:
        Mendable: llama.cpp cannot load the file.
    """
    running = _running(path, threads, port=port, model_alias=[path.stem])
    try:
        yield f"{running.listening_address}/v1"
    finally:
        del running


@lru_cache(maxsize=1)
def _started(path: Path, threads: int) -> tuple[Any, str]:
    # The server is open to whoever has the key, which is only this process.
    key = secrets.token_hex(16)
    return _running(path, threads, port=0, api_keys=[key]), key


def _running(path: Path, threads: int, **named: Any) -> Any:
    import xllamacpp  # noqa: PLC0415  the extra `local` may not be installed

    asked = xllamacpp.CommonParams()
    asked.model.path = str(path)
    asked.n_ctx, asked.n_parallel, asked.n_batch = CONTEXT, 1, _BATCH
    asked.ui, asked.endpoint_slots, asked.warmup, asked.verbosity = False, False, False, -1
    # No page of a browser may read what the model says; by default any page may.
    asked.cors_origins, asked.cors_origins_explicit = "http://127.0.0.1", True
    asked.cors_credentials = False
    if threads:
        asked.cpuparams.n_threads = threads
    for name, value in named.items():
        setattr(asked, name, value)
    try:
        return xllamacpp.Server(asked)
    except (RuntimeError, ValueError, OSError) as error:
        raise Mendable(f"llama.cpp cannot load {path}; is it a whole GGUF file?") from error


# llama.cpp reads this many tokens before it checks whether anybody still waits.
_BATCH = 256
