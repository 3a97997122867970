"""PDF files, parsed page by page in a process of their own."""

from pathlib import Path

from assistant.types import Document

suffixes = (".pdf",)


def read(path: Path, *, password: str | None = None) -> Document:
    """Read a PDF through the worker process; raises `Refused` with one line."""
    raise NotImplementedError
