"""Open chroma on a folder or at its server; the import alone takes a second, so only what searches it loads this."""

import urllib.parse
from pathlib import Path
from typing import Any

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from assistant.types import VectorServer

__all__ = ["NotFoundError", "at", "forget", "in_folder"]


def in_folder(folder: Path) -> Any:
    """Return chroma on the files of a folder."""
    return chromadb.PersistentClient(str(folder), settings=_settings())


def at(server: VectorServer) -> Any:
    """Return chroma at its own server."""
    parts = urllib.parse.urlsplit(server.url)
    secure = parts.scheme == "https"
    return chromadb.HttpClient(
        host=parts.hostname or "", port=parts.port or (443 if secure else 80), ssl=secure,
        headers={"Authorization": f"Bearer {server.token}"} if server.token else None,
        settings=_settings(),
    )  # fmt: skip


def _settings() -> Settings:
    """Return settings without telemetry and without the `.env` of the working directory, which may be a stranger's."""
    return Settings(_env_file=None, anonymized_telemetry=False)


def forget() -> None:
    """Forget what is open: chroma would otherwise reuse its failed attempt to open a path."""
    SharedSystemClient.clear_system_cache()
