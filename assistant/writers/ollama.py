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
    from assistant.models.servers import checked_url

    if not settings.writer_model.strip():
        raise Mendable(
            "The writer `ollama` needs a model: set INQUIRE_WRITER_MODEL to one that `ollama list` shows."
        )
    checked_url(settings.writer_url.strip() or HERE)


def reach(settings: Settings) -> str:
    """Ask Ollama which models it has."""
    from assistant.models.servers import named_server, offered

    server, name = named_server(settings, HERE), settings.writer_model.strip()
    full = name if ":" in name else f"{name}:latest"
    return offered(server, "/api/tags", "models", "name", full)


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer; Ollama is first asked when an essay is written."""
    from llama_index.llms.ollama import Ollama
    from ollama import Client

    from assistant.models.servers import named_server
    from assistant.writers.essay import Essayist
    from assistant.writers.stream import Model, Session, chatting

    server, name = named_server(settings, HERE), settings.writer_model.strip()

    def session(tokens: int, schema: dict[str, Any] | None) -> Session:
        wire = server.wire()
        client = Client(server.url, **wire.options())
        llm = Ollama(
            model=name, base_url=server.url, client=client, temperature=0.0, thinking=False,
            context_window=_CONTEXT, request_timeout=server.seconds,
            additional_kwargs={"seed": 0, "num_predict": tokens},
        )  # fmt: skip
        asked = {"format": schema} if schema else {}
        return Session(say=chatting(llm, **asked), cut=wire.cut, close=client.close)

    model = Model(
        name=f"{name} at {server.url}", session=session, explain=server.explain,
        lacks_forms=server.lacks_forms,
    )  # fmt: skip
    return Essayist(
        model=model, tokens=settings.writer_tokens, seconds=settings.writer_seconds, stop=stop
    )
