"""Files become documents or bibliographies: one module per file format, found by its suffixes.

A format is a module of this package with two names: `suffixes`, the lower-case file endings it
reads, and `read(path, *, password=None)`, which returns a `Document` (something to quote) or a
`Bibliography` (metadata about works), or raises `Refused` with one line. A new format is one new
module here and nothing else.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from assistant.errors import Refused
from assistant.readers.references import Bibliography, Reference
from assistant.types import Document

__all__ = ["Bibliography", "Document", "Reader", "Reference", "read", "reader_for", "suffixes"]


class Reader(Protocol):
    """What every format module offers as `read`."""

    def __call__(self, path: Path, *, password: str | None = None) -> Document | Bibliography:
        """Read one file; raises `Refused` with one line where it cannot be read."""


def read(path: Path, *, password: str | None = None) -> Document | Bibliography:
    """Read one file by the module that knows its suffix.

    Raises:
        Refused: the suffix is unknown, or the file cannot be read; the message is one line.
    """
    return reader_for(path)(path, password=password)


def reader_for(path: Path) -> Reader:
    """The `read` function for the suffix of `path`; an unknown suffix is refused, naming ours."""
    known = _readers()
    try:
        return known[path.suffix.lower()]
    except KeyError:
        ending = path.suffix or "no ending"
        raise Refused(
            f"{path}: {ending} is not a format read here; {', '.join(known)} are"
        ) from None


def suffixes() -> frozenset[str]:
    """Lower-case file endings that some module of this package reads, such as `.pdf`."""
    return frozenset(_readers())


@cache
def _readers() -> Mapping[str, Reader]:
    readers: dict[str, Reader] = {}
    names = {info.name for info in pkgutil.iter_modules(__path__)}
    for name in sorted(names):
        # A part is no format: it costs time to import, and the worker among them would start twice.
        if any(name.startswith(f"{other}_") for other in names):
            continue
        module = importlib.import_module(f"{__name__}.{name}")
        for suffix in getattr(module, "suffixes", ()):
            if suffix in readers:
                raise TypeError(f"two modules read {suffix}; the second is {module.__name__}")
            readers[suffix] = module.read
    return MappingProxyType(dict(sorted(readers.items())))
