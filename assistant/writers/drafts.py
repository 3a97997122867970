"""Writers yield drafts: sentences that name the quotes they rest on, and remarks about the writing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.compose.plan import Plan
from assistant.select.quotes import Quote
from assistant.types import Role


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One sentence that a writer proposes, with the quotes it claims to rest on.

    A writer names quotes, never citation numbers; the program checks the sentence and numbers it.
    `place` orders the sentences of a paragraph: a rewritten sentence takes its place among the
    others. `lead_in` is the plan's phrase before the quote. `refused` says why a writer itself
    gives a sentence up, so that it is counted.
    """

    text: str
    role: Role
    paragraph: int = 0
    place: int = 0
    quotes: tuple[Quote, ...] = ()
    refused: str = ""
    lead_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Deck:
    """The deck: one sentence before the answer that says what is asked."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One line for the reader about the writing, for example that a server stopped answering."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """Everything written so far is withdrawn, for this reason; the brief replaces it."""

    reason: str


Written = Draft | Deck | Notice | Withdrawn

Judge = Callable[[Draft], str]
"""Returns why the gate refuses a draft, or "" if it passes."""


@runtime_checkable
class Modelled(Protocol):
    """A writer with a model, which can also complete a follow-up question."""

    @property
    def author(self) -> str:
        """Return the name of the model for the reader."""

    def complete(self, questions: Sequence[str]) -> str:
        """Return the last of these questions in full, or ""; the caller checks it."""


class Writer(Protocol):
    """A writer that is ready to write."""

    def __call__(self, plan: Plan, judge: Judge) -> Iterator[Written]:
        """Yield the sentences of an answer, each with its paragraph and its place there.

        `judge` is the gate: a writer may ask it before it yields, and rewrite a refused sentence.
        Every yielded sentence is judged in any case. If the result is a generator, closing it ends
        the writing.
        """
