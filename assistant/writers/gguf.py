"""A GGUF file served by llama.cpp in this process (`xllamacpp`, the extra `local`), on this machine only."""

import importlib.util
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.errors import Mendable
from assistant.models.servers import Server

CONTEXT = 8192
"""Tokens of the request, the essay and its repairs together."""


def available() -> bool:
    """Return whether xllamacpp is installed; imports nothing."""
    return importlib.util.find_spec("xllamacpp") is not None


def served(path: Path, threads: int, seconds: float) -> Server:
    """Return a server with the model of a file; it stays loaded for the next answer.

    Args:
        path: The file.
        threads: Threads that compute; 0 leaves the choice to llama.cpp.
        seconds: How long any answer of it is waited for.

    Raises:
        Mendable: llama.cpp cannot load the file.
    """
    running, key = _started(path, threads)
    return Server(url=f"{running.listening_address}/v1", key=key, seconds=seconds)


@lru_cache(maxsize=1)
def _started(path: Path, threads: int) -> tuple[Any, str]:
    import xllamacpp

    # It is open to whoever has the key, and that is this process.
    key = secrets.token_hex(16)
    asked = xllamacpp.CommonParams()
    asked.model.path = str(path)
    asked.n_ctx, asked.n_parallel, asked.n_batch = CONTEXT, 1, _BATCH
    asked.port, asked.ui, asked.endpoint_slots, asked.warmup = 0, False, False, False
    asked.api_keys, asked.verbosity = [key], -1
    if threads:
        asked.cpuparams.n_threads = threads
    try:
        return xllamacpp.Server(asked), key
    except (RuntimeError, ValueError, OSError) as error:
        raise Mendable(
            f"INQUIRE_WRITER_MODEL: llama.cpp cannot load {path}; is it a whole GGUF file?"
        ) from error


# Tokens that are read before llama.cpp looks whether anybody still waits.
_BATCH = 256
