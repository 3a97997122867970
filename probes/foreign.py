"""Calls of other people's libraries: whatever they raise, a panic in Rust included, becomes one line of ours."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Told = Callable[[str], Exception]
"""From the reason that a library gives to the error that a reader is told."""
Item = TypeVar("Item")


@contextmanager
def calls(told: Told) -> Iterator[None]:
    """Raise `told(reason)` for whatever is raised inside.

    Files of another make, hubs and servers make libraries raise what no list of kinds can hold: bare
    `Exception`, errors of their own, divisions by zero, and panics of Rust, which are no `Exception` at all.
    Only foreign calls belong inside: a fault of ours would be told as one of the file.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise told(reason(error)) from error


def each(items: Iterable[Item], told: Told) -> Iterator[Item]:
    """The items of a foreign iterable, each fetched under `calls`."""
    with calls(told):
        iterator = iter(items)
    while True:
        with calls(told):
            found = next(((item,) for item in iterator), None)
        if found is None:
            return
        yield found[0]


def reason(error: BaseException) -> str:
    """The first line of what an error says, with its kind where that is a bare word."""
    said = getattr(error, "strerror", None) or str(error)
    line = (said.strip().splitlines() or [""])[0].rstrip(".:")
    return line if " " in line else f"{type(error).__name__} {line}".strip()
