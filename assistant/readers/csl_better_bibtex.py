"""Read Zotero exports as "BetterBibTeX JSON": items with collections, tags, notes, highlights, attachments."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.readers.references import Highlight, Reference
from assistant.readers.zotero_items import Item, as_reference, folder_path, highlight


def is_export(content: object) -> bool:
    """Return whether a JSON document is such an export: its items have types of Zotero."""
    if not isinstance(content, Mapping) or not isinstance(content.get("items"), list):
        return False
    items = [item for item in content["items"] if isinstance(item, Mapping)]
    return any("itemType" in item for item in items)


def references(content: Mapping[str, Any], path: Path) -> Iterator[Reference]:
    """Yield the works of an export; relative attachments are sought beside its file."""
    shelves = _shelves(content.get("collections"))
    for item in content["items"]:
        if not isinstance(item, Mapping) or item.get("itemType") in (None, *_NO_WORKS):
            continue
        attached = [one for one in _list(item.get("attachments")) if isinstance(one, Mapping)]
        places = [str(one.get("path") or one.get("localPath") or "") for one in attached]
        yield as_reference(
            Item(
                type=str(item["itemType"]),
                fields={str(name): _text(value) for name, value in item.items()},
                people=[_person(one) for one in _list(item.get("creators")) if isinstance(one, Mapping)],
                tags=[_text(tag.get("tag") if isinstance(tag, Mapping) else tag) for tag in _list(item.get("tags"))],
                collections=[
                    name for one in (item.get("itemID"), item.get("itemKey") or item.get("key"))
                    for name in shelves.get(str(one), [])
                ],
                key=_text(item.get("citationKey") or item.get("citekey") or item.get("citation-key")),
                id=_text(item.get("itemKey") or item.get("key")),
                attachments=[str(path.parent / place) for place in places if place],
                notes=[
                    _text(note.get("note") if isinstance(note, Mapping) else note)
                    for note in _list(item.get("notes"))
                ],
                highlights=[mark for one in attached for mark in _highlights(one)],
            )
        )  # fmt: skip


_NO_WORKS = ("attachment", "note", "annotation")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _person(one: Mapping[str, Any]) -> tuple[str, str, str]:
    last = _text(one.get("lastName")) or _text(one.get("name"))
    return _text(one.get("creatorType")), _text(one.get("firstName")), last


def _highlights(attachment: Mapping[str, Any]) -> Iterator[Highlight]:
    marks = [one for one in _list(attachment.get("annotations")) if isinstance(one, Mapping)]
    for one in sorted(marks, key=lambda mark: _text(mark.get("annotationSortIndex"))):
        text, comment = _text(one.get("annotationText")), _text(one.get("annotationComment"))
        if mark := highlight(text, comment, _text(one.get("annotationPageLabel"))):
            yield mark


def _shelves(collections: Any) -> dict[str, list[str]]:
    """Return the collections of every item, as paths; collections list their items by number or by key."""
    listed = collections if isinstance(collections, Mapping) else {}
    folders = {str(key): one for key, one in listed.items() if isinstance(one, Mapping)}
    known = {
        key: (_text(one.get("name")), _text(one.get("parent"))) for key, one in folders.items()
    }
    found: dict[str, list[str]] = {}
    for key, one in folders.items():
        path = folder_path(key, known)
        for item in _list(one.get("items")):
            found.setdefault(_text(item), []).append(path)
    return found
