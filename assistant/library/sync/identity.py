"""Decide which source a document is: what makes two files the same, and which key a source gets."""

import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from assistant.errors import Refused
from assistant.library.shelf import work_of
from assistant.library.store import Library
from assistant.text.prose import words
from assistant.types import Document


def storable(document: Document) -> Document:
    """Return a value in which every character that SQLite cannot store as text is replaced by U+FFFD."""
    title, text, claim = (
        _UNSTORABLE.sub("\ufffd", part) for part in (document.title, document.text, document.claim)
    )
    return replace(document, title=title, text=text, claim=claim)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def twin_of(library: Library, document: Document, content: str) -> tuple[str | None, str]:
    """Return the source that is already this document, and in what respect they are the same."""
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
    return _entry(library, document), "the same work"


def _entry(library: Library, document: Document) -> str | None:
    """Return the bibliography's source for this paper."""
    own = work_of(document.title, document.metadata)
    entries = library.entries()
    return next((key for key, title, said in entries if own.is_same(work_of(title, said))), None)


def key_for(library: Library, path: Path, document: Document, present: str | None) -> str:
    """Return the key of a source: from its front matter, as before, or from its title.

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
    return free_key(library, base)


def free_key(library: Library, base: str) -> str:
    """Return the base, with a number added if it is taken."""
    if not library.has(base):
        return base
    # Many files may have names without a letter that a key can contain, so the number is found by
    # bisection.
    taken, free = 1, 2
    while library.has(f"{base}-{free}"):
        taken, free = free, 2 * free
    while free - taken > 1:
        middle = (taken + free) // 2
        taken, free = (middle, free) if library.has(f"{base}-{middle}") else (taken, middle)
    return f"{base}-{free}"


def slug(name: str) -> str:
    """Return lower-case ASCII words joined by hyphens, at most about 60 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    joined = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))
    return joined if len(joined) <= 60 else joined[:60].rsplit("-", 1)[0]
