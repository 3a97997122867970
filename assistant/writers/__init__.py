"""Writers turn an outline of quotes into prose: one module per writer, found by its file name."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import UsageError
from assistant.outline import Outline
from assistant.selection import Quote
from assistant.types import Role


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One sentence as a writer proposes it, with the quotes it says it rests on.

    A writer names quotes, never citation numbers; the program checks the sentence and numbers it.
    """

    text: str
    role: Role
    heading: str = ""
    quotes: tuple[Quote, ...] = ()


class Writer(Protocol):
    """What every module of this package offers as `write`."""

    def __call__(self, outline: Outline) -> Iterator[Draft]:
        """The sentences of an answer, in order; a new `heading` opens a paragraph."""


def writer(name: str) -> Writer:
    """The writer of this name; an unknown one is refused, naming those there are."""
    known = names()
    if name not in known:
        raise UsageError(f"There is no writer {name!r}; there are: {', '.join(known)}.")
    module = importlib.import_module(f"{__name__}.{name}")
    write: Writer = module.write
    return write


def names() -> list[str]:
    """The names of all writers."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))
