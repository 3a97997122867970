"""Keep a library up to date: its sources with their files and runs, its index with its sources.

Modules that read, probe and index are imported only when there is work, which is rare.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import probes
from assistant import experiments, search
from assistant import library as reading_list
from assistant.errors import Mendable, UsageError
from assistant.experiments.stored import WORDING, WORDING_FACT
from assistant.library import marks
from assistant.library.edits import EDITS, FIELDS, merged
from assistant.library.rows import dump
from assistant.library.store import Library
from assistant.models.embedding_model import EmbeddingModel
from assistant.search import index_files
from assistant.search.index_name import index_hash
from assistant.types import Progress, Source, SyncReport, part_of
from probes.runs import kept

if TYPE_CHECKING:
    from assistant.search.index import Index

_log = logging.getLogger(__name__)


def follow(
    library: Library, model: EmbeddingModel, roots: Sequence[Path], progress: Progress, *,
    password: str | None = None, prune: bool, every: bool = False,
) -> SyncReport:  # fmt: skip
    """Read new files under the roots, add finished runs, and bring the index up to date.

    With `prune`, missing files are forgotten, and the library counts as synced. With `every`, every
    file is hashed, even if its size and times did not change. While files are read and texts are
    embedded, others can write to the library.

    Raises:
        Mendable: another process is writing and does not end.
    """
    begun = time.perf_counter()
    reading = reading_list.sync.Reading(
        window=model.window - 2,
        count_tokens=model.count_tokens,
        tokenizer=model.id,
        password=password,
        every=every,
        workers=model.workers,
    )
    read, embedded = _SHARES[search.shipped.is_all(roots, model.name)]
    reports = reading_list.sync.sync(
        library, roots, reading, part_of(progress, 0.0, read), prune=prune
    )
    with library.alone(reading_list.sync.PATIENCE):
        absorb(library)
    embed(library, model, part_of(progress, read, embedded))
    with library.alone(reading_list.sync.PATIENCE):
        name = reindex(library, model, part_of(progress, embedded, 1.0))
        if prune:
            library.set_fact("synced", name)
        if any(report.status in ("new", "changed", "deleted") for report in reports):
            library.back_up()
    progress("indexing", 1.0)
    seconds = round(time.perf_counter() - begun, 3)
    return SyncReport(files=tuple(reports), index_hash=name, seconds=seconds)


def take_on(library: Library, paths: Sequence[Path | str]) -> list[Path]:
    """Follow files and folders, even if they were once removed from the library; return what must be read.

    Raises:
        Mendable: a path does not exist or cannot be opened, or another process is writing; nothing
            was changed.
    """
    roots = [
        root
        for path in paths
        for root in reading_list.sync.followed(reading_list.sync.existing(Path(path)))
    ]
    with library.alone(reading_list.sync.SHORTLY):
        for root in roots:
            library.add_root(str(root))
        removed = [
            file.path for file in library.files().values()
            if file.status in ("deleted", "refused") and any(Path(file.path).is_relative_to(r) for r in roots)
        ]  # fmt: skip
        library.forget_files(removed)
        reading_list.sync.take_in(library, roots)
    return roots


# These are the shares of a sync that are done after reading and after embedding: of the bundled list
# alone, whose vectors come with it, and of other files.
_SHARES = {True: (0.85, 0.9), False: (0.2, 0.95)}


def absorb(library: Library) -> int:
    """Add finished runs; return how many sources changed.

    No probe is imported if no run is new and all texts of runs have the wording of this version.
    """
    known = library.keys("evidence")
    worded = not known or library.fact(WORDING_FACT) == WORDING
    if worded and kept.ids(library.data_dir) == known:
        return 0

    return experiments.sources.absorb(library, library.data_dir)


def open_index(
    library: Library, model: EmbeddingModel, progress: Progress, held: "Index | None" = None
) -> "Index":
    """Return the index in use, open for searching; build it anew if it cannot be used.

    Args:
        library: The library that is indexed.
        model: The embedding model of its vectors.
        progress: Called with what is being done.
        held: The index as opened before; it is returned if it is still the index in use.

    Raises:
        Mendable: there is no usable index, and none can be built now.
    """
    if held is not None and _is_of_use(library, model, held) and not held.is_unsound():
        return held
    try:
        index = search.index.current(library)
    except search.index.Damaged:
        _mend_index(library, model, progress)
        return search.index.current(library)
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
    return search.index.current(library)


def _is_of_use(library: Library, model: EmbeddingModel, index: "Index") -> bool:
    """Return whether an open index is the index in use, made with the model in use, and still on disk."""
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
    """Embed the passages that the index in use lacks, while others may write; load no model if it lacks none.

    Raises:
        Mendable: the vectors cannot be stored.
    """
    if indexed_as(library, model) == library.fact("index"):
        return

    search.indexing.embed(library, model.embedder, progress, model.workers)


def edit(
    library: Library, model: EmbeddingModel, source: Source, edits: Mapping[str, Any], progress: Progress
) -> None:  # fmt: skip
    """Correct fields of a paper's record and update the index; None takes an edit back.

    Raises:
        UsageError: a field cannot be edited.
        Mendable: the source is a note or a run, whose own text states these fields.
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
    """Take sources, by key and kind, out of the library and its index; delete the runs among them from the disk."""
    embed(library, model, progress)
    with library.alone():
        for key in (key for key, kind in kinds.items() if kind == "evidence"):
            probes.runs.evidence.delete(library.data_dir, key)
        reading_list.sync.remove(library, list(kinds))
        marks.forget(library, list(kinds))
        reindex(library, model, progress)


def merge(
    library: Library, model: EmbeddingModel, groups: Sequence[Sequence[str]], progress: Progress
) -> None:
    """Merge each group of keys into its first source, and bring the index up to date.

    Raises:
        UsageError: a key is unknown, or a group mixes kinds; the groups before it are merged.
    """
    with library.alone():
        for keep, *others in groups:
            reading_list.sync.merging.merge(library, keep, others)
        reindex(library, model, progress)


def reindex(library: Library, model: EmbeddingModel, progress: Progress) -> str:
    """Bring the index up to date and return its hash; no model is loaded if it is already up to date.

    A damaged index is built anew, and one line of the log says why.
    """
    name = indexed_as(library, model)
    wrong = ""
    if name == library.fact("index"):
        wrong = index_fault(library, model)
        if not wrong:
            return name
        _log.warning("The index cannot be used (%s): it is built anew.", wrong)

    return search.indexing.build(library, model.embedder, progress, anew=bool(wrong))


def index_fault(library: Library, model: EmbeddingModel, *, thoroughly: bool = False) -> str:
    """Return what is wrong with the files of the index in use, or ""; `thoroughly` reads all bytes."""
    folder = index_folder(library)
    if wrong := index_files.fault(folder, model.id):
        return wrong
    if (folder / index_files.UNSOUND).exists():
        return "chroma cannot search it"
    record = index_files.facts(folder)
    if record.get("vectors", "") not in (None, library.vectors.url):
        return "its vectors lie at another place than INQUIRE_CHROMA names"
    sealed = index_files.seals(record)
    if not thoroughly:
        return index_files.altered(folder, sealed)
    return index_files.altered(folder, sealed, None) or index_files.chroma_fault(folder)


def indexed_as(library: Library, model: EmbeddingModel) -> str:
    """Return the hash that an index of the library's present content has."""
    return index_hash(library, model.id, model.window)


def index_folder(library: Library) -> Path:
    """Return the folder of the index in use, if there is one."""
    return library.data_dir / "indexes" / (library.fact("index") or "none")
