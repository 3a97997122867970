"""A library kept in step: its sources with their files and runs, its index with its sources.

What reads, probes and indexes is imported where there is something to do: mostly there is nothing.
"""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from assistant import index_files
from assistant.embedding_model import EmbeddingModel
from assistant.experiments.stored import WORDING, WORDING_FACT
from assistant.index_name import index_hash
from assistant.library import Library
from assistant.types import Progress, SyncReport
from probes import kept

_log = logging.getLogger(__name__)


def follow(
    library: Library, model: EmbeddingModel, roots: Sequence[Path], progress: Progress, *,
    password: str | None = None, prune: bool, every: bool = False,
) -> SyncReport:  # fmt: skip
    """Read what is new under the roots, take in finished runs, and bring the index up to date.

    With `prune`, what is gone is forgotten, and the library counts as synced. With `every`, also files are hashed
    whose size and times are as they were. While files are read the library is free for others to write.

    Raises:
        Mendable: another process is writing and does not end.
    """
    from assistant import sync

    begun = time.perf_counter()
    reading = sync.Reading(
        window=model.window - 2,
        count_tokens=model.count_tokens,
        tokenizer=model.id,
        password=password,
        every=every,
    )
    reports = sync.sync(library, roots, reading, progress, prune=prune)
    with library.alone(sync.PATIENCE):
        absorb(library)
        name = reindex(library, model, progress)
        if prune:
            library.set_fact("synced", name)
        if any(report.status in ("new", "changed", "deleted") for report in reports):
            library.back_up()
    seconds = round(time.perf_counter() - begun, 3)
    return SyncReport(files=tuple(reports), index_hash=name, seconds=seconds)


def absorb(library: Library) -> int:
    """Take in finished runs; return how many sources changed.

    Where there is no new one, and all are told in the wording of this version, no probe is imported.
    """
    known = library.keys("evidence")
    worded = not known or library.fact(WORDING_FACT) == WORDING
    if worded and kept.ids(library.data_dir) == known:
        return 0
    from assistant.experiments import sources

    return sources.absorb(library, library.data_dir)


def reindex(library: Library, model: EmbeddingModel, progress: Progress) -> str:
    """Bring the index up to date; where it is, no model is loaded. Returns its hash.

    One that is damaged is built anew, and one line of the log says why.
    """
    name = indexed_as(library, model)
    wrong = ""
    if name == library.fact("index"):
        wrong = index_fault(library, model)
        if not wrong:
            return name
        _log.warning("The index cannot be used (%s): it is built anew.", wrong)
    from assistant.indexing import build

    return build(library, model.embedder, progress, anew=bool(wrong))


def index_fault(library: Library, model: EmbeddingModel, *, thoroughly: bool = False) -> str:
    """What is wrong with the files of the index in use, or nothing; with `thoroughly` all bytes are read."""
    folder = index_folder(library)
    if wrong := index_files.fault(folder, model.id):
        return wrong
    if (folder / index_files.UNSOUND).exists():
        return "chroma cannot search it"
    sealed = index_files.seals(index_files.facts(folder))
    if not thoroughly:
        return index_files.altered(folder, sealed)
    return index_files.altered(folder, sealed, None) or index_files.chroma_fault(folder)


def indexed_as(library: Library, model: EmbeddingModel) -> str:
    """The hash that an index of the library has as it stands now."""
    return index_hash(library, model.id, model.window)


def index_folder(library: Library) -> Path:
    """Where the index in use lies, if there is one."""
    return library.data_dir / "indexes" / (library.fact("index") or "none")
