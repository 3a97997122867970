"""The documents of a labelled set get a library of their own, which is kept so that they are embedded once."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from assistant.build import Assistant
from assistant.evaluation.cases import SetDocument
from assistant.types import Progress


def opened(
    reader: Assistant, name: str, documents: Sequence[SetDocument], progress: Progress
) -> Assistant:
    """Return the library for a set: one of these documents, or the reader's own if there are none.

    The new library has the reader's settings and models but none of the reader's sources. It is
    stored in `evaluations/<name>-<hash of the documents>` of the reader's data directory.
    """
    if not documents:
        reader.index(progress)
        return reader
    rows = [[document.key, document.title, document.text] for document in documents]
    held = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    return _closed(reader, name, held, lambda folder: _write(documents, folder), progress)


def opened_files(
    reader: Assistant, name: str, files: Sequence[Path], progress: Progress
) -> Assistant:
    """Return a library of these files alone, kept as `opened` does; their names must differ."""
    held = hashlib.sha256()
    for file in files:
        held.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return _closed(reader, name, held.hexdigest(), lambda folder: _copy(files, folder), progress)


def _closed(
    reader: Assistant, name: str, held: str, fill: Callable[[Path], None], progress: Progress
) -> Assistant:
    folder = reader.data_dir / "evaluations" / f"{name}-{held[:12]}"
    documents = folder / "documents"
    if not documents.is_dir():
        # The folder gets its name only when it is complete.
        draft = documents.with_name(f"{documents.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        fill(draft)
        draft.rename(documents)
    closed = reader.beside(folder)
    if str(documents) not in closed.library.roots():
        closed.library.add_root(str(documents))
    closed.sync(progress=progress)
    return closed


def _write(documents: Sequence[SetDocument], folder: Path) -> None:
    """Write the documents as notes."""
    for at, document in enumerate(documents):
        front = yaml.safe_dump({"key": document.key, "title": document.title}, width=2**20)
        (folder / f"{at:06d}.md").write_text(f"---\n{front}---\n\n{document.text}\n", "utf-8")


def _copy(files: Sequence[Path], folder: Path) -> None:
    for file in files:
        shutil.copyfile(file, folder / file.name)
