"""Follow files into the library: new, changed, deleted and unchanged, one fate for each file."""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import readers
from assistant.content import content_hash
from assistant.errors import Mendable, Refused
from assistant.library import File, Library
from assistant.passages import CUTTING, CountTokens, passages
from assistant.readers.references import Bibliography
from assistant.text import words
from assistant.types import Document, FileReport, FileStatus, Progress, Source
from probes import kept
from probes.types import ProbeError

# Raised where the readers make another text of the same file: it is then read again, once.
READERS = "3"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read: the passage window, its token counter and its name, a PDF password.

    With `every` also files are hashed whose size and times are as they were.
    """

    window: int
    count_tokens: CountTokens
    tokenizer: str = ""
    password: str | None = None
    every: bool = False


def sync(
    library: Library,
    roots: Sequence[Path],
    reading: Reading,
    progress: Progress,
    *,
    prune: bool = True,
) -> list[FileReport]:
    """Bring the library's sources up to the files under `roots`; returns every file's fate.

    A file whose size and times are known is not opened, unless `reading.every`. One that only moved or was touched
    keeps its source. A file that cannot be read is reported and stops nothing; what was read from
    it before stays. With `prune`, sources whose files are gone are removed, unless their folder
    cannot be looked into. What was refused before is tried again only when it has changed or a
    password is given. A run that lies in a folder is copied into the library's evidence.
    """
    _recut(library, reading)
    _outdate(library)
    known = library.files()
    found, unseen = _scan(roots, known)
    names = {str(path) for path in found}
    gone = {
        name: file
        for name, file in known.items()
        if name not in names
        and (prune or not os.path.lexists(name))
        and not any(Path(name).is_relative_to(folder.path) for folder in unseen)
    }
    moved = _move(library, [path for path in found if str(path) not in known], gone)
    # Forgotten before the others are read: a second copy of what is gone takes its place at once.
    forgotten = list(_forget(library, list(gone.values()))) if prune else []
    reports = _read_all(library, found, reading, progress)
    for name, old in moved.items():
        reports[name] = replace(reports[name], message=f"moved from {old}")
    return [*reports.values(), *forgotten, *unseen]


def remove(library: Library, keys: Sequence[str]) -> None:
    """Take sources out of the library, and the files they came from out of later syncs."""
    for file in library.files().values():
        if file.source in keys:
            library.remove_root(file.path)
            library.put_file(replace(file, status="deleted", source=None, message="removed"))
    library.remove(keys)


def existing(path: Path) -> Path:
    """The absolute path of a file or folder that can be opened.

    Raises:
        Mendable: there is none, or it cannot be opened.
    """
    path = path.expanduser().absolute()
    try:
        str(path).encode()
        path.stat()
        if path.is_dir():
            next(path.iterdir(), None)
    except UnicodeEncodeError as error:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise Mendable(f"{shown}: its name is not UTF-8; rename it.") from error
    except FileNotFoundError as error:
        raise Mendable(f"{path} does not exist; check the name.") from error
    except OSError as error:
        raise Mendable(
            f"{path} cannot be opened ({error.strerror}); mend its permissions."
        ) from error
    return path


def _read_all(
    library: Library, found: Sequence[Path], reading: Reading, progress: Progress
) -> dict[str, FileReport]:
    known = library.files()
    reports: dict[str, FileReport] = {}
    for at, path in enumerate(found):
        progress(f"reading {_printable(path.name)}", at / max(1, len(found)))
        reports[str(path)] = _follow(library, path, known.get(str(path)), reading)
    changed = {report.source for report in reports.values() if report.status == "changed"}
    held = library.keys()
    for path in found:
        report = reports[str(path)]
        if report.status == "duplicate" and (report.source in changed or report.source not in held):
            # What it was a copy of says something else now, or has become a copy itself.
            reports[str(path)] = _follow(library, path, None, reading)
    return reports


def _follow(library: Library, path: Path, known: File | None, reading: Reading) -> FileReport:
    name = str(path)
    if _printable(name) != name:
        message = f"{_printable(name)}: its name is not UTF-8; rename the file"
        return FileReport(path=_printable(name), status="refused", message=message)
    if known and known.status == "deleted":
        message = "removed from the library; `inquire add` brings it back"
        return FileReport(path=name, status="unchanged", message=message)
    retry = bool(known and known.status == "refused" and reading.password)
    try:
        stamp = path.stat()
        if known and not retry and not reading.every and _stamped(known, stamp) == known:
            return _unchanged(known)
        digest = _digest(path)
    except OSError as error:
        message = f"{path}: {error.strerror}; mend that or take it out of the folder"
        return FileReport(path=name, status="refused", message=message)
    if known and known.sha256 == digest and not retry:
        library.put_file(_stamped(known, stamp))
        return _unchanged(known)
    file = _stamped(
        File(path=name, size=0, mtime_ns=0, sha256=digest, source=None, status="new"), stamp
    )
    try:
        return _read(library, path, file, reading)
    except Refused as error:
        present = _present(library, path)
        message = f"{error}; what was read from it before stays" if present else str(error)
        library.put_file(replace(file, status="refused", source=present, message=message))
        return FileReport(path=name, status="refused", source=present, message=message)


def _unchanged(known: File) -> FileReport:
    settled = known.status in ("refused", "duplicate")
    status: FileStatus = known.status if settled else "unchanged"
    return FileReport(path=known.path, status=status, source=known.source, message=known.message)


def _present(library: Library, path: Path) -> str | None:
    """The key of what was read from a file before."""
    known = library.files().get(str(path)) if kept.is_record(path) else None
    return known.source if known else library.find_path(str(path))


def _read(library: Library, path: Path, file: File, reading: Reading) -> FileReport:
    if kept.is_record(path):
        return _bring(library, path, file)
    document = readers.read(path, password=reading.password)
    if isinstance(document, Bibliography):
        return _read_references(library, file, document)
    document = _storable(document)
    content = content_hash(document.kind, document.text, document.metadata, path.stem)
    present = library.find_path(file.path)
    twin, why = _twin(library, document, content)
    if twin and twin != present:
        holder = library.get(twin)
        if present or (holder and os.path.lexists(holder.path)):
            message = f"{why} as {twin}: kept once"
            library.put_file(replace(file, status="duplicate", source=twin, message=message))
            library.remove([present] if present else [])
            return FileReport(path=file.path, status="duplicate", source=twin, message=message)
        present = twin
    before = library.get(present) if present else None
    status: FileStatus = "changed" if present else "new"
    if before and before.content_hash == content and before.path == file.path:
        status = "unchanged"  # read anew, and it says what it said
    key = _key(library, path, document, present)
    source = Source(
        key=key, kind=document.kind, title=document.title, claim=document.claim, text=document.text,
        content_hash=content, path=file.path, metadata=dict(document.metadata), pages=document.pages,
    )  # fmt: skip
    cut = passages(key, document, reading.window, reading.count_tokens)
    message = "; ".join(document.warnings)
    file = replace(file, source=key, status=status, message=message)
    library.put(source, cut, file, replaces=present)
    return FileReport(path=file.path, status=status, source=key, message=message)


def _bring(library: Library, path: Path, file: File) -> FileReport:
    """Copy a run of another machine into the evidence, where it becomes a source as any run does."""
    from probes import brought, evidence  # noqa: PLC0415  1 s: only where there is a run to read

    before = _present(library, path)
    try:
        result = brought.bring(path.parent, library.data_dir)
        if before and before != result.id:
            evidence.delete(library.data_dir, before)
    except ProbeError as error:
        raise Refused(str(error)) from error
    twin = result.brought_from != str(path.parent)
    status: FileStatus = "duplicate" if twin else "changed" if before else "new"
    message = f"the same run as {result.id}: kept once" if twin else f"a run: {result.verdict}"
    library.put_file(replace(file, source=result.id, status=status, message=message))
    return FileReport(path=file.path, status=status, source=result.id, message=message)


def _read_references(library: Library, file: File, found: Bibliography) -> FileReport:
    status: FileStatus = "changed" if file.path in library.files() else "new"
    message = "; ".join((f"{len(found.references)} references", *found.warnings))
    library.put_references(file.path, found.references)
    library.put_file(replace(file, status=status, message=message))
    return FileReport(path=file.path, status=status, message=message)


def _recut(library: Library, reading: Reading) -> None:
    """Cut the stored texts anew where passages are cut otherwise now; no file is opened."""
    cutting = f"{CUTTING} {reading.window} {reading.tokenizer}"
    if library.fact("cutting") == cutting:
        return
    for source in library.sources():
        if source.kind != "evidence":
            cut = passages(source.key, source, reading.window, reading.count_tokens)
            library.recut(source.key, cut)
    library.set_fact("cutting", cutting)


def _outdate(library: Library) -> None:
    """Forget the stamps of files that older readers read: they are opened when they are next seen.

    A file that is gone keeps its own, by which it is known where it has moved.
    """
    if library.fact("readers") == READERS:
        return
    for file in library.files().values():
        if file.status not in ("deleted", "refused") and os.path.lexists(file.path):
            library.put_file(replace(file, size=-1, sha256=""))
    library.set_fact("readers", READERS)


def _move(library: Library, new: Sequence[Path], gone: dict[str, File]) -> dict[str, str]:
    """Let files found under a new path keep their source; takes them out of `gone`."""
    moved: dict[str, str] = {}
    for path in new:
        try:
            stamp = path.stat()
            alike = [file for file in gone.values() if file.size == stamp.st_size]
            digest = _digest(path) if alike and _printable(str(path)) == str(path) else ""
        except OSError:
            continue  # reported when it is its turn to be read
        old = next((file for file in alike if file.sha256 == digest), None)
        if old:
            library.move(old.path, _stamped(replace(old, path=str(path)), stamp))
            library.remove_root(old.path)
            del gone[old.path]
            moved[str(path)] = old.path
    return moved


def _forget(library: Library, gone: Sequence[File]) -> Iterator[FileReport]:
    """Forget files that are no longer there, with the sources that were read from them."""
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
            copies = [other.path for other in library.files().values() if other.source == key]
            library.forget_files(copies)
        elif file.source is None:
            library.put_references(file.path, ())
        yield FileReport(path=file.path, status="deleted", source=key)


def _forget_run(library: Library, file: File) -> None:
    """Remove the copy of a run whose folder is gone, unless it was kept here before."""
    from probes import evidence  # noqa: PLC0415  as above

    if file.status != "duplicate" and file.source in kept.ids(library.data_dir):
        evidence.delete(library.data_dir, file.source)


def _scan(roots: Sequence[Path], known: Mapping[str, File]) -> tuple[list[Path], list[FileReport]]:
    """Files to read under the roots, each once, in a fixed order, and the folders that are shut.

    Hidden files and folders are left out, and links to folders are not followed. Of the folder of a
    run its record stands for all.
    """
    suffixes = readers.suffixes()
    found: dict[Path, None] = {}
    unseen: list[FileReport] = []

    def shut(error: OSError) -> None:
        place = _printable(str(error.filename))
        message = (
            f"{place}: {error.strerror}; what was read from it before stays; mend that and sync"
        )
        unseen.append(FileReport(path=place, status="refused", message=message))

    for root in roots:
        if str(root) in known or root.is_file():
            found.update({root: None} if os.path.lexists(root) else {})
            continue
        inside: list[Path] = []
        for folder, folders, files in os.walk(root, onerror=shut):
            record = Path(folder, kept.RECORD)
            if kept.is_record(record) and kept.RECORD in files:
                inside.append(record)
                folders.clear()
                continue
            folders[:] = [name for name in folders if not name.startswith(".")]
            inside.extend(
                Path(folder, name)
                for name in files
                if not name.startswith(".") and Path(name).suffix.lower() in suffixes
            )
        found.update(dict.fromkeys(path for path in sorted(inside) if not _is_special(path)))
    return list(found), unseen


def _is_special(path: Path) -> bool:
    """Whether reading it could wait for ever: a pipe, a socket, a device."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # a broken link, say: it is reported when it is its turn


def _stamped(file: File, stamp: os.stat_result) -> File:
    """The file with the size and the times that it has now."""
    size, written, changed = stamp.st_size, stamp.st_mtime_ns, stamp.st_ctime_ns
    return replace(file, size=size, mtime_ns=written, changed_ns=changed)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _storable(document: Document) -> Document:
    """What SQLite cannot hold as text gives way to U+FFFD, letter for letter."""
    title, text, claim = (
        _UNSTORABLE.sub("\ufffd", part) for part in (document.title, document.text, document.claim)
    )
    return replace(document, title=title, text=text, claim=claim)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _twin(library: Library, document: Document, content: str) -> tuple[str | None, str]:
    """The source that is this document already, and in what respect they are the same."""
    same = library.find_content(content)
    if same or document.kind != "paper":
        return same, "the same text"
    title = set(words(document.title))
    for name, said in (("doi", "the same DOI"), ("arxiv", "the same arXiv id")):
        value = str(document.metadata.get(name) or "")
        for key, other in library.find_identifier(name, value) if value else ():
            # A first page may print the identifier of another paper.
            shared = title & set(words(other))
            if 2 * len(shared) >= min(len(title), len(set(words(other)))):
                return key, said
    return None, ""


def _key(library: Library, path: Path, document: Document, present: str | None) -> str:
    """The key of a source: as its front matter says, as it was, or from its title.

    Raises:
        Refused: the front matter's key belongs to another file.
    """
    wanted = slug(str(document.metadata.get("key") or ""))
    if wanted:
        holder = library.get(wanted) if wanted != present else None
        if holder and holder.path != str(path) and os.path.lexists(holder.path):
            raise Refused(
                f"{path}: the key {wanted!r} is already taken by {holder.path}; change one of the two keys"
            )
        return wanted
    if present:
        return present
    base = (
        slug(path.stem if document.kind == "note" else document.title)
        or slug(path.stem)
        or "source"
    )
    taken = library.keys()
    return next(
        name for n in range(1, 10_000) if (name := base if n == 1 else f"{base}-{n}") not in taken
    )


def slug(name: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most about 60 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    joined = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))
    return joined if len(joined) <= 60 else joined[:60].rsplit("-", 1)[0]
