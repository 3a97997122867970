"""A local model as a llama-index language model; it is greedy, so the same prompt gives the same bytes."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from jinja2.exceptions import TemplateError
from llama_index.core.base.llms.types import ChatMessage, CompletionResponse, LLMMetadata
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms import CustomLLM

from probes.continuations.engine import LocalBackend
from probes.continuations.text import TextStream
from probes.errors import ProbeError


class LocalLLM(CustomLLM):
    """A loaded decoder that writes at most `tokens` tokens, always the likeliest next one.

    A stream ends when the model ends its text, at the limit, or when its generator is closed.
    """

    tokens: int
    _backend: LocalBackend = PrivateAttr()

    def __init__(self, backend: LocalBackend, tokens: int) -> None:
        super().__init__(tokens=tokens, messages_to_prompt=self._prompt)
        self._backend = backend

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which llama-index serialises it."""
        return "LocalLLM"

    @property
    def metadata(self) -> LLMMetadata:
        """Return its name, its context, and how much it writes."""
        return LLMMetadata(
            context_window=self._backend.context or 0, num_output=self.tokens, is_chat_model=True,
            model_name=self._backend.record.id,
        )  # fmt: skip

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Return the whole continuation of a prompt."""
        parts = list(self.stream_complete(prompt, formatted=formatted, **kwargs))
        return parts[-1] if parts else CompletionResponse(text="")

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Iterator[CompletionResponse]:
        """Yield the continuation of a prompt, a token at a time.

        Raises:
            ProbeError: the prompt leaves no room in the model's context.
        """
        del formatted, kwargs
        backend = self._backend
        # A chat template writes the model's own opening tokens.
        templated = bool(getattr(backend.model.tokenizer, "chat_template", None))
        read = backend.model.tokenizer(prompt, add_special_tokens=not templated)["input_ids"]
        room = (backend.context or len(read) + self.tokens) - len(read)
        if room < 1:
            raise ProbeError(f"was given {len(read)} tokens and reads at most {backend.context}")
        ends, stream = backend.ends_at(), TextStream(backend.decode, read)
        # transformers renamed the cache in the course of version 5.
        known = inspect.signature(backend.network.forward).parameters
        name = "cache" if "cache" in known else "past_key_values"
        cache, newest = None, torch.tensor([read])
        for _ in range(min(self.tokens, room)):
            with torch.inference_mode():
                seen = backend.network(newest, use_cache=True, **{name: cache})
            cache = seen[name if name in seen else "past_key_values"]
            token = int(seen.logits[0, -1].argmax())
            if token in ends:
                return
            piece = stream.push(token)
            yield CompletionResponse(text=stream.text, delta=piece)
            newest = torch.tensor([[token]])

    def _prompt(self, messages: Sequence[ChatMessage]) -> str:
        """Return the messages in the model's own template, or one after the other if it has none."""
        tokenizer = self._backend.model.tokenizer
        turns = [{"role": m.role.value, "content": m.content or ""} for m in messages]
        joined = "\n\n".join(turn["content"] for turn in turns)
        if not getattr(tokenizer, "chat_template", None):
            return f"{joined}\n"
        options = {"tokenize": False, "add_generation_prompt": True}
        try:
            return str(tokenizer.apply_chat_template(turns, **options))
        except (
            TemplateError,
            TypeError,
        ):  # a template without a system role raises its own kind of error
            return str(
                tokenizer.apply_chat_template([{"role": "user", "content": joined}], **options)
            )
