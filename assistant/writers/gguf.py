"""Serve a GGUF file with llama.cpp in this process (`xllamacpp`, the extra `local`), on this machine only."""

import importlib.util
import secrets
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


@lru_cache(maxsize=1)
def _started(path: Path, threads: int) -> tuple[Any, str]:
    import xllamacpp

    # The server is open to whoever has the key, which is only this process.
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


# llama.cpp reads this many tokens before it checks whether anybody still waits.
_BATCH = 256
