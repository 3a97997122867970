"""Calls of other people's libraries: whatever they raise, even a panic in Rust, becomes one line of ours."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Told = Callable[[str], Exception]
"""From the reason that a library gives to the error that a reader is told."""
Item = TypeVar("Item")


@contextmanager
def calls(told: Told) -> Iterator[None]:
    """Raise `told(reason)` for whatever is raised inside.

    Foreign files, hubs and servers make libraries raise errors that no list can cover: bare `Exception`, errors of
    their own, divisions by zero, and panics of Rust, which are no `Exception` at all. Only foreign calls, or our own on
    unchecked arrays, belong inside: any other fault of ours would be reported as a fault of the file.

    Raises:
        MemoryError: memory was used up, whatever the wording; this says nothing about the file.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        if lacks_memory(error):
            raise MemoryError(reason(error)) from error
        raise told(reason(error)) from error


def lacks_memory(error: BaseException) -> bool:
    """Return whether an error says that memory is used up; torch, safetensors and the system have own kinds of it."""
    return isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)) is not None


def each(items: Iterable[Item], told: Told) -> Iterator[Item]:
    """Yield the items of a foreign iterable, each fetched under `calls`."""
    with calls(told):
        iterator = iter(items)
    while True:
        with calls(told):
            found = next(((item,) for item in iterator), None)
        if found is None:
            return
        yield found[0]


def reason(error: BaseException) -> str:
    """Return the first line of what an error says, with its kind where that is a bare word."""
    said = getattr(error, "strerror", None) or str(error)
    line = (said.strip().splitlines() or [""])[0].rstrip(".:")
    return line if " " in line else f"{type(error).__name__} {line}".strip()


_NO_MEMORY = re.compile(r"(allocate|out of) memory|bad_alloc|failed to map segment")
