"""Models at servers that offer OpenAI's chat completions; the client of llama-index takes seconds to load."""

from typing import Any

import httpx
from llama_index.llms.openai_like import OpenAILike

from assistant.models.servers import Server, Servers, Wire
from assistant.writers.pool import pooled
from assistant.writers.stream import Model, Session, chatting


def chatting_at(servers: Servers, name: str, shown: str) -> Model:
    """Return a model of servers that offer OpenAI's chat completions.

    Args:
        servers: The servers.
        name: The model's name there.
        shown: The name of the model for the reader.
    """

    def session(tokens: int, schema: dict[str, Any] | None) -> Session:
        form = {"name": "essay", "strict": True, "schema": schema}
        asked = {"response_format": {"type": "json_schema", "json_schema": form}} if schema else {}

        def opened(server: Server, wire: Wire) -> Session:
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
