"""Make sources of bibliographic records; a record is merged with its paper if the paper is in the library."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.library.content import content_hash
from assistant.library.edits import unedited
from assistant.library.rows import dump
from assistant.library.shelf import Work, work, work_of
from assistant.library.store import Library
from assistant.library.sync.identity import free_key, slug
from assistant.readers.references import Reference
from assistant.text.passages import CountTokens, passages
from assistant.types import Source

# Raise this if the same records would make other sources; the sources are then made again.
_MAKING = "1"


def follow(library: Library, window: int, count_tokens: CountTokens) -> None:
    """Make the sources from records match the references and papers of the library.

    A record whose paper is in the library makes no source; the paper takes over its fields. A
    record whose work has a note makes no source either, unless it has an abstract to quote. A work
    in two bibliographies is one source.
    """
    references = library.references_by_file()
    state = _state(library, references)
    if (library.fact("entries") or _NOTHING) == state:
        return
    wanted = _lend(library, references)
    held = {_identity(said): (key, title) for key, title, said in library.entries()}
    gone = [key for identity, (key, _) in held.items() if identity not in wanted]
    library.remove(gone)
    for identity, (origin, reference) in wanted.items():
        key = held[identity][0] if identity in held else ""
        _put(library, key, origin, reference, window, count_tokens)
    library.set_fact("entries", _state(library, references))


def look_again(library: Library) -> None:
    """Make the next `follow` look at everything, because a paper was stored without its record's fields."""
    if library.fact("entries") not in (None, _NOTHING):
        library.set_fact("entries", "")


def leave_out(library: Library, keys: Iterable[str]) -> None:
    """Remember that the records of these sources must make no source any more."""
    sources = [source for key in keys if (source := library.get(key))]
    left = [
        list(_identity(source.metadata)) for source in sources if "reference" in source.metadata
    ]
    if left:
        _set_left_out(library, [*left_out(library), *left])


def take_in(library: Library, roots: Sequence[Path]) -> None:
    """Let the records of the bibliographies under these roots make sources again."""
    left = left_out(library)
    kept = [each for each in left if not any(Path(each[0]).is_relative_to(r) for r in roots)]
    if kept != left:
        _set_left_out(library, kept)


_LEFT_OUT = "entries left out"
_NOTHING = "nothing"
_Identity = tuple[str, str, str]
"""A record is identified by its file, its key there, and its title, because some files give no keys."""


def left_out(library: Library) -> list[list[str]]:
    """Return the records that must make no source: file, key and title of each."""
    return [list(each) for each in json.loads(library.fact(_LEFT_OUT) or "[]")]


def _set_left_out(library: Library, left: Sequence[Sequence[str]]) -> None:
    library.set_fact(_LEFT_OUT, json.dumps(left))


def _identity(metadata: Mapping[str, Any]) -> _Identity:
    said = metadata.get("reference") or {}
    return str(said.get("origin")), str(said.get("key")), str(said.get("title"))


def _state(library: Library, references: Sequence[tuple[str, Reference]]) -> str:
    """Return a value that changes with everything these sources depend on; they are skipped while it is the same."""
    if not references:
        return _NOTHING
    told = (
        _MAKING,
        library.fact("cutting"),
        library.fact(_LEFT_OUT),
        library.fingerprint(),
        [(origin, asdict(reference)) for origin, reference in references],
    )
    return hashlib.sha256(dump(told).encode()).hexdigest()


# ── which records are entries ────────────────────────────────────────────────────────────────────


@dataclass
class _Held:
    """The works of the library's own sources, found by an id or a title."""

    works: dict[str, Work] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def put(self, key: str, one: Work) -> None:
        self.works[key] = one
        for name in (*one.ids, *one.titles):
            self.named[name].add(key)

    def find(self, one: Work) -> list[str]:
        near = set().union(*(self.named.get(name, set()) for name in (*one.ids, *one.titles)))
        return sorted(key for key in near if one.is_same(self.works[key]))


def _lend(
    library: Library, references: Sequence[tuple[str, Reference]]
) -> dict[_Identity, tuple[str, Reference]]:
    """Give every paper the fields of its record; return the records that become sources."""
    sources = {
        source.key: source
        for source in library.sources()
        if source.kind != "evidence" and not source.is_reference and not is_marginal(source)
    }
    held, seen = _Held(), _Held()
    for source in sources.values():
        held.put(source.key, work_of(source.title, source.metadata))
    places = {source.path: source.key for source in sources.values() if source.path}
    left = set(map(tuple, left_out(library)))
    wanted: dict[_Identity, tuple[str, Reference]] = {}
    lent: dict[str, tuple[str, Reference]] = {}
    for origin, reference in references:
        identity = (origin, reference.key, reference.title)
        own = work(
            (reference.title,), reference.authors, reference.year, reference.doi, reference.arxiv
        )
        kept = [places[path] for path in reference.attachments if path in places]
        found = [sources[key] for key in dict.fromkeys([*kept, *held.find(own)])]
        for paper in (source for source in found if source.kind == "paper"):
            lent.setdefault(paper.key, (origin, reference))
        noted = any(source.kind == "note" for source in found) and not reference.abstract
        if any(source.kind == "paper" for source in found) or noted or identity in left:
            continue
        if not seen.find(own):
            seen.put(str(len(wanted)), own)
            wanted[identity] = (origin, reference)
    for source in sources.values():
        if source.kind == "paper":
            said = unedited(source.metadata)
            metadata = _with_record(said, lent.get(source.key))
            if metadata != said:
                library.update_metadata(source.key, metadata)
    return wanted


# For these fields a reader's bibliography is more reliable than the first page of a PDF.
_SURER = ("authors", "year", "venue", "tags", "collections", "highlights")
_LENT = (*_SURER, "doi", "arxiv", "url", "abstract")


def _with_record(metadata: Mapping[str, Any], lent: tuple[str, Reference] | None) -> dict[str, Any]:
    """Return a paper's metadata with the fields of its record; the file's own values are kept beside them."""
    said = {name: value for name, value in metadata.items() if name not in ("reference", "own")}
    said.update(metadata.get("own") or {})
    said = {name: value for name, value in said.items() if value is not None}
    if lent is None:
        return said
    record = _fields(*lent)
    own = {
        name: said.get(name)
        for name in _LENT
        if record.get(name) and (name in _SURER or not said.get(name))
    }
    return {
        **said,
        **{name: record[name] for name in own},
        "own": own,
        "reference": record["reference"],
    }


def _fields(origin: str, reference: Reference) -> dict[str, Any]:
    """Return the fields of a record as metadata of a source."""
    told = {name: value for name, value in asdict(reference).items() if name in _LENT}
    named = {"key": reference.key, "type": reference.type, "title": reference.title}
    return {
        **{
            name: list(value) if isinstance(value, tuple) else value
            for name, value in told.items()
            if value
        },
        "authors": list(reference.authors),
        "reference": {"origin": origin, **named},
    }


def is_marginal(source: Source) -> bool:
    """Return whether a source is what a reader wrote in a reference manager: see `sync.marginalia`."""
    return source.kind == "note" and "reference" in source.metadata


# ── an entry ─────────────────────────────────────────────────────────────────────────────────────


def _put(
    library: Library, key: str, origin: str, reference: Reference, window: int, count_tokens: CountTokens
) -> None:  # fmt: skip
    """Store a record as a source: its text is the printed record, and its abstract can be quoted."""
    text, start = _printed(reference)
    metadata = {
        **_fields(origin, reference),
        "text_here": False,
        "sections": [{"title": _HEADING, "start": start}] if start is not None else [],
    }
    content = content_hash("paper", text, metadata, "")
    before = library.get(key) if key else None
    if before and before.text == text and unedited(before.metadata) == metadata:
        return
    key = key or free_key(library, slug(reference.key) or slug(reference.title) or "reference")
    source = Source(
        key=key, kind="paper", title=reference.title or reference.key, claim="", text=text,
        content_hash=content, metadata=metadata,
    )  # fmt: skip
    library.put(source, passages(key, source, window, count_tokens))


_HEADING = "Abstract"


def _printed(reference: Reference) -> tuple[str, int | None]:
    """Return title, authors and venue of a work with its abstract, and where the abstract begins.

    No full stop follows the first three: they are searched but are not sentences to quote.
    """
    year = "" if reference.year is None else str(reference.year)
    head = "\n\n".join(filter(None, _head(reference, year)))
    if not reference.abstract:
        return f"{head}\n", None
    return f"{head}\n\n{_HEADING}\n\n{reference.abstract}\n", len(head) + 2


def _head(reference: Reference, year: str) -> Iterator[str]:
    yield reference.title or reference.key
    yield ", ".join(reference.authors)
    yield ", ".join(filter(None, (reference.venue, year)))
