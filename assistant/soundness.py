"""Whether a library is what it was: its texts, its runs and its index, each opened and held to its own hashes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant import upkeep
from assistant.experiments.sources import taken_in
from assistant.experiments.stored import has_its_files
from assistant.library.store import Library
from assistant.library.sync.entries import look_again
from assistant.models.embedding_model import EmbeddingModel
from assistant.search.index import Index
from assistant.search.indexing import build
from assistant.types import Progress, Source
from probes import brought, evidence, kept
from probes.types import ProbeError

# How far the cosine that chroma found may be from the one of the stored vector, which has half precision.
_CLOSE = 2e-3
# Terms whose passages are counted.
_TERMS = 100


def altered_texts(library: Library) -> list[str]:
    """Return the keys of the sources that were read from files and whose stored text is another now."""
    read = [source.key for source in library.sources() if source.kind != "evidence"]
    return library.altered(read)


def altered_runs(library: Library) -> Iterator[str]:
    """Yield one line for each kept run that is not what it was when it was kept.

    Its record is held to what it measured, as that of a run of another machine is, and the library's copy of it
    to both. A run of a probe that is not known here cannot be judged, and is held to its hashes alone.
    """
    stored = {source.key: source for source in library.sources("evidence")}
    for key in sorted(kept.ids(library.data_dir)):
        folder = kept.store(library.data_dir) / key
        wrong = _disagreement(folder) or _retold(library, stored.get(key))
        if wrong:
            yield f"{key} {wrong}"


def _disagreement(folder: Path) -> str:
    try:
        if not evidence.is_named_for(folder):
            return "has the name of a run of another model, of other parameters or prompts"
        return brought.judged(folder)[1]
    except brought.Unknown:
        return ""
    except ProbeError as error:
        return f"cannot be judged: {error}"


def _retold(library: Library, source: Source | None) -> str:
    """In what the library's copy of a run is not the run, where it has one."""
    if source is None:
        return ""  # taken in by the next question
    if not has_its_files(library, source):
        return "has other files than were taken in"
    if taken_in(library.data_dir, source.key).text != source.text:
        return "is told in other words than its record's"
    return ""


def index_fault(library: Library, model: EmbeddingModel) -> str:
    """Return what is wrong with the index in use, or nothing: all of it is read, and it is asked."""
    if wrong := upkeep.index_fault(library, model, thoroughly=True):
        return wrong
    return _unsearchable(Index(upkeep.index_folder(library)))


def _unsearchable(index: Index) -> str:
    """Return why an index whose files are whole does not find what it holds, if it does not."""
    held = index.vectors(index.ids)
    if len(index.spans(index.ids)) != len(held):
        return "its sentences are not those of its vectors"
    if not all(np.isfinite(rows).all() for rows in held.values()):
        return "its vectors hold what is no number"
    terms = sorted(index.vocabulary())[:_TERMS]
    if any(int(index.containing(term).sum()) != index.frequency(term) for term in terms):
        return "its words are not those of its passages"
    if not held:
        return ""
    first, rows = next(iter(held.items()))
    found = index.dense(rows[0], 1)
    return (
        "" if found and found[0].score > 1 - _CLOSE else f"{first} is not found by its own vector"
    )


def forget_altered(library: Library) -> None:
    """Have the next sync read the files of altered sources again, and take in altered copies of runs again."""
    texts = altered_texts(library)
    for file in library.files().values():
        if file.source in texts:
            library.put_file(replace(file, size=-1, sha256=""))
    look_again(library)  # what was made of a bibliography's record is made again of that
    library.remove(library.altered(library.keys("evidence")))


def mend_index(library: Library, model: EmbeddingModel, progress: Progress) -> None:
    """Build the index anew where all of it, looked at, is not what it should be."""
    if index_fault(library, model):
        build(library, model.embedder, progress, anew=True)
