"""Read files into documents or bibliographies; each file format has one module, found by its suffixes.

A format is a module of this package with three names: `suffixes`, the lower-case file endings it
reads; `largest`, the most bytes that it reads of one file; and `read(path, *, password=None)`,
which returns a `Document` (text to quote) or a `Bibliography` (metadata about works), or raises
`Refused` with one line. A new format needs only a new module here.
"""

import atexit
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from assistant.errors import Refused
from assistant.readers import pdf
from assistant.readers.process import Limits, ReadingProcess
from assistant.readers.references import Bibliography, Reference
from assistant.types import Document
from probes import on_demand

if TYPE_CHECKING:
    from assistant.readers import pdf_page
else:
    __getattr__ = on_demand.files(__name__)

__all__ = [
    "Bibliography", "Document", "Reader", "Reference", "largest", "read", "reader_for", "suffixes",
]  # fmt: skip


class Reader(Protocol):
    """The type of `read`, which every format module offers."""

    def __call__(self, path: Path, *, password: str | None = None) -> Document | Bibliography:
        """Read one file; raise `Refused` with one line if it cannot be read."""


def read(path: Path, *, password: str | None = None) -> Document | Bibliography:
    """Read one file by the module that knows its suffix, in a process of its own.

    Raises:
        Refused: the suffix is unknown, or the file cannot be read or takes more time or memory than
            one file may take; the message is one line.
    """
    reader = reader_for(path)
    if reader is pdf.read:
        return reader(path, password=password)  # it has a process of its own
    return _made(_TEXTS.read(path, {"password": password}))


# Notes and bibliographies of the largest size take some ten seconds.
# One process is enough for them: a note takes some milliseconds, and a process half a second to start.
_TEXTS = ReadingProcess(
    "assistant.readers.process_worker",
    Limits(page_seconds=120.0, file_seconds=120.0),
    paged=False,
)
atexit.register(_TEXTS.close)


def _made(reply: dict[str, Any]) -> Document | Bibliography:
    """Return the reply of the process for notes and bibliographies."""
    if "document" in reply:
        said = reply["document"]
        return Document(**{**said, "pages": (), "warnings": tuple(said["warnings"])})
    said = reply["bibliography"]
    return Bibliography(
        references=tuple(map(Reference.of, said["references"])), warnings=tuple(said["warnings"])
    )


def reader_for(path: Path) -> Reader:
    """Return the `read` function for the suffix of `path`; refuse an unknown suffix and name the known ones."""
    return _format(path).read


def largest(path: Path) -> int:
    """Return the most bytes that are read of a file with the suffix of `path`; refuse an unknown suffix."""
    return _format(path).largest


def suffixes() -> frozenset[str]:
    """Return the lower-case file endings that some module of this package reads, such as `.pdf`."""
    return frozenset(_formats())


class _Format(NamedTuple):
    read: Reader
    largest: int


def _format(path: Path) -> _Format:
    known = _formats()
    try:
        return known[path.suffix.lower()]
    except KeyError:
        ending = path.suffix or "no ending"
        raise Refused(
            f"{path}: {ending} is not a format read here; {', '.join(known)} are"
        ) from None


@cache
def _formats() -> Mapping[str, _Format]:
    formats: dict[str, _Format] = {}
    names = {info.name for info in pkgutil.iter_modules(__path__)}
    for name in sorted(names):
        # A part of a format is not a format: it takes time to import, and a worker among them would
        # start twice.
        if any(name.startswith(f"{other}_") for other in names):
            continue
        module = importlib.import_module(f"{__name__}.{name}")
        for suffix in getattr(module, "suffixes", ()):
            if suffix in formats:
                raise TypeError(f"two modules read {suffix}; the second is {module.__name__}")
            formats[suffix] = _Format(module.read, module.largest)
    return MappingProxyType(dict(sorted(formats.items())))
