"""The values of continuing a text: the text to continue, the decoding, and the continuation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from probes.types import ModelRecord

Finish = Literal["answer", "stop", "end", "length"]
"""Why a continuation ended: its answer was complete, a stop text came, the model ended it, or its
token limit was reached."""


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """The way tokens are chosen, and when a continuation ends."""

    temperature: float = 1.0
    """0 is greedy: the likeliest token every time."""
    top_p: float = 0.95
    """Tokens are drawn from the smallest set of the likeliest that has this probability."""
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    """Texts that end a continuation as soon as one of them appears in it."""
    starts_in_thought: bool = False
    """The response opens inside a thought, so a box counts only after its closing tag."""


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """The text that the model has read and, where the backend knows them, its exact tokens.

    Cutting tokens instead of text keeps a prefix exact: the text of a prefix may tokenise differently from the tokens
    it came from.
    """

    text: str
    tokens: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request for one continuation.

    `lead` is the part of the prefix that already belongs to the response; `seed` decides every
    random choice, whatever other rows are decoded at the same time.
    """

    prefix: Prefix
    decoding: Decoding
    lead: str = ""
    seed: tuple[int, ...] = (0,)


@dataclass(frozen=True, kw_only=True)
class Continuation:
    """The text that the model wrote, token by token where the backend gives tokens.

    `ends[i]` is the length of `text` once token i is written. `logprobs` are those of the chosen
    tokens under the model's own distribution (temperature 1, no cut), in nats; `confidences` are
    DeepConf's, minus the mean log-probability of the 20 likeliest tokens. All four are empty where a server does not
    send them. `generated` counts an end token too, which `tokens` leaves out.
    """

    text: str
    finish: Finish
    generated: int
    tokens: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()
    confidences: tuple[float, ...] = ()


class Backend(Protocol):
    """A model that continues texts: on this machine, or behind a server."""

    @property
    def record(self) -> ModelRecord:
        """Return the record of the weights that write."""
        ...

    def prefix(self, text: str) -> Prefix:
        """Return the text as the model reads it from its start."""
        ...

    def extend(self, prefix: Prefix, text: str) -> Prefix:
        """Return a prefix with more text behind it."""
        ...

    def chat(self, question: str) -> str:
        """Return the question as the model's own chat template asks it."""
        ...

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Continuation]]:
        """Return every continuation with the index of its request, in the order they end."""
        ...
