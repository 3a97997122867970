"""A reader's notes and highlights in a reference manager become a note of the library about their work."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.library.content import content_hash
from assistant.library.store import Library
from assistant.library.sync.entries import is_marginal, left_out
from assistant.library.sync.identity import free_key, slug
from assistant.readers.references import Reference
from assistant.text.passages import CountTokens, passages
from assistant.types import Source


def follow(library: Library, window: int, count_tokens: CountTokens) -> None:
    """Update these notes from the references of the library, one note for each work with notes or highlights.

    The note has the DOI, arXiv id and title of its work; its key is that of the work with "-notes".
    """
    left = set(map(tuple, left_out(library)))
    wanted = {
        (origin, f"{reference.key}{_ENDING}", reference.title): reference
        for origin, reference in library.references_by_file()
        if reference.notes or reference.highlights
    }
    wanted = {name: reference for name, reference in wanted.items() if name not in left}
    held = {}
    for source in library.sources("note") if wanted or library.fact(_THERE) else ():
        if is_marginal(source):
            said = source.metadata["reference"]
            held[said["origin"], said["key"], said["title"]] = source
    library.remove([source.key for name, source in held.items() if name not in wanted])
    for name, reference in wanted.items():
        _put(library, held.get(name), name[0], reference, window, count_tokens)
    if bool(wanted) != bool(library.fact(_THERE)):
        library.set_fact(_THERE, "1" if wanted else "")


_THERE = "marginalia"
_ENDING = "-notes"


def _put(
    library: Library, before: Source | None, origin: str, reference: Reference, window: int,
    count_tokens: CountTokens,
) -> None:  # fmt: skip
    text, sections = _printed(reference)
    metadata: dict[str, Any] = {
        "paper": reference.title, "authors": list(reference.authors), "year": reference.year,
        "doi": reference.doi, "arxiv": reference.arxiv, "tags": list(reference.tags),
        "collections": list(reference.collections), "sections": sections,
        "highlights": [asdict(mark) for mark in reference.highlights],
        "reference": {"origin": origin, "key": f"{reference.key}{_ENDING}", "title": reference.title},
    }  # fmt: skip
    metadata = {name: value for name, value in metadata.items() if value not in ("", None, [])}
    content = content_hash("note", text, metadata, "")
    if before and (before.content_hash, before.text) == (content, text):
        return
    base = slug(reference.key) or slug(reference.title) or "reference"
    key = before.key if before else free_key(library, f"{base}{_ENDING}")
    source = Source(
        key=key, kind="note", title=f"Notes on {reference.title}", claim="", text=text,
        content_hash=content, metadata=metadata,
    )  # fmt: skip
    library.put(source, passages(key, source, window, count_tokens))


def _printed(reference: Reference) -> tuple[str, list[dict[str, Any]]]:
    """Return the notes, then every highlight with its comment, each a paragraph; and the headings."""
    marked = [part for mark in reference.highlights for part in (mark.text, mark.comment) if part]
    parts: list[str] = [f"Notes on {reference.title}"]
    sections: list[dict[str, Any]] = []
    for heading, said in (("Notes", reference.notes), ("Highlights", marked)):
        if said:
            sections.append({"title": heading, "start": _length(parts)})
            parts += [heading, *said]
    return "\n\n".join(parts) + "\n", sections


def _length(parts: Sequence[str]) -> int:
    """Return where the next paragraph begins."""
    return sum(len(part) + 2 for part in parts)
