"""Check that a library is unaltered: its texts, runs and index are opened and compared with their hashes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from assistant import experiments, search, upkeep
from assistant import library as reading_list
from assistant.experiments.stored import has_its_files
from assistant.library.store import Library
from assistant.models.embedding_model import EmbeddingModel
from assistant.types import Progress, Source
from probes import runs
from probes.errors import ProbeError
from probes.runs import kept


def altered_texts(library: Library) -> list[str]:
    """Return the keys of sources read from files whose stored text has changed since."""
    read = [source.key for source in library.sources() if source.kind != "evidence"]
    return library.altered(read)


def altered_runs(library: Library) -> Iterator[str]:
    """Return one line for each kept run that has changed since it was kept.

    The record is compared with the measured values, as for a run from another machine, and the
    library's copy with both. A run of an unknown probe cannot be judged again; only its hashes are
    checked.
    """
    stored = {source.key: source for source in library.sources("evidence")}
    for key in sorted(kept.ids(library.data_dir)):
        folder = kept.store(library.data_dir) / key
        wrong = _disagreement(folder) or _retold(library, stored.get(key))
        if wrong:
            yield f"{key} {wrong}"


def _disagreement(folder: Path) -> str:
    try:
        if not runs.evidence.is_named_for(folder):
            return "has the name of a run of another model, of other parameters or prompts"
        return runs.brought.judged(folder)[1]
    except runs.brought.Unknown:
        return ""
    except ProbeError as error:
        return f"cannot be judged: {error}"


def _retold(library: Library, source: Source | None) -> str:
    """Return how the library's copy of a run differs from the run, if there is a copy."""
    if source is None:
        return ""  # the next question adds the run
    if not has_its_files(library, source):
        return "has other files than those that were added"
    if experiments.sources.taken_in(library.data_dir, source.key).text != source.text:
        return "is told in other words than its record's"
    return ""


def index_fault(library: Library, model: EmbeddingModel) -> str:
    """Return what is wrong with the index in use, or ""; the whole index is read and a search is tried."""
    if wrong := upkeep.index_fault(library, model, thoroughly=True):
        return wrong
    return search.searching.fault(search.index.Index(upkeep.index_folder(library)))


def forget_altered(library: Library) -> None:
    """Make the next sync read the files of altered sources again, and copy altered runs again."""
    texts = altered_texts(library)
    for file in library.files().values():
        if file.source in texts:
            library.put_file(replace(file, size=-1, sha256=""))
    reading_list.sync.entries.look_again(
        library
    )  # a source made from a bibliography's record is made again
    library.remove(library.altered(library.keys("evidence")))


def mend_index(library: Library, model: EmbeddingModel, progress: Progress) -> None:
    """Build the index anew if a full check finds a fault."""
    if index_fault(library, model):
        search.indexing.build(library, model.embedder, progress, anew=True)
