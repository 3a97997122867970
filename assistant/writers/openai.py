"""Write with any server that offers OpenAI's chat completions: vLLM, llama.cpp, LM Studio, a hosted one."""

import threading
from typing import TYPE_CHECKING, Any

from assistant.errors import Mendable
from assistant.settings import Settings
from assistant.writers.drafts import Writer

if TYPE_CHECKING:
    from assistant.models.servers import Server, Servers, Wire
    from assistant.writers.stream import Model


def check(settings: Settings) -> None:
    """Check that its address and its model are named, because nothing is sent anywhere by default."""
    from assistant.models.servers import checked_urls

    if not (settings.writer_url.strip() and settings.writer_model.strip()):
        raise Mendable(
            "The writer `openai` needs a server and a model: set INQUIRE_WRITER_URL (as in "
            "http://127.0.0.1:8000/v1) and INQUIRE_WRITER_MODEL."
        )
    checked_urls(settings.writer_url)


def reach(settings: Settings) -> str:
    """Ask the servers which models they serve."""
    from assistant.models.servers import named_servers, offered

    servers, name = named_servers(settings), settings.writer_model.strip()
    return offered(servers, "/models", "data", "id", name)


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer; its server is first asked when an essay is written."""
    from assistant.models.servers import named_servers
    from assistant.writers.essay import Essayist

    servers, name = named_servers(settings), settings.writer_model.strip()
    return Essayist(
        model=chatting_at(servers, name, f"{name} at {servers.url}"), tokens=settings.writer_tokens,
        seconds=settings.writer_seconds, stop=stop,
    )  # fmt: skip


def chatting_at(servers: "Servers", name: str, shown: str) -> "Model":
    """Return a model of servers that offer OpenAI's chat completions.

    Args:
        servers: The servers.
        name: The model's name there.
        shown: The name of the model for the reader.
    """
    import httpx
    from llama_index.llms.openai_like import OpenAILike

    from assistant.writers.pool import pooled
    from assistant.writers.stream import Model, Session, chatting

    def session(tokens: int, schema: dict[str, Any] | None) -> Session:
        form = {"name": "essay", "strict": True, "schema": schema}
        asked = {"response_format": {"type": "json_schema", "json_schema": form}} if schema else {}

        def opened(server: "Server", wire: "Wire") -> Session:
            client = httpx.Client(**wire.options())
            llm = OpenAILike(
                model=name, api_base=server.url, api_key="set by the wire", is_chat_model=True,
                max_tokens=tokens, temperature=0.0, additional_kwargs={"seed": 0}, max_retries=0,
                timeout=server.seconds, http_client=client,
            )  # fmt: skip
            return Session(say=chatting(llm, **asked), close=client.close)

        return pooled(servers, opened)

    first = servers.each[0]
    return Model(name=shown, session=session, explain=first.explain, lacks_forms=first.lacks_forms)
