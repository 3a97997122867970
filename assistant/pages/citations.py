"""Find which sources cite each other, which works outside the library they cite, and which sources are similar."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.library.shelf import Shelf, bibliography, shelf
from assistant.library.store import Library
from assistant.pages.neighbours import neighbours, printed_ids
from assistant.question.terms import terms
from assistant.readers.relations import Declared, declared
from assistant.search import index
from assistant.types import Source


@dataclass(frozen=True, kw_only=True)
class Link:
    """A source names another work as cited: `target` is its key, or empty outside the library.

    `kind` is the note's word for the relation ("extends"), or "reference" for a paper's printed
    entry, which is then kept in `printed`. If `directed` is false, the relation is one of content
    ("contrasts"), and neither work is said to cite the other.
    """

    origin: str
    target: str
    kind: str
    title: str
    printed: str = ""
    directed: bool = True


def links(source: Source, shelved: Shelf, outside: Shelf) -> list[Link]:
    """Return the citations between a source and other works, as the source itself states them.

    If a relation would make an older work cite a newer one, it is reversed: the other work
    cites this one. If the citing work is outside the library, `origin` is empty.
    """
    found = [
        link
        for relation in declared(source.metadata)
        if (link := _relation(source, relation, shelved, outside))
    ]
    return found + printed_links(source, shelved, outside)


def printed_links(source: Source, shelved: Shelf, outside: Shelf) -> list[Link]:
    """Return the citations that the reference list of a source prints."""
    found = []
    for printed in references(source):
        named = shelved.find(printed)
        keys = sorted(named - shelved.same_work(source))
        found += [
            Link(
                origin=source.key, target=key, kind="reference", title=shelved.titles[key],
                printed=printed,
            )
            for key in keys
        ]  # fmt: skip
        if not named:
            title = next((outside.titles[key] for key in sorted(outside.find(printed))), "")
            title = title or printed_title(printed)
            found.append(
                Link(origin=source.key, target="", kind="reference", title=title, printed=printed)
            )
    return found


def references(source: Source) -> list[str]:
    """Return the printed reference entries of a paper."""
    entries = source.metadata.get("references")
    return [str(entry) for entry in entries] if isinstance(entries, list | tuple) else []


def network(library: Library, source: Source) -> dict[str, Any]:
    """Return the citation network around a source.

    Returns:
        `this`, the sources `citing` it and those `cited` by it (keys, sorted), those `related` by
        content alone, the titles of linked works `outside` the library, all these as `works` (see
        `neighbours`), the keys of the `same` work, and `edges`: each link with its ends and its
        basis. Two sources always agree: if A is cited by B, B cites A.
    """
    sources = _held(library, source)
    recorded = [each for each in library.sources() if each.is_reference]
    shelved = shelf(sources)
    outside = bibliography(library.references())
    mine: list[Link] = []
    for other in sources:
        mine += [
            link
            for link in links(other, shelved, outside)
            if source.key in (link.origin, link.target)
        ]
    citing = {k.origin for k in mine if k.directed and k.target == source.key and k.origin}
    cited = {k.target for k in mine if k.directed and k.origin == source.key and k.target}
    near = {end for k in mine for end in (k.origin, k.target) if end and end != source.key}
    sides = {
        "citing": sorted(citing),
        "cited": sorted(cited),
        "related": sorted(near - citing - cited),
    }
    return {
        "this": source.key,
        **sides,
        "outside": list(dict.fromkeys(k.title for k in mine if not k.target or not k.origin)),
        "works": neighbours(source.key, mine, {each.key: each for each in sources}, sides, recorded),
        "same": sorted(shelved.same_work(source) - {source.key}),
        "edges": [
            {"from": k.origin, "to": k.target, "kind": k.kind, "directed": k.directed}
            for k in mine if k.target and k.origin
        ],
    }  # fmt: skip


def reference_record(library: Library, source: Source, sample: int = 5) -> dict[str, Any]:
    """Return how many works a source cites, how many of them are in the library, and the first of them."""
    shelved = shelf(_held(library, source))
    outside = bibliography(library.references())
    entries: dict[str, dict[str, Any]] = {}
    for link in links(source, shelved, outside):
        if link.origin != source.key or not link.directed:
            continue
        entry = entries.setdefault(
            link.printed or link.target or link.title,
            {"index": len(entries) + 1, "title": link.title, "key": None, "year": None,
             "arxiv": "", "doi": "", "printed": link.printed},
        )  # fmt: skip
        entry["key"] = entry["key"] or link.target or None
        entry.update(printed_ids(link.printed))
    listed = list(entries.values())
    return {
        "count": len(listed),
        "resolved": sum(entry["key"] is not None for entry in listed),
        "sample": listed[:sample],
    }


def _held(library: Library, source: Source) -> list[Source]:
    """Return the sources with text, and the one asked about; sources with only a record count as outside."""
    return [
        other for other in library.sources() if not other.is_reference or other.key == source.key
    ]


def similar(library: Library, source: Source, most: int = 5) -> list[dict[str, Any]]:
    """Return the sources most similar to this one, with a score in [0, 1] and its measure.

    The measure is the cosine of the mean passage vectors of the index if the index has this source;
    otherwise it is the share of terms that titles and claims have in common. No model is loaded.
    """
    others = [s for s in library.sources() if s.key != source.key and s.kind != "evidence"]
    scores = _by_vectors(library, source.key)
    basis = "vectors" if scores else "terms"
    if not scores:
        mine = _topic(source)
        scores = {other.key: _jaccard(mine, _topic(other)) for other in others}
    ranked = sorted(
        ((round(scores[o.key], 4), o) for o in others if scores.get(o.key, 0.0) > 0.0),
        key=lambda pair: (-pair[0], pair[1].key),
    )
    return [
        {"key": o.key, "title": o.title, "score": score, "basis": basis}
        for score, o in ranked[:most]
    ]


def printed_title(printed: str) -> str:
    """Return the title within a printed reference, or the whole entry if its form is not known.

    The known forms are a title in quotation marks, "Authors. 2022. Title. Venue" and
    "Authors (2022). Title. Venue" or "Authors. Title. Venue, 2022".
    """
    for form in _TITLE_FORMS:
        if match := form.search(printed):
            title = " ".join(match[1].split()).strip(" .,")
            if 2 <= len(title.split()) <= 40:
                return title
    return " ".join(printed.split())


def _relation(source: Source, relation: Declared, shelved: Shelf, outside: Shelf) -> Link | None:
    other = relation.to
    if other == source.key:
        return None
    title = shelved.titles.get(other) or outside.titles.get(other) or other
    held = other if other in shelved.titles else ""
    turned = _earlier(shelved.dates.get(source.key), shelved.dates.get(other))
    return Link(
        origin=held if turned else source.key, target=source.key if turned else held,
        kind=relation.kind, title=title, directed=relation.kind.directed,
    )  # fmt: skip


def _earlier(one: tuple[int, str] | None, other: tuple[int, str] | None) -> bool:
    """Return whether one work is known to be older than the other, by year and arXiv number."""
    if one is None or other is None:
        return False
    months = [
        match[0] if (match := re.match(r"\d{4}\.\d", date[1])) else "" for date in (one, other)
    ]
    if all(months):
        return months[0][:4] < months[1][:4]
    return one[0] < other[0]


def _by_vectors(library: Library, key: str) -> dict[str, float]:
    """Return the cosine of each source's mean passage vector with that of one source; empty if it has none."""
    try:
        ids, vectors = index.current(library).whole()
    except index.Damaged:
        return {}  # the index is being built, and the page of a source must still open
    owners, owner = np.unique([id.rpartition(":")[0] for id in ids], return_inverse=True)
    if key not in owners:
        return {}
    order = np.argsort(owner, kind="stable")
    # A sum has the same direction as the mean.
    sums = np.add.reduceat(vectors[order], np.flatnonzero(np.diff(owner[order], prepend=-1)))
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    units = sums / np.where(norms > 0, norms, 1.0)
    cosines = units @ units[np.searchsorted(owners, key)]
    return dict(zip(map(str, owners), map(float, cosines), strict=True))


def _topic(source: Source) -> frozenset[str]:
    said = source.metadata
    return terms(
        f"{source.title} {said.get('paper') or ''} {source.claim} {said.get('abstract') or ''}"
    )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


_TITLE_FORMS = (
    re.compile(r"[“\"]([^”\"]{12,300})[”\"]"),
    re.compile(r"\.\s(?:1[6-9]|20)\d\d[a-z]?\.\s+(.{8,300}?[^A-Z])[.?!]\s"),
    re.compile(r"\((?:1[6-9]|20)\d\d[a-z]?\)[.,:]?\s+(.{8,300}?[^A-Z])[.?!]\s"),
    re.compile(r"(?:[a-z]{2}|et al)\.\s+([A-Z].{8,300}?[^A-Z])[.?!]\s"),
)
