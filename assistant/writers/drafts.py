"""What writers write: sentences that name the quotes they rest on, and remarks on the writing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.compose.plan import Plan
from assistant.select.quotes import Quote
from assistant.types import Role


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One sentence as a writer proposes it, with the quotes it says it rests on.

    A writer names quotes, never citation numbers; the program checks the sentence and numbers it. `place` orders the
    sentences of a paragraph: what is written again takes its place among those that stand. `lead_in` is what the
    plan says before the quote. `refused` says why a writer itself gives a sentence up, so that it is counted.
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
    """One sentence before the answer that says what is asked."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One line for the reader on how the writing went, such as a server that fell silent."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """Nothing of what was written so far stands, for this reason; the brief takes its place."""

    reason: str


Written = Draft | Deck | Notice | Withdrawn

Judge = Callable[[Draft], str]
"""Why the gate refuses a draft; empty where it may stand."""


@runtime_checkable
class Modelled(Protocol):
    """A writer with a model, which can also put a follow-up as a question of its own."""

    @property
    def author(self) -> str:
        """Return what a reader is told of who wrote."""

    def complete(self, questions: Sequence[str]) -> str:
        """Return the last of these questions in full, or nothing; the caller checks it."""


class Writer(Protocol):
    """A writer that is ready to write."""

    def __call__(self, plan: Plan, judge: Judge) -> Iterator[Written]:
        """Yield the sentences of an answer, each with its paragraph and its place there.

        `judge` is the gate: a writer may ask it before it yields, and write again what is refused. What is yielded
        is judged in any case. Where the result is a generator, closing it ends the writing.
        """
