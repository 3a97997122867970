"""Read files into the library: new, changed, deleted and unchanged, with one result for each file.

Files come in; the sources, passages and references of the library are updated, and every file is
reported. While a file is read, others can write to the library: each file is stored in a turn of
its own.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import probes
from assistant import readers
from assistant.errors import Refused
from assistant.library.content import content_hash
from assistant.library.store import File, Library
from assistant.library.sync import entries, marginalia, merging, opening
from assistant.library.sync.entries import take_in
from assistant.library.sync.folders import Found, existing, followed, printable, scan
from assistant.library.sync.identity import key_for, slug, twin_of
from assistant.library.sync.opening import Cut, Opened, Reading
from assistant.readers import files
from assistant.readers.references import Bibliography
from assistant.text.passages import CUTTING, keyed, passages
from assistant.types import FileReport, FileStatus, Progress, Source
from probes.errors import ProbeError
from probes.runs import kept

__all__ = [
    "PATIENCE",
    "READERS",
    "SHORTLY",
    "Reading",
    "existing",
    "followed",
    "remove",
    "slug",
    "sync",
    "take_in",
]

# Raise this if the readers make another text of the same file; every file is then read again, once.
READERS = "4"


def sync(
    library: Library,
    roots: Sequence[Path],
    reading: Reading,
    progress: Progress,
    *,
    prune: bool = True,
) -> list[FileReport]:
    """Make the library's sources match the files under `roots`; return every file's result.

    A file with known size and times is not opened, unless `reading.every`. A file that was only
    moved or touched keeps its source. A file that cannot be read is reported and stops nothing;
    what was read from it before stays. With `prune`, sources whose files are gone are removed,
    unless their folder cannot be read. A refused file is tried again only if it has changed or a
    password is given. A run in a folder is copied into the library's evidence.
    """
    with library.alone(SHORTLY):
        _recut(library, reading)
        _outdate(library)
        found, gone = _seen(library, roots, prune=prune)
        known = library.files()
        moved = _move(library, [path for path in found.files if str(path) not in known], gone)
        # These are removed before the others are read, so that a second copy of a deleted file
        # takes its place at once.
        forgotten = list(_forget(library, list(gone.values()))) if prune else []
    reports = _read_all(library, found.files, reading, progress)
    for name, old in moved.items():
        reports[name] = replace(reports[name], message=f"moved from {old}")
    with library.alone(PATIENCE):
        entries.follow(library, reading.window, reading.count_tokens)
        marginalia.follow(library, reading.window, reading.count_tokens)
    return [*reports.values(), *forgotten, *found.leaving, *found.shut]


# Seconds to wait for a turn: at the beginning, when nothing is lost, and after a file was read.
# Storing a file locks the library for milliseconds, building an index for the whole time of the
# build.
SHORTLY, PATIENCE = 2.0, 30.0


def _seen(library: Library, roots: Sequence[Path], *, prune: bool) -> tuple[Found, dict[str, File]]:
    """Return the files now under the roots, and the known files that are gone."""
    known = library.files()
    found = scan(roots, known)
    for report in found.leaving:
        library.put_file(
            replace(
                opening.unseen(report.path),
                status="refused",
                source=report.source,
                message=report.message,
            )
        )
    names = {printable(str(path)) for path in found.files} | {
        report.path for report in found.leaving
    }
    gone = {
        name: file
        for name, file in known.items()
        if name not in names
        and (prune or not os.path.lexists(name))
        and not any(Path(name).is_relative_to(folder.path) for folder in found.shut)
    }
    return found, gone


def remove(library: Library, keys: Sequence[str]) -> None:
    """Take sources out of the library, and their files out of later syncs."""
    for file in library.files().values():
        if file.source in keys:
            library.remove_root(file.path)
            library.put_file(replace(file, status="deleted", source=None, message="removed"))
    entries.leave_out(library, keys)
    library.remove(keys)


def _read_all(
    library: Library, found: Sequence[Path], reading: Reading, progress: Progress
) -> dict[str, FileReport]:
    known = library.files()
    reports: dict[str, FileReport] = {}
    bounds = opening.shares(found, known, reading)
    # Several files are read at the same time and stored one by one, in the order of a scan, so that
    # of two copies always the same one is kept.
    opened = opening.opened(found, known, reading)
    with closing(opened):
        for path, share in zip(found, bounds, strict=True):
            progress(f"reading {printable(path.name)}", share)
            reports[str(path)] = _settle(library, path, next(opened), known.get(str(path)))
    progress("reading", 1.0)
    changed = {report.source for report in reports.values() if report.status == "changed"}
    held = library.keys()
    for path in found:
        report = reports[str(path)]
        if report.status == "duplicate" and (report.source in changed or report.source not in held):
            # The file whose copy it was has changed, or has itself become a copy.
            now = library.file(str(path))
            again = opening.open_one(path, now, reading, anew=True)
            reports[str(path)] = _settle(library, path, again, now)
    return reports


def _settle(library: Library, path: Path, opened: Opened, known: File | None) -> FileReport:
    """Store what was made of a file, and return its result."""
    if opened.error:
        return _refuse(library, opened.file, opened.error)
    if known and known.status == "deleted":
        return _removed(str(path))
    if opened.unchanged:
        return _unchanged(opened.file)
    try:
        with library.alone(PATIENCE):
            return _store(library, path, opened.file, opened.made, known)
    except Refused as error:
        return _refuse(library, opened.file, error)


def _removed(name: str) -> FileReport:
    message = "removed from the library; `inquire add` brings it back"
    return FileReport(path=name, status="unchanged", message=message)


def _refuse(library: Library, file: File, error: Refused) -> FileReport:
    if not file.sha256:  # a file that could not be opened is tried again the next time
        file = replace(file, size=-1)
    with library.alone(PATIENCE):
        present = _present(library, file.path)
        message = f"{error}; what was read from it before stays" if present else str(error)
        library.put_file(replace(file, status="refused", source=present, message=message))
    return FileReport(path=file.path, status="refused", source=present, message=message)


def _store(
    library: Library, path: Path, file: File, made: Cut | Bibliography | None, known: File | None
) -> FileReport:
    """Store a document, unless another writer has already stored it.

    Nothing is made of a run, which is copied here, or of a file whose content is known.
    """
    now = library.file(file.path)
    if now and now.status == "deleted":
        return _removed(file.path)
    if isinstance(made, Cut | Bibliography) and (now == known or not _says(now, file)):
        if isinstance(made, Bibliography):
            return _put_references(library, file, made)
        return _put(library, path, file, made)
    if now and _says(now, file):
        library.put_file(
            replace(now, size=file.size, mtime_ns=file.mtime_ns, changed_ns=file.changed_ns)
        )
        return _unchanged(now)
    if kept.is_record(path):
        return _bring(library, path, file)
    return _unchanged(now or file)  # another writer read other content; the next sync settles it


def _says(known: File | None, file: File) -> bool:
    """Return whether a known file has the same content as the document."""
    return known is not None and known.sha256 == file.sha256


def _unchanged(known: File) -> FileReport:
    settled = known.status in ("refused", "duplicate")
    status: FileStatus = known.status if settled else "unchanged"
    return FileReport(path=known.path, status=status, source=known.source, message=known.message)


def _present(library: Library, name: str) -> str | None:
    """Return the key of the source that was read from a file before."""
    known = library.file(name) if kept.is_record(Path(name)) else None
    return known.source if known else library.find_path(name)


def _put(library: Library, path: Path, file: File, cut: Cut) -> FileReport:
    document = cut.document
    content = content_hash(document.kind, document.text, document.metadata, path.stem)
    present = library.find_path(file.path)
    merged = merging.merged_into(library, file.path)
    twin, why = (merged, merging.MERGED) if merged else twin_of(library, document, content)
    if twin and twin != present:
        holder = library.get(twin)
        if present or (holder and os.path.lexists(holder.path)):
            message = f"{why} {twin}" if merged else f"{why} as {twin}: kept once"
            library.put_file(replace(file, status="duplicate", source=twin, message=message))
            library.remove([present] if present else [])
            return FileReport(path=file.path, status="duplicate", source=twin, message=message)
        present = twin
    before = library.get(present) if present else None
    # If it replaces a bibliography's record, it counts as new, because the text was not here.
    status: FileStatus = "changed" if before and not before.is_reference else "new"
    if before and before.content_hash == content and before.path == file.path:
        status = "unchanged"  # read again, with the same content
    key = key_for(library, path, document, present)
    source = Source(
        key=key, kind=document.kind, title=document.title, claim=document.claim, text=document.text,
        content_hash=content, path=file.path, metadata=dict(document.metadata), pages=document.pages,
    )  # fmt: skip
    message = "; ".join(document.warnings)
    file = replace(file, source=key, status=status, message=message)
    library.put(source, keyed(cut.passages, key), file, replaces=present)
    if source.kind == "paper":
        entries.look_again(library)
    return FileReport(path=file.path, status=status, source=key, message=message)


def _bring(library: Library, path: Path, file: File) -> FileReport:
    """Copy a run of another machine into the evidence, where it becomes a source like any run."""
    before = _present(library, str(path))
    try:
        result = probes.runs.brought.bring(path.parent, library.data_dir)
        if before and before != result.id:
            probes.runs.evidence.delete(library.data_dir, before)
    except ProbeError as error:
        raise Refused(str(error)) from error
    twin = result.brought_from != str(path.parent)
    status: FileStatus = "duplicate" if twin else "changed" if before else "new"
    message = f"the same run as {result.id}: kept once" if twin else f"a run: {result.shown}"
    library.put_file(replace(file, source=result.id, status=status, message=message))
    return FileReport(path=file.path, status=status, source=result.id, message=message)


def _put_references(library: Library, file: File, found: Bibliography) -> FileReport:
    status: FileStatus = "changed" if library.file(file.path) else "new"
    count = len(found.references)
    message = "; ".join((f"{count} reference{'' if count == 1 else 's'}", *found.warnings))
    library.put_references(file.path, found.references)
    library.put_file(replace(file, status=status, message=message))
    return FileReport(path=file.path, status=status, message=message)


def _recut(library: Library, reading: Reading) -> None:
    """Cut the stored texts again if the rules for passages changed; no file is opened."""
    cutting = f"{CUTTING} {reading.window} {reading.tokenizer}"
    if library.fact("cutting") == cutting:
        return
    for source in library.sources():
        if source.kind != "evidence":
            cut = passages(source.key, source, reading.window, reading.count_tokens)
            library.recut(source.key, cut)
    library.set_fact("cutting", cutting)


def _outdate(library: Library) -> None:
    """Delete the sizes and times of files that older readers read, so that the next sync opens them.

    A missing file keeps its data, by which it is recognised if it was moved.
    """
    if library.fact("readers") == READERS:
        return
    for file in library.files().values():
        if file.status not in ("deleted", "refused") and os.path.lexists(file.path):
            library.put_file(replace(file, size=-1, sha256=""))
    library.set_fact("readers", READERS)


def _move(library: Library, new: Sequence[Path], gone: dict[str, File]) -> dict[str, str]:
    """Give files found under a new path their source again, and take them out of `gone`."""
    moved: dict[str, str] = {}
    for path in new:
        try:
            stamp = files.stamps(path)
            alike = [file for file in gone.values() if file.size == stamp[0]]
            named = alike and printable(str(path)) == str(path)
            digest = files.digest(path, readers.largest(path)) if named else ""
        except (OSError, Refused):
            continue  # it is reported in its turn
        old = next((file for file in alike if file.sha256 == digest), None)
        if old:
            library.move(old.path, opening.stamped(replace(old, path=str(path)), stamp))
            library.remove_root(old.path)
            del gone[old.path]
            moved[str(path)] = old.path
    return moved


def _forget(library: Library, gone: Sequence[File]) -> Iterator[FileReport]:
    """Delete files that no longer exist, with their sources."""
    copies: dict[str | None, list[str]] = defaultdict(list)
    for other in library.files().values() if gone else ():
        copies[other.source].append(other.path)
    for file in gone:
        library.forget_files([file.path])
        library.remove_root(file.path)
        if kept.is_record(Path(file.path)):
            _forget_run(library, file)
            yield FileReport(path=file.path, status="deleted", source=file.source)
            continue
        key = library.find_path(file.path)
        if key:
            library.remove([key])
            library.forget_files(copies[key])
        elif file.source is None:
            library.put_references(file.path, ())
        yield FileReport(path=file.path, status="deleted", source=key)


def _forget_run(library: Library, file: File) -> None:
    """Remove the copy of a run whose folder is gone, unless the run was made here."""
    if file.status != "duplicate" and file.source in kept.ids(library.data_dir):
        probes.runs.evidence.delete(library.data_dir, file.source)
