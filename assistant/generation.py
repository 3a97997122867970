"""Prose by a language model: quotes first, then sentences over them, one paragraph at a time."""

import queue
import re
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms import LLM

from assistant import prompts
from assistant.compose.plan import Plan
from assistant.drafts import Draft, Notice
from assistant.errors import Stopped
from assistant.handles import Line, Lines
from assistant.prompts import Prompt
from assistant.select.quotes import Quote


@dataclass(frozen=True, kw_only=True)
class Session:
    """A llama-index model for one paragraph.

    `cut` ends from another thread what is being written; `close` frees what it held.
    """

    llm: LLM
    cut: Callable[[], None]
    close: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Model:
    """A language model that writes.

    `session` opens it for at most so many tokens. `explain` says in a few words what an exception
    of it means. `prompt` asks for a paragraph: question and quotes. `refuses` says why a
    sentence over a quote is not even shown to the gate; empty where it may be. `completes` says
    whether it may put a follow-up in full.
    """

    name: str
    session: Callable[[int], Session]
    explain: Callable[[BaseException], str]
    prompt: Callable[[str, Sequence[str]], Prompt] = prompts.paragraph
    refuses: Callable[[str, Quote], str] = lambda _sentence, _quote: ""
    completes: bool = True


@dataclass(kw_only=True)
class Budget:
    """What may still be written: tokens, and seconds of waiting for the model.

    Only waiting counts: whoever takes the drafts may take their time.
    """

    tokens: int
    seconds: float


def rewrite(
    question: str, plain: Iterable[Draft], model: Model, budget: Budget, stop: threading.Event
) -> Iterator[Draft | Notice]:
    """An answer whose claims a model puts in other words, one paragraph of quotes at a time.

    What is not a claim stays as it is. Of each other paragraph the model is given the question and
    the numbered quotes; each sentence it writes is a draft over the quotes it names. Quotes that it
    names nowhere follow in their own words, so every quote of `plain` is in the answer. When the
    model fails or the budget ends, the rest is quoted, and one notice says why.

    Args:
        question: What was asked.
        plain: The drafts of the extractive writer.
        model: What writes.
        budget: How much it may write; what is used is taken off.
        stop: Ends the writing while the model is waited for.

    Raises:
        Stopped: `stop` was set.
    """
    writing = _Writing(question=question, model=model, budget=budget, stop=stop)
    for (claims, _), drafts in groupby(
        plain, key=lambda draft: (draft.role == "claim", draft.paragraph)
    ):
        if claims:
            yield from writing.paragraph(list(drafts))
        else:
            yield from drafts
    if writing.silent:
        yield Notice(
            text=f"{model.name} wrote no sentence over a quote; the quotes stand as they are."
        )


@dataclass(frozen=True, kw_only=True)
class Rewriter:
    """A `Writer` that rewrites what the plain writer drafts; every answer has the whole budget."""

    model: Model
    plain: Callable[[Plan], Iterator[Draft]]
    tokens: int
    seconds: float
    stop: threading.Event

    def __call__(self, plan: Plan) -> Iterator[Draft | Notice]:
        """The sentences of an answer; see `rewrite`."""
        budget = Budget(tokens=self.tokens, seconds=self.seconds)
        return rewrite(plan.question, self.plain(plan), self.model, budget, self.stop)

    def complete(self, questions: Sequence[str]) -> str:
        """The last question of a thread as the model puts it; empty where it puts nothing.

        Raises:
            Stopped: `stop` was set.
        """
        if not self.model.completes:
            return ""
        budget = Budget(tokens=min(_QUESTION, self.tokens), seconds=min(_MOMENT, self.seconds))
        writing = _Writing(question="", model=self.model, budget=budget, stop=self.stop)
        return writing.line(prompts.follow_up(questions))


class _Ended(Exception):
    """The model writes no more in this answer; `str()` says why."""


@dataclass(kw_only=True)
class _Writing:
    """One answer under way."""

    question: str
    model: Model
    budget: Budget
    stop: threading.Event
    silent: bool = False
    _ended: bool = False
    _used: bool = False

    def paragraph(self, plain: list[Draft]) -> Iterator[Draft | Notice]:
        """The sentences over the quotes of one paragraph, then the quotes that none rests on."""
        quotes = [quote for draft in plain for quote in draft.quotes]
        named: set[Quote] = set()
        reason = ""
        if not self._ended:
            try:
                with closing(self._sentences(plain[0].paragraph, quotes)) as sentences:
                    for draft in sentences:
                        named.update(draft.quotes)
                        yield draft
            except _Ended as ended:
                self._ended, reason = True, str(ended)
            self._used = self._used or bool(named)
            self.silent = not (self._used or self._ended)
        yield from (draft for draft in plain if not named.issuperset(draft.quotes))
        if reason:
            yield Notice(text=f"{self.model.name} {reason}; what it had not written is quoted.")

    def line(self, prompt: Prompt) -> str:
        """The first line of what the model says to a prompt; empty where it fails or runs on."""
        said = ""
        try:
            with closing(self._pieces(prompt)) as pieces:
                for piece in pieces:
                    said += piece
                    if "\n" in said.strip():
                        break
        except _Ended:
            return ""
        return next((line.strip() for line in said.splitlines() if line.strip()), "")

    def _sentences(self, paragraph: int, quotes: list[Quote]) -> Generator[Draft]:
        prompt = self.model.prompt(self.question, [quote.text for quote in quotes])
        # A rewriting is no longer than what it rewrites; a model that runs on is let go.
        most, written, lines = 1_000 + 3 * len(prompt.request), 0, Lines()
        with closing(self._pieces(prompt)) as pieces:
            for piece in pieces:
                for line in lines.feed(piece):
                    yield _draft(self.model, line, paragraph, quotes)
                written += 0 if lines.thinking else len(piece)
                if written > most:
                    raise _Ended("ran on past the quotes it was given")
        if not written:
            raise _Ended("sent nothing")
        for line in lines.end():
            draft = _draft(self.model, line, paragraph, quotes)
            whole = draft.refused or line.text.endswith(_ENDS)
            yield draft if whole else replace(draft, refused="it was cut off")

    def _pieces(self, prompt: Prompt) -> Generator[str]:
        """The model's text as it arrives; the model is ended when the caller has had enough."""
        self._check_budget()
        reading = _Reading(self.model, self.budget.tokens, prompt)
        try:
            while (piece := self._next(reading)) is not None:
                if piece:
                    # Most servers send a token a piece; of those that send more, more is taken.
                    self.budget.tokens -= 1
                    yield piece
                self._check_budget()
        finally:
            reading.close()

    def _next(self, reading: "_Reading") -> str | None:
        begun = time.monotonic()
        try:
            return reading.next(min(_POLL, self.budget.seconds))
        except _Failure as failure:
            raise _Ended(self.model.explain(failure.error)) from failure.error
        finally:
            self.budget.seconds -= time.monotonic() - begun
            if self.stop.is_set():
                raise Stopped("Stopped.")

    def _check_budget(self) -> None:
        for left, limit in ((self.budget.tokens, "TOKENS"), (self.budget.seconds, "SECONDS")):
            if left <= 0:
                raise _Ended(f"has used up its {limit.lower()} (INQUIRE_WRITER_{limit})")


def _draft(model: Model, line: Line, paragraph: int, quotes: Sequence[Quote]) -> Draft:
    """The sentence over the quotes it names, refused where it names none or a reference."""
    named = tuple(quotes[n - 1] for n in line.handles if 1 <= n <= len(quotes))
    printed = set(_REFERENCE.findall(line.text))
    if not line.handles:
        refused = "it names no quote"
    elif len(named) < len(line.handles):
        refused = "it names a quote that it was not given"
    elif any(mark not in quote.text for mark in printed for quote in named):
        refused = "it prints a reference of its own"
    else:
        refused = next(filter(None, (model.refuses(line.text, quote) for quote in named)), "")
    return Draft(text=line.text, role="claim", paragraph=paragraph, quotes=named, refused=refused)


class _Failure(Exception):
    """What a model raised, brought over from its thread."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class _Reading:
    """A model's text, read in a thread of its own so that waiting for it can be given up."""

    def __init__(self, model: Model, tokens: int, prompt: Prompt) -> None:
        self._session = model.session(tokens)
        self._arrived: queue.Queue[str | _Failure | None] = queue.Queue(_AHEAD)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._read, args=(prompt,), name="writer", daemon=True
        )
        self._thread.start()

    def next(self, wait: float) -> str | None:
        """The next piece, empty where none came within `wait` seconds; None at the end.

        Raises:
            _Failure: with whatever the model raised.
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
        asked = [
            ChatMessage(role=MessageRole.SYSTEM, content=prompt.rules),
            ChatMessage(role=MessageRole.USER, content=prompt.request),
        ]
        last: _Failure | None = None
        try:
            with closing(self._session):
                for part in self._session.llm.stream_chat(asked):
                    if not self._put(part.delta or ""):
                        break
        except BaseException as error:  # noqa: BLE001  a panic too; it is told where the text is awaited
            last = _Failure(error)
        self._put(last)

    def _put(self, piece: str | _Failure | None) -> bool:
        """Hand a piece over, waiting for room; false once nobody listens."""
        while not self._closed.is_set():
            try:
                self._arrived.put(piece, timeout=_POLL)
            except queue.Full:
                continue
            return True
        return False


# Seconds between two looks at `stop`, and seconds a thread gets to end before it is left alone.
_POLL, _PARTING = 0.05, 2.0
# Pieces read ahead of the gate: a server that never ends fills no memory.
_AHEAD = 64
# Tokens of a question, and seconds that are waited for one: the rules can read it as well.
_QUESTION, _MOMENT = 200, 20.0
_ENDS = (".", "!", "?", ")", "”", '"', "’")
_REFERENCE = re.compile(r"\[\s*[QE]?\d[\d\s,;–-]*\]|\bQ\d+\b")
