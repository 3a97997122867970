"""A library kept in step: its sources with their files and runs, its index with its sources.

What reads, probes and indexes is imported where there is something to do: mostly there is nothing.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import Mendable, UsageError
from assistant.experiments.stored import WORDING, WORDING_FACT
from assistant.library.edits import EDITS, FIELDS, merged
from assistant.library.rows import dump
from assistant.library.store import Library
from assistant.models.embedding_model import EmbeddingModel
from assistant.search import index_files
from assistant.search.index_name import index_hash
from assistant.types import Progress, Source, SyncReport, part_of
from probes import kept

if TYPE_CHECKING:
    from assistant.search.index import Index

_log = logging.getLogger(__name__)


def follow(
    library: Library, model: EmbeddingModel, roots: Sequence[Path], progress: Progress, *,
    password: str | None = None, prune: bool, every: bool = False,
) -> SyncReport:  # fmt: skip
    """Read what is new under the roots, take in finished runs, and bring the index up to date.

    With `prune`, what is gone is forgotten, and the library counts as synced. With `every`, also files are hashed
    whose size and times are as they were. While files are read and texts are embedded the library is free for others
    to write.

    Raises:
        Mendable: another process is writing and does not end.
    """
    from assistant.library import sync

    begun = time.perf_counter()
    reading = sync.Reading(
        window=model.window - 2,
        count_tokens=model.count_tokens,
        tokenizer=model.id,
        password=password,
        every=every,
    )
    reports = sync.sync(library, roots, reading, part_of(progress, 0.0, _READ), prune=prune)
    with library.alone(sync.PATIENCE):
        absorb(library)
    embed(library, model, part_of(progress, _READ, _EMBEDDED))
    with library.alone(sync.PATIENCE):
        name = reindex(library, model, part_of(progress, _EMBEDDED, 1.0))
        if prune:
            library.set_fact("synced", name)
        if any(report.status in ("new", "changed", "deleted") for report in reports):
            library.back_up()
    progress("indexing", 1.0)
    seconds = round(time.perf_counter() - begun, 3)
    return SyncReport(files=tuple(reports), index_hash=name, seconds=seconds)


def take_on(library: Library, paths: Sequence[Path | str]) -> list[Path]:
    """Note files and folders as followed, also those once removed from the library; return what is to be read.

    Raises:
        Mendable: a path does not exist or cannot be opened, or another process is writing; nothing was noted.
    """
    from assistant.library import sync

    roots = [root for path in paths for root in sync.followed(sync.existing(Path(path)))]
    with library.alone(sync.SHORTLY):
        for root in roots:
            library.add_root(str(root))
        removed = [
            file.path for file in library.files().values()
            if file.status in ("deleted", "refused") and any(Path(file.path).is_relative_to(r) for r in roots)
        ]  # fmt: skip
        library.forget_files(removed)
        sync.take_in(library, roots)
    return roots


# How far a first sync of the bundled list is when its files are read, and when they are embedded.
_READ, _EMBEDDED = 0.2, 0.95


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


def open_index(
    library: Library, model: EmbeddingModel, progress: Progress, held: "Index | None" = None
) -> "Index":
    """Return the index in use, open for searching, built anew where it cannot be used as it is.

    Args:
        library: What is indexed.
        model: Made its vectors, or will make them.
        progress: Told what is being done.
        held: The index as it was opened before, which is returned while it is the one in use.

    Raises:
        Mendable: there is none that can be used, and it cannot be built now.
    """
    from assistant.search.index import Damaged, current

    if held is not None and _is_of_use(library, model, held) and not held.is_unsound():
        return held
    try:
        index = current(library)
    except Damaged:
        _mend_index(library, model, progress)
        return current(library)
    usable = _is_of_use(library, model, index)
    if usable and not index.is_unsound():
        return index
    try:
        _mend_index(library, model, progress)
    except Mendable as error:
        if not usable:
            raise
        _log.warning("%s", error)
        return index
    return current(library)


def _is_of_use(library: Library, model: EmbeddingModel, index: "Index") -> bool:
    """Return whether an open index is the one in use, made with the model in use, and still there."""
    return (index.hash, index.embedder) == (library.fact("index"), model.id) and index.is_there()


def _mend_index(library: Library, model: EmbeddingModel, progress: Progress) -> None:
    try:
        embed(library, model, progress)
        with library.alone():
            reindex(library, model, progress)
    except Mendable as error:
        raise Mendable(
            f"The index cannot be used, and cannot be built anew now: {error}"
        ) from error


def embed(library: Library, model: EmbeddingModel, progress: Progress) -> None:
    """Embed what the index in use does not hold yet, while others may write; where it holds all, no model is loaded.

    Raises:
        Mendable: the vectors cannot be stored.
    """
    if indexed_as(library, model) == library.fact("index"):
        return
    from assistant.search import indexing

    indexing.embed(library, model.embedder, progress)


def edit(
    library: Library, model: EmbeddingModel, source: Source, edits: Mapping[str, Any], progress: Progress
) -> None:  # fmt: skip
    """Set fields of a paper's record right, and the index with it; None takes an edit back.

    Raises:
        UsageError: a field cannot be edited.
        Mendable: the source is a note or a run, which say these things themselves.
    """
    if wrong := [field for field in edits if field not in FIELDS]:
        raise UsageError(f"{wrong[0]} cannot be edited; {', '.join(FIELDS)} can.")
    if source.kind != "paper":
        where = "front matter" if source.kind == "note" else "record"
        raise Mendable(f"{source.key} is no paper; what its {where} says is changed there.")
    with library.alone():
        kept = merged(library.edits(source.key), edits)
        library.remark(source.key, EDITS, dump(kept) if kept else "")
        library.update_metadata(source.key, dict(source.metadata))
        reindex(library, model, progress)


def remove(
    library: Library, model: EmbeddingModel, kinds: Mapping[str, str], progress: Progress
) -> None:
    """Take sources, by key and kind, out of the library and its index, and the runs among them off the disk."""
    from assistant.library import marks, sync
    from probes import evidence

    embed(library, model, progress)
    with library.alone():
        for key in (key for key, kind in kinds.items() if kind == "evidence"):
            evidence.delete(library.data_dir, key)
        sync.remove(library, list(kinds))
        marks.forget(library, list(kinds))
        reindex(library, model, progress)


def merge(
    library: Library, model: EmbeddingModel, groups: Sequence[Sequence[str]], progress: Progress
) -> None:
    """Make one source of each group of keys, the first of it, and bring the index up to date.

    Raises:
        UsageError: a key is unknown, or a group is of several kinds; the groups before it are merged.
    """
    from assistant.library.sync import merging

    with library.alone():
        for keep, *others in groups:
            merging.merge(library, keep, others)
        reindex(library, model, progress)


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
    from assistant.search.indexing import build

    return build(library, model.embedder, progress, anew=bool(wrong))


def index_fault(library: Library, model: EmbeddingModel, *, thoroughly: bool = False) -> str:
    """Return what is wrong with the files of the index in use, or nothing; with `thoroughly` all bytes are read."""
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
    """Return the hash that an index of the library has as it stands now."""
    return index_hash(library, model.id, model.window)


def index_folder(library: Library) -> Path:
    """Return where the index in use lies, if there is one."""
    return library.data_dir / "indexes" / (library.fact("index") or "none")
