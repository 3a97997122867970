"""Read a model's text as it arrives: within a budget, in a thread of its own, ended at once on a stop."""

import queue
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms import LLM

from assistant.errors import Stopped
from assistant.writers.prompts import Prompt

Put = Callable[[str], bool]
"""It takes a piece of text, and returns false once nobody wants more."""
Say = Callable[[Prompt, Put], None]
"""It answers a prompt, a piece at a time, until the answer ends or nobody wants more."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """A model for one answer: `cut` ends its text from another thread; `close` frees its resources."""

    say: Say
    cut: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True, kw_only=True)
class Model:
    """A language model that writes.

    `session` opens it for at most this many tokens of an answer in the form of a JSON schema; None
    asks for no form. `explain` says in a few words what an exception of the model means.
    `lacks_forms` says whether an exception may mean that a server accepts no schemas.
    """

    name: str
    session: Callable[[int, dict[str, Any] | None], Session]
    explain: Callable[[BaseException], str]
    lacks_forms: Callable[[BaseException], bool] = lambda _: False


@dataclass(kw_only=True)
class Budget:
    """The rest of what may be written: tokens, and seconds of waiting for the model.

    Only waiting counts; the caller may take any time.
    """

    tokens: int
    seconds: float


class Ended(Exception):
    """A model writes no more in this answer; `str()` says why in words to follow its name."""


def chatting(llm: LLM, **options: Any) -> Say:
    """Return how a llama-index model answers a prompt; `options` are sent with the request."""

    def say(prompt: Prompt, put: Put) -> None:
        for part in llm.stream_chat(messages(prompt), **options):
            if not put(part.delta or ""):
                break

    return say


def messages(prompt: Prompt) -> list[ChatMessage]:
    """Return a prompt as the messages of a chat."""
    speakers = (MessageRole.USER, MessageRole.ASSISTANT)
    turns = [
        ChatMessage(role=speakers[at % 2], content=said) for at, said in enumerate(prompt.turns)
    ]
    return [ChatMessage(role=MessageRole.SYSTEM, content=prompt.rules), *turns]


def pieces(
    model: Model, prompt: Prompt, schema: dict[str, Any] | None, budget: Budget, stop: threading.Event,
) -> Generator[str]:  # fmt: skip
    """Yield a model's text as it arrives; the model is ended when the caller stops reading.

    A server that accepts no schemas is asked once more without one.

    Args:
        model: The model.
        prompt: The prompt.
        schema: The form of the answer, if it has one.
        budget: How much it may write; the used part is subtracted.
        stop: Ends the writing while the model is waited for.

    Raises:
        Ended: the model failed, or the budget is used up.
        Stopped: `stop` was set.
    """
    begun = False
    try:
        with closing(_pieces(model, prompt, schema, budget, stop)) as found:
            for piece in found:
                begun = True
                yield piece
        return
    except Ended as ended:
        failed = ended.__cause__
        if schema is None or begun or failed is None or not model.lacks_forms(failed):
            raise
    yield from _pieces(model, prompt, None, budget, stop)


def _pieces(
    model: Model, prompt: Prompt, schema: dict[str, Any] | None, budget: Budget, stop: threading.Event,
) -> Generator[str]:  # fmt: skip
    _check(budget)
    reading = _Reading(model.session(budget.tokens, schema), prompt)
    try:
        while (piece := _next(reading, model, budget, stop)) is not None:
            if piece:
                # A piece counts as one token, which is right for most servers; others can write more.
                budget.tokens -= 1
                yield piece
            _check(budget)
    finally:
        reading.close()


def _next(reading: "_Reading", model: Model, budget: Budget, stop: threading.Event) -> str | None:
    begun = time.monotonic()
    try:
        return reading.next(min(_POLL, budget.seconds))
    except _Failure as failure:
        raise Ended(model.explain(failure.error)) from failure.error
    finally:
        budget.seconds -= time.monotonic() - begun
        if stop.is_set():
            raise Stopped("Stopped.")


def _check(budget: Budget) -> None:
    for left, limit in ((budget.tokens, "TOKENS"), (budget.seconds, "SECONDS")):
        if left <= 0:
            raise Ended(f"has used up its {limit.lower()} (INQUIRE_WRITER_{limit})")


class _Failure(Exception):
    """An exception of a model, brought over from its thread."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class _Reading:
    """A model's text, read in a thread of its own so that waiting for it can be given up."""

    def __init__(self, session: Session, prompt: Prompt) -> None:
        self._session = session
        self._arrived: queue.Queue[str | _Failure | None] = queue.Queue(_AHEAD)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._read, args=(prompt,), name="writer", daemon=True
        )
        self._thread.start()

    def next(self, wait: float) -> str | None:
        """Return the next piece, "" if none came within `wait` seconds, None at the end.

        Raises:
            _Failure: with the exception of the model.
        """
        try:
            piece = self._arrived.get(timeout=max(wait, 0.0))
        except queue.Empty:
            return ""
        if isinstance(piece, _Failure):
            raise piece
        return piece

    def close(self) -> None:
        """End the model; a server's connection is cut, a local model stops at its next token."""
        self._closed.set()
        if self._thread.is_alive():
            self._session.cut()
            self._thread.join(_PARTING)

    def _read(self, prompt: Prompt) -> None:
        last: _Failure | None = None
        try:
            with closing(self._session):
                self._session.say(prompt, self._put)
        except BaseException as error:  # noqa: BLE001  a panic too; it is told where the text is awaited
            last = _Failure(error)
        self._put(last)

    def _put(self, piece: str | _Failure | None) -> bool:
        """Hand a piece over, waiting for room; return false once nobody listens."""
        while not self._closed.is_set():
            try:
                self._arrived.put(piece, timeout=_POLL)
            except queue.Full:
                continue
            return True
        return False


# The seconds between two checks of `stop`, and the seconds a thread gets to end before it is left
# alone.
_POLL, _PARTING = 0.05, 2.0
# Pieces read ahead of the gate; the limit keeps an endless server from filling the memory.
_AHEAD = 64
