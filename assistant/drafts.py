"""What writers write: sentences that name the quotes they rest on, and remarks on the writing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.compose.plan import Plan
from assistant.select.quotes import Quote
from assistant.types import Role


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One sentence as a writer proposes it, with the quotes it says it rests on.

    A writer names quotes, never citation numbers; the program checks the sentence and numbers it.
    `lead_in` is what the plan says before the quote. `refused` says why the program does not take a
    model's sentence as it stands, before any gate.
    """

    text: str
    role: Role
    paragraph: int = 0
    quotes: tuple[Quote, ...] = ()
    refused: str = ""
    lead_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One line for the reader on how the writing went, such as a server that fell silent."""

    text: str


@runtime_checkable
class Completer(Protocol):
    """A writer whose model can also put a follow-up as a question of its own."""

    def complete(self, questions: Sequence[str]) -> str:
        """The last of these questions in full, or nothing; the caller checks it."""


class Writer(Protocol):
    """A writer that is ready to write."""

    def __call__(self, plan: Plan) -> Iterator[Draft | Notice]:
        """Yield the sentences of an answer, in order, each with the number of its paragraph.

        Every quote of the plan is named by at least one draft: an answer may be put better
        than its quotes, never be poorer in evidence. Where it is a generator, closing it ends the writing.
        """
