"""A library as it stands while one page is made: what is asked more than once is read once."""

from assistant.library.store import Library
from assistant.types import Kind, Source


class Still(Library):
    """An open library whose sources are read once; for the time of one page, and for reading alone."""

    def __init__(self, library: Library) -> None:
        """Share the connection of an open library."""
        self.__dict__.update(library.__dict__)
        self._read_once: dict[Kind | None, list[Source]] = {}

    def sources(self, kind: Kind | None = None) -> list[Source]:
        """Return all sources, or those of one kind, as they were when they were first asked for."""
        if kind not in self._read_once:
            self._read_once[kind] = super().sources(kind)
        return list(self._read_once[kind])
