"""Read a local Zotero library, `zotero.sqlite`: works with collections, tags, notes, highlights and attachments.

The tables are those of Zotero's own schema (resource/schema/userdata.sql and system.sql of
github.com/zotero/zotero), versions 5 to 8. The file is copied before it is opened: Zotero keeps it
locked while it runs.
"""

import os
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import Refused
from assistant.readers import files
from assistant.readers.references import Bibliography, Highlight, Reference
from assistant.readers.zotero_items import Item, as_reference, folder_name, folder_path, highlight

NAME = "zotero.sqlite"
suffixes = (".sqlite",)
# The file also contains Zotero's full-text index, which has about a gigabyte for ten thousand
# papers.
largest = 8 * 2**30
# Zotero may write during a copy; a transaction takes milliseconds, so this many attempts are
# enough.
_TRIES = 5


def read(path: Path, *, password: str | None = None) -> Bibliography:  # noqa: ARG001
    """Read the works of every library of a `zotero.sqlite` except feeds; nothing is written, and Zotero may run.

    Raises:
        Refused: the file is unreadable, not a Zotero library, or of an unknown version.
    """
    with tempfile.TemporaryDirectory(prefix="inquire-zotero-") as folder:
        copy = _copied(path, Path(folder) / NAME)
        try:
            with closing(sqlite3.connect(copy)) as db:
                db.row_factory = sqlite3.Row
                db.text_factory = lambda raw: raw.decode("utf-8", "replace")
                if "itemDataValues" not in _tables(db):
                    raise Refused(f"{path}: no library of Zotero; name its zotero.sqlite")
                return Bibliography(references=tuple(_references(db, path)))
        except sqlite3.DatabaseError as error:
            raise Refused(
                f"{path}: not a library of Zotero 5 or later ({error}); start Zotero once, which mends and "
                "updates it, and sync again"
            ) from None


def _copied(path: Path, copy: Path) -> Path:
    """Return a copy that holds one state of the library, including its log.

    Raises:
        Refused: the library cannot be read, or Zotero writes without a pause.
    """
    for _ in range(_TRIES):
        try:
            before = files.stamps(path)
        except OSError as error:
            raise Refused(f"{path}: {error.strerror}; make it readable or remove it") from None
        for part in files.with_log(path):
            target = copy.with_name(copy.name + part.name.removeprefix(path.name))
            with files.opened(part, largest) as source:
                _copy(path, source, target)
        if files.stamps(path) == before:
            return copy
        for part in files.with_log(copy):
            part.unlink()
    raise Refused(f"{path}: Zotero is writing to it all the time; sync again when it rests")


def _copy(path: Path, source: BinaryIO, target: Path) -> None:
    """Copy a file without the space of its empty parts, because a file may claim gigabytes that are on no disk.

    Raises:
        Refused: the disk of the copy is full or cannot be written.
    """
    try:
        with target.open("wb") as taken:
            while block := source.read(_BLOCK):
                if block.count(0) == len(block):
                    taken.seek(len(block), os.SEEK_CUR)
                else:
                    taken.write(block)
            taken.truncate()
    except OSError as error:
        raise Refused(
            f"{path}: the copy that is read cannot be made in {target.parent.parent} ({error.strerror}); free "
            "some space there"
        ) from None


_BLOCK = 1 << 20


def _tables(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _references(db: sqlite3.Connection, path: Path) -> Iterable[Reference]:
    """Yield the works in the order in which they were added, with their notes, highlights and attachments."""
    tables = _tables(db)
    gone = {row[0] for row in db.execute("SELECT itemID FROM deletedItems")}
    groups = {one: _said(name) for one, name in db.execute("SELECT libraryID, name FROM groups")}
    fields: dict[int, dict[str, str]] = defaultdict(dict)
    for item, name, value in db.execute(
        "SELECT itemID, fieldName, value FROM itemData JOIN fields USING (fieldID)"
        " JOIN itemDataValues USING (valueID)"
    ):
        fields[item][_said(name)] = _said(value)
    people: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for item, first, last, role in db.execute(
        "SELECT itemID, firstName, lastName, creatorType FROM itemCreators JOIN creators USING (creatorID)"
        " JOIN creatorTypes USING (creatorTypeID) ORDER BY itemID, orderIndex"
    ):
        people[item].append((_said(role), _said(first), _said(last)))
    tags = _by_item(
        db.execute(
            "SELECT itemID, name FROM itemTags JOIN tags USING (tagID) ORDER BY itemID, name"
        )
    )
    shelves = _shelves(db, tables, groups)
    attached = _attachments(db, gone, path.parent)
    notes = _notes(db, gone)
    marks = _highlights(db, gone) if "itemAnnotations" in tables else {}
    pinned = _pinned(path.with_name("better-bibtex.sqlite"))
    for item, kind, key, shared in db.execute(
        "SELECT itemID, typeName, key, libraryID FROM items JOIN itemTypes USING (itemTypeID)"
        " JOIN libraries USING (libraryID) WHERE type != 'feed' ORDER BY itemID"
    ):
        if item in gone or kind in ("attachment", "note", "annotation"):
            continue
        own = shelves.get(item, []) or ([folder_name(groups[shared])] if shared in groups else [])
        hung = attached.get(item, [])
        yield as_reference(
            Item(
                type=_said(kind), fields=fields[item], people=people[item], tags=tags.get(item, []),
                collections=own, key=pinned.get((shared, key), ""), id=_said(key),
                attachments=[place for _, place in hung if place],
                notes=notes.get(item, []),
                highlights=[mark for one, _ in hung for mark in marks.get(one, [])],
            )
        )  # fmt: skip


def _by_item(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for item, value in rows:
        found[item].append(_said(value))
    return found


def _said(value: object) -> str:
    """Return a value as text, because any SQLite column may hold any type."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _shelves(
    db: sqlite3.Connection, tables: set[str], groups: Mapping[int, str]
) -> dict[int, list[str]]:
    """Return the collections of every item as paths, "Parent/Child"; a group's collections begin with its name."""
    trashed = set()
    if "deletedCollections" in tables:
        trashed = {row[0] for row in db.execute("SELECT collectionID FROM deletedCollections")}
    rows = db.execute(
        "SELECT collectionID, collectionName, parentCollectionID, libraryID FROM collections"
    ).fetchall()
    known = {one: (_said(name), parent) for one, name, parent, _ in rows if one not in trashed}
    paths = {
        one: "/".join(
            [*([folder_name(groups[shared])] if shared in groups else []), folder_path(one, known)]
        )
        for one, *_, shared in rows
        if one in known
    }
    held = db.execute(
        "SELECT itemID, collectionID FROM collectionItems ORDER BY itemID, collectionID"
    )
    return _by_item((item, paths[one]) for item, one in held if one in paths)


# Zotero keeps an attachment as a copy in its folder, imported or from the web, or as a link to a
# file.
_STORED, _LINKED = (0, 1), 2


def _attachments(
    db: sqlite3.Connection, gone: set[int], folder: Path
) -> dict[int, list[tuple[int, str]]]:
    """Return (item, path) of the attachments of every item; attachments that are no file or not found have no path."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for one, parent, mode, *where in db.execute(
        "SELECT a.itemID, parentItemID, linkMode, path, key FROM itemAttachments a JOIN items USING (itemID)"
        " WHERE parentItemID IS NOT NULL ORDER BY a.itemID"
    ):
        place = ""
        path, key = map(_said, where)
        if path and mode in _STORED and path.startswith("storage:"):
            place = str(folder / "storage" / key / path.removeprefix("storage:"))
        elif path and mode == _LINKED and not path.startswith("attachments:"):
            place = path  # the base folder is a Zotero setting outside the library
        if one not in gone:
            found[parent].append((one, place))
    return found


def _notes(db: sqlite3.Connection, gone: set[int]) -> dict[int, list[str]]:
    rows = db.execute(
        "SELECT itemID, parentItemID, note FROM itemNotes WHERE parentItemID IS NOT NULL ORDER BY itemID"
    )
    return _by_item((parent, note) for item, parent, note in rows if item not in gone)


def _highlights(db: sqlite3.Connection, gone: set[int]) -> dict[int, list[Highlight]]:
    """Return the highlights of every attachment, in page order: text, the reader's comment, the page."""
    found: dict[int, list[Highlight]] = defaultdict(list)
    for item, parent, text, comment, page in db.execute(
        "SELECT itemID, parentItemID, text, comment, pageLabel FROM itemAnnotations"
        " ORDER BY parentItemID, sortIndex"
    ):
        mark = highlight(_said(text), _said(comment), _said(page))
        if item not in gone and mark:
            found[parent].append(mark)
    return found


def _pinned(path: Path) -> dict[tuple[int, str], str]:
    """Return the cite keys that the plug-in Better BibTeX keeps in a separate file, by (library, item key)."""
    if not path.is_file():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as db:
            rows = db.execute("SELECT libraryID, itemKey, citationKey FROM citationkey").fetchall()
    except sqlite3.Error:
        return {}  # of another version, which keeps its keys in the library itself
    return {(library, key): _said(cite) for library, key, cite in rows if cite}
