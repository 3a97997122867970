"""Write with any server that offers OpenAI's chat completions: vLLM, llama.cpp, LM Studio, a hosted one."""

import threading

from assistant import models, writers
from assistant.errors import Mendable
from assistant.settings import Settings
from assistant.writers.drafts import Writer


def check(settings: Settings) -> None:
    """Check that its address and its model are named, because nothing is sent anywhere by default."""
    if not (settings.writer_url.strip() and settings.writer_model.strip()):
        raise Mendable(
            "The writer `openai` needs a server and a model: set INQUIRE_WRITER_URL (as in "
            "http://127.0.0.1:8000/v1) and INQUIRE_WRITER_MODEL."
        )
    models.servers.checked_urls(settings.writer_url)


def reach(settings: Settings) -> str:
    """Ask the servers which models they serve."""
    servers, name = models.servers.named_servers(settings), settings.writer_model.strip()
    return models.servers.offered(servers, "/models", "data", "id", name)


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer; its server is first asked when an essay is written."""
    servers, name = models.servers.named_servers(settings), settings.writer_model.strip()
    return writers.essay.Essayist(
        model=writers.openai_chat.chatting_at(servers, name, f"{name} at {servers.url}"), tokens=settings.writer_tokens,
        seconds=settings.writer_seconds, stop=stop,
    )  # fmt: skip
