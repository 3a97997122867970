"""Find sources that are the same work, and merge them when the reader asks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.errors import UsageError
from assistant.library import comments
from assistant.library.labels import hand_over
from assistant.library.shelf import Work, work_of
from assistant.library.store import Library
from assistant.library.sync import entries
from assistant.types import Kind, Source

# This tells the file of a merged source from a copy that the program found itself.
MERGED = "merged by the reader into"
_LENT = ("authors", "year", "venue", "doi", "arxiv", "url", "abstract")


def duplicates(library: Library) -> list[list[str]]:
    """Return groups of keys that stand for one work, each group with the key to keep first.

    Papers are compared with papers and notes with notes: a note on a paper is no copy of it. The
    first of a group is the source with the longest text, then the one whose key is shorter.
    """
    groups: list[list[str]] = []
    for kind in ("paper", "note"):
        groups += _groups(library, kind)
    return sorted(groups)


def merge(library: Library, keep: str, others: Sequence[str]) -> None:
    """Merge several sources: `keep` takes over tags, collections, comments, and the fields that it lacks.

    The files of the others stay where they are, and count as copies from now on.

    Raises:
        UsageError: a key is unknown or named twice, or the sources are of several kinds; nothing is
            changed.
    """
    keys = [keep, *others]
    sources = {source.key: source for source in library.get_all(keys)}
    if missing := [key for key in keys if key not in sources]:
        raise UsageError(f"There is no source {missing[0]!r}; `inquire list` names them.")
    if len(sources) < len(keys) or not others:
        raise UsageError("Name the source to keep, and others than it to merge into it.")
    kinds = sorted({source.kind for source in sources.values()})
    if len(kinds) > 1 or kinds == ["evidence"]:
        raise UsageError(
            f"{' and '.join(kinds)} cannot be merged: papers with papers and notes with notes."
        )
    for key in others:
        _take_over(library, keep, sources[key])
    for file in library.files().values():
        if file.source in others:
            message = f"{MERGED} {keep}"
            library.remove_root(file.path)
            library.put_file(replace(file, status="duplicate", source=keep, message=message))
    entries.leave_out(library, [key for key in others if sources[key].is_reference])
    library.remove(others)
    entries.look_again(library)


def merged_into(library: Library, path: str) -> str | None:
    """Return the key into which the reader merged the source of a file, if that source exists."""
    file = library.file(path)
    if file is None or file.status != "duplicate" or not file.message.startswith(MERGED):
        return None
    return file.source if file.source and library.has(file.source) else None


def _take_over(library: Library, keep: str, other: Source) -> None:
    hand_over(library, other.key, keep)
    kept = library.get(keep)
    if kept and kept.kind == "paper":  # the fields of a note are part of its content
        lent = {
            name: other.metadata[name]
            for name in _LENT
            if not kept.metadata.get(name) and other.metadata.get(name)
        }
        library.update_metadata(keep, {**kept.metadata, **lent})
    comments.hand_over(library, other.key, keep)


def _groups(library: Library, kind: Kind) -> Iterator[list[str]]:
    works: list[tuple[Work, list[Source]]] = []
    near: dict[str, list[int]] = {}
    for source in library.sources(kind):
        # Two notes on one paper are two notes, so their own titles tell them apart.
        told = source.metadata
        own = work_of(
            source.title,
            told if kind == "paper" else {name: told.get(name) for name in ("authors", "year")},
        )
        at = next(
            (
                place
                for name in (*own.ids, *own.titles)
                for place in near.get(name, ())
                if works[place][0].is_same(own)
            ),
            None,
        )
        if at is None:
            at = len(works)
            works.append((own, []))
        works[at][1].append(source)
        for name in (*own.ids, *own.titles):
            near.setdefault(name, []).append(at)
    for _, found in works:
        if len(found) > 1:
            found.sort(key=lambda source: (-len(source.text), len(source.key), source.key))
            yield [source.key for source in found]
