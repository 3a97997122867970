"""Read PDF files page by page in a process of their own with limits of time and memory.

A file that crashes the parser, hangs it or exhausts its memory is refused with one line; the
process is started again for the next file.
"""

import atexit
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.readers.files import beginning
from assistant.readers.process import Limits, ReadingProcesses, cores
from assistant.types import Document, Page, Word

suffixes = (".pdf",)
# Scanned books have some hundreds of megabytes; a larger file is hardly a paper.
largest = 2**30


def read(path: Path, *, password: str | None = None) -> Document:
    """Read a PDF.

    The stored text is the pages' text joined by blank lines; every printed word keeps its span in
    it and its box on the page. The metadata are title, authors, year, venue, doi, arxiv, abstract
    as far as found, `sections` (list of {title, start}) and `references` (list of printed entries).

    Raises:
        Refused: the file is missing, empty, broken, encrypted, without any text, or beyond the
            limits.
    """
    return _shared.read(path, password=password)


class PdfParser:
    """Processes that parse PDFs, each one after another; threads may share them."""

    def __init__(self, limits: Limits | None = None, processes: int = 1) -> None:
        self._process = ReadingProcesses(
            "assistant.readers.pdf_worker", limits or Limits(), paged=True, count=processes
        )

    def read(self, path: Path, *, password: str | None = None) -> Document:
        """Read one PDF; see the module's `read`."""
        if not beginning(path, largest):
            raise Refused(f"{path}: the file is empty (0 bytes); get it anew")
        return _document(self._process.read(path, {"password": password}))

    def close(self) -> None:
        """Stop the processes; the next `read` starts another."""
        self._process.close()

    @property
    def pid(self) -> int | None:
        """Return the process id of a worker, or None if there is none."""
        return self._process.pid


_shared = PdfParser(processes=cores())
atexit.register(_shared.close)


def _document(reply: dict[str, Any]) -> Document:
    return Document(
        kind="paper",
        title=reply["title"],
        text=reply["text"],
        metadata=reply["metadata"],
        pages=tuple(_page(number, *leaf) for number, leaf in enumerate(reply["pages"], 1)),
        warnings=tuple(reply["warnings"]),
    )


def _page(
    number: int, start: int, end: int, width: float, height: float, words: list[list[float]]
) -> Page:
    return Page(
        number=number,
        start=start,
        end=end,
        width=width,
        height=height,
        words=tuple(
            Word(start=int(at), end=int(to), left=left, bottom=bottom, right=right, top=top)
            for at, to, left, bottom, right, top in words
        ),
    )
