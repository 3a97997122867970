"""Follow files into the library: new, changed, deleted and unchanged, one fate for each file."""

import hashlib
import json
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import readers
from assistant.errors import Refused
from assistant.library import File, Library
from assistant.passages import CountTokens, passages
from assistant.readers.references import Bibliography
from assistant.types import Document, FileReport, FileStatus, Source

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read: the passage window, its token counter, and a PDF password."""

    window: int
    count_tokens: CountTokens
    password: str | None = None


def sync(
    library: Library,
    roots: Sequence[Path],
    reading: Reading,
    progress: Progress,
    *,
    prune: bool = True,
) -> list[FileReport]:
    """Bring the library's sources up to the files under `roots`; returns every file's fate.

    A file whose size and time stamp are known is not opened. One that only moved or was touched
    keeps its source. A file that cannot be read is reported and stops nothing. With `prune`,
    sources whose files are gone are removed; what the reader refused before is tried again only
    when it has changed or a password is given.
    """
    known = library.files()
    found = list(_scan(roots))
    reports: list[FileReport] = []
    for at, path in enumerate(found):
        progress(f"reading {path.name}", at / max(1, len(found)))
        reports.append(_follow(library, path, known.get(str(path)), reading))
    if prune:
        gone = sorted(set(known) - {str(path) for path in found})
        reports.extend(_forget(library, [known[path] for path in gone]))
    return reports


def remove(library: Library, keys: Sequence[str]) -> None:
    """Take sources out of the library, and the files they came from out of later syncs."""
    for file in library.files().values():
        if file.source in keys:
            library.remove_root(file.path)
            library.put_file(replace(file, status="deleted", source=None, message="removed"))
    library.remove(keys)


def _follow(library: Library, path: Path, known: File | None, reading: Reading) -> FileReport:
    name = str(path)
    try:
        stamp = path.stat()
        same_stamp = known and (known.size, known.mtime_ns) == (stamp.st_size, stamp.st_mtime_ns)
        retry = bool(known and known.status == "refused" and reading.password)
        if known and same_stamp and not retry:
            return _unchanged(known)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if known and known.sha256 == digest and not retry:
            known = replace(known, size=stamp.st_size, mtime_ns=stamp.st_mtime_ns)
            library.put_file(known)
            return _unchanged(known)
    except OSError as error:
        message = f"{path}: {error.strerror}; mend its permissions or take it out of the folder"
        return FileReport(path=name, status="refused", message=message)
    file = File(
        path=name, size=stamp.st_size, mtime_ns=stamp.st_mtime_ns, sha256=digest, source=None, status="new",
    )  # fmt: skip
    try:
        return _read(library, path, file, known, reading)
    except Refused as error:
        library.put_file(replace(file, status="refused", message=str(error)))
        if known and known.source:
            library.remove([known.source])
        return FileReport(path=name, status="refused", message=str(error))


def _unchanged(known: File) -> FileReport:
    settled = known.status in ("refused", "duplicate", "deleted")
    status: FileStatus = known.status if settled else "unchanged"
    return FileReport(path=known.path, status=status, source=known.source, message=known.message)


def _read(
    library: Library, path: Path, file: File, known: File | None, reading: Reading
) -> FileReport:
    document = readers.read(path, password=reading.password)
    status: FileStatus = "changed" if known and known.source else "new"
    if isinstance(document, Bibliography):
        library.put_references(str(path), document.references)
        library.put_file(replace(file, status="new"))
        message = f"{len(document.references)} references" + "".join(
            f"; {warning}" for warning in document.warnings
        )
        return FileReport(path=str(path), status="changed" if known else "new", message=message)
    content = _content_hash(document)
    key = known.source if known and known.source else None
    twin, why = _twin(library, document, content)
    if twin and twin != key:
        message = f"{why} as {twin}: kept once"
        library.put_file(replace(file, status="duplicate", source=twin, message=message))
        if key:
            library.remove([key])
        return FileReport(path=str(path), status="duplicate", source=twin, message=message)
    key = _key(library, path, document, key)
    source = Source(
        key=key, kind=document.kind, title=document.title, claim=document.claim, text=document.text,
        content_hash=content, path=str(path), metadata=dict(document.metadata), pages=document.pages,
    )  # fmt: skip
    cut = passages(key, document, reading.window, reading.count_tokens)
    message = "; ".join(document.warnings)
    library.put(source, cut, replace(file, source=key, status=status, message=message))
    return FileReport(path=str(path), status=status, source=key, message=message)


def _forget(library: Library, gone: Sequence[File]) -> Iterator[FileReport]:
    """Files that are no longer there: their sources go, unless another file still holds them."""
    for file in gone:
        library.forget_files([file.path])
        others = [other for other in library.files().values() if other.source == file.source]
        source = library.get(file.source) if file.source else None
        if source and source.path == file.path:
            # A duplicate elsewhere takes over at the next reading of that file.
            library.remove([source.key])
            library.forget_files([other.path for other in others])
        elif file.source is None:
            library.put_references(file.path, ())
        yield FileReport(path=file.path, status="deleted", source=file.source)


def _scan(roots: Sequence[Path]) -> Iterator[Path]:
    """Readable files under the roots, each once, in a fixed order; hidden ones are left out."""
    seen: set[Path] = set()
    known = readers.suffixes()
    for root in roots:
        inside = sorted(root.rglob("*")) if root.is_dir() else [root]
        for path in inside:
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            named = path == root or path.suffix.lower() in known
            if named and not hidden and path not in seen and _is_file(path):
                seen.add(path)
                yield path


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _content_hash(document: Document) -> str:
    """What makes two files the same source: a paper's text; a note's text and front matter."""
    fields = json.dumps(document.metadata, sort_keys=True, default=str)
    parts = (document.kind, document.text, fields if document.kind == "note" else "")
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _twin(library: Library, document: Document, content: str) -> tuple[str | None, str]:
    """The source that is this document already, and in what respect they are the same."""
    same = library.find_content(content)
    if same or document.kind != "paper":
        return same, "the same text"
    for source in library.sources():
        for name, said in (("doi", "the same DOI"), ("arxiv", "the same arXiv id")):
            wanted = str(document.metadata.get(name) or "").lower()
            if (
                wanted
                and source.kind == "paper"
                and wanted == str(source.metadata.get(name)).lower()
            ):
                return source.key, said
    return None, ""


def _key(library: Library, path: Path, document: Document, present: str | None) -> str:
    """The key of a source: as it was, as its front matter says, or from its title.

    Raises:
        Refused: the front matter's key belongs to another file.
    """
    wanted = str(document.metadata.get("key") or "")
    if wanted:
        wanted = slug(wanted)
        holder = library.get(wanted) if wanted != present else None
        if holder and holder.path != str(path) and Path(holder.path).exists():
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
