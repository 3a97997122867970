"""Models that Ollama serves; the client of llama-index takes seconds to load."""

from typing import Any

from llama_index.llms.ollama import Ollama
from ollama import Client

from assistant.models.servers import Server, Servers, Wire
from assistant.writers.pool import pooled
from assistant.writers.stream import Model, Session, chatting

# The tokens of prompt and answer together; Ollama cuts the beginning of a longer prompt.
_CONTEXT = 8192


def chatting_at(servers: Servers, name: str) -> Model:
    """Return a model of servers that run Ollama.

    Args:
        servers: The servers.
        name: The model's name there.
    """

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
    return Model(
        name=f"{name} at {servers.url}", session=session, explain=first.explain,
        lacks_forms=first.lacks_forms,
    )  # fmt: skip
