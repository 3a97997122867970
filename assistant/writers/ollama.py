"""Write with a model that Ollama serves, by default on this machine."""

import threading
from typing import Any

from assistant.errors import Mendable
from assistant.settings import Settings
from assistant.writers.drafts import Writer

HERE = "http://127.0.0.1:11434"
"""The default address of Ollama."""
# The tokens of prompt and answer together; Ollama cuts the beginning of a longer prompt.
_CONTEXT = 8192


def check(settings: Settings) -> None:
    """Check that its model is named; the writer does not choose one itself."""
    from assistant.models.servers import checked_urls

    if not settings.writer_model.strip():
        raise Mendable(
            "The writer `ollama` needs a model: set INQUIRE_WRITER_MODEL to one that `ollama list` shows."
        )
    checked_urls(settings.writer_url.strip() or HERE)


def reach(settings: Settings) -> str:
    """Ask Ollama, at every address, which models it has."""
    from assistant.models.servers import named_servers, offered

    servers, name = named_servers(settings, HERE), settings.writer_model.strip()
    full = name if ":" in name else f"{name}:latest"
    return offered(servers, "/api/tags", "models", "name", full)


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer; Ollama is first asked when an essay is written."""
    from llama_index.llms.ollama import Ollama
    from ollama import Client

    from assistant.models.servers import Server, Wire, named_servers
    from assistant.writers.essay import Essayist
    from assistant.writers.pool import pooled
    from assistant.writers.stream import Model, Session, chatting

    servers, name = named_servers(settings, HERE), settings.writer_model.strip()

    def session(tokens: int, schema: dict[str, Any] | None) -> Session:
        asked = {"format": schema} if schema else {}

        def opened(server: Server, wire: Wire) -> Session:
            client = Client(server.url, **wire.options())
            llm = Ollama(
                model=name, base_url=server.url, client=client, temperature=0.0, thinking=False,
                context_window=_CONTEXT, request_timeout=server.seconds,
                additional_kwargs={"seed": 0, "num_predict": tokens},
            )  # fmt: skip
            return Session(say=chatting(llm, **asked), close=client.close)

        return pooled(servers, opened)

    first = servers.each[0]
    model = Model(
        name=f"{name} at {servers.url}", session=session, explain=first.explain,
        lacks_forms=first.lacks_forms,
    )  # fmt: skip
    return Essayist(
        model=model, tokens=settings.writer_tokens, seconds=settings.writer_seconds, stop=stop
    )
