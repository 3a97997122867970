"""Write with a model that Ollama serves, by default on this machine."""

import threading

from assistant import models, writers
from assistant.errors import Mendable
from assistant.settings import Settings
from assistant.writers.drafts import Writer

HERE = "http://127.0.0.1:11434"
"""The default address of Ollama."""


def check(settings: Settings) -> None:
    """Check that its model is named; the writer does not choose one itself."""
    if not settings.writer_model.strip():
        raise Mendable(
            "The writer `ollama` needs a model: set INQUIRE_WRITER_MODEL to one that `ollama list` shows."
        )
    models.servers.checked_urls(settings.writer_url.strip() or HERE)


def reach(settings: Settings) -> str:
    """Ask Ollama, at every address, which models it has."""
    servers, name = models.servers.named_servers(settings, HERE), settings.writer_model.strip()
    full = name if ":" in name else f"{name}:latest"
    return models.servers.offered(servers, "/api/tags", "models", "name", full)


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer; Ollama is first asked when an essay is written."""
    servers, name = models.servers.named_servers(settings, HERE), settings.writer_model.strip()
    return writers.essay.Essayist(
        model=writers.ollama_chat.chatting_at(servers, name), tokens=settings.writer_tokens,
        seconds=settings.writer_seconds, stop=stop,
    )  # fmt: skip
