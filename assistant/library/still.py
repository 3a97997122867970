"""While one page is made, the sources of the library are read only once."""

from assistant.library.store import Library
from assistant.types import Kind, Source


class Still(Library):
    """An open library whose sources are read once, for the time of one page and for reading only."""

    def __init__(self, library: Library) -> None:
        """Share the connection of an open library."""
        self.__dict__.update(library.__dict__)
        self._read_once: dict[Kind | None, list[Source]] = {}

    def sources(self, kind: Kind | None = None) -> list[Source]:
        """Return all sources, or those of one kind, as they were at the first call."""
        if kind not in self._read_once:
            self._read_once[kind] = super().sources(kind)
        return list(self._read_once[kind])
