"""A library of a labelled set's own documents, kept between runs so that they are embedded once."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from assistant.build import Assistant
from assistant.evaluation.cases import CaseSet, SetDocument
from assistant.types import Progress


def opened(reader: Assistant, asked: CaseSet, progress: Progress) -> Assistant:
    """The library that a set is asked of: the reader's own, or one of the set's documents.

    It answers with the reader's settings and embedder, and knows nothing of the reader's library.
    It stands in `evaluations/<set>-<hash of the documents>` of the reader's data directory.
    """
    if not asked.documents:
        reader.index(progress)
        return reader
    folder = reader.data_dir / "evaluations" / f"{asked.name}-{_hash(asked.documents)}"
    notes = folder / "documents"
    if not notes.is_dir():
        _write(asked.documents, notes)
    settings = reader.settings.model_copy(
        update={"data_dir": folder, "corpus_dir": None, "embedder": reader.embedder_name}
    )
    closed = Assistant(settings)
    if str(notes) not in closed.library.roots():
        closed.library.add_root(str(notes))
    closed.sync(progress=progress)
    return closed


def _write(documents: Sequence[SetDocument], folder: Path) -> None:
    """Write the documents as notes; the folder appears when all of them are there."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for at, document in enumerate(documents):
        front = yaml.safe_dump({"key": document.key, "title": document.title}, width=2**20)
        (draft / f"{at:06d}.md").write_text(f"---\n{front}---\n\n{document.text}\n", "utf-8")
    draft.rename(folder)


def _hash(documents: Sequence[SetDocument]) -> str:
    rows = [[document.key, document.title, document.text] for document in documents]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]
