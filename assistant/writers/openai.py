"""Writes with any server that speaks OpenAI's chat completions: vLLM, llama.cpp, LM Studio, a hosted one."""

import threading

from assistant.drafts import Writer
from assistant.errors import Mendable
from assistant.settings import Settings


def check(settings: Settings) -> None:
    """Its address and its model must be named: nothing is sent anywhere by default."""
    from assistant.servers import checked_url

    if not (settings.writer_url.strip() and settings.writer_model.strip()):
        raise Mendable(
            "The writer `openai` needs a server and a model: set INQUIRE_WRITER_URL (as in "
            "http://127.0.0.1:8000/v1) and INQUIRE_WRITER_MODEL."
        )
    checked_url(settings.writer_url)


def reach(settings: Settings) -> str:
    """Ask the server which models it serves."""
    from assistant.servers import named_server, offered

    server, name = named_server(settings), settings.writer_model.strip()
    return offered(server, "/models", "data", "id", name)


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """The writer; its server is first asked when the first paragraph is written."""
    import httpx
    from llama_index.llms.openai_like import OpenAILike

    from assistant.generation import Model, Rewriter, Session
    from assistant.servers import named_server
    from assistant.writers.extractive import write

    server, name = named_server(settings), settings.writer_model.strip()

    def session(tokens: int) -> Session:
        wire = server.wire()
        client = httpx.Client(**wire.options())
        llm = OpenAILike(
            model=name, api_base=server.url, api_key="set by the wire", is_chat_model=True,
            max_tokens=tokens, temperature=0.0, additional_kwargs={"seed": 0}, max_retries=0,
            timeout=server.seconds, http_client=client,
        )  # fmt: skip
        return Session(llm=llm, cut=wire.cut, close=client.close)

    model = Model(name=f"{name} at {server.url}", session=session, explain=server.explain)
    return Rewriter(
        model=model, plain=write, tokens=settings.writer_tokens, seconds=settings.writer_seconds,
        stop=stop,
    )  # fmt: skip
