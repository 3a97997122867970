"""A plan of quotes comes in; an answer goes out, from one of several writers, each with a module of its name."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.writers import choosing, essay, gguf, local, ollama_chat, openai_chat, stream
else:
    __getattr__ = on_demand.files(__name__)
