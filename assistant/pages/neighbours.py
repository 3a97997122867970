"""List the works around a source in the citation network: title, authors, year and address."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assistant.library.shelf import ARXIV, DOI
from assistant.readers.references import year_in
from assistant.text.people import authors, printed_names
from assistant.types import Source

if TYPE_CHECKING:
    from assistant.pages.citations import Link

SIDES = ("citing", "cited", "related")


def neighbours(
    key: str,
    links: "Iterable[Link]",
    held: Mapping[str, Source],
    sides: Mapping[str, Iterable[str]],
    recorded: Iterable[Source] = (),
) -> list[dict[str, Any]]:
    """Return a row for each work that is linked to a source, those of the library first.

    Args:
        key: The source.
        links: Its links.
        held: The sources of the library by key.
        sides: The keys of those `citing`, `cited` and `related`.
        recorded: The sources of the library that are only bibliographic records, known by their titles.

    Returns:
        Rows with `key` (None outside the library), `title`, `authors`, `year`, `side` and `url`
            (empty if none is
        printed); each side is sorted by year, the newest first.
    """
    records = {source.title.casefold(): source for source in recorded}
    rows = [_held(held[other], side) for side in SIDES for other in sides[side] if other in held]
    outside: dict[str, dict[str, Any]] = {}
    for link in links:
        if not link.target or not link.origin:
            side = "cited" if link.origin == key else "citing"
            side = side if link.directed else "related"
            record = records.get(link.title.casefold())
            row = _held(record, side) if record else _printed(link.title, link.printed, side)
            outside.setdefault(row["title"].casefold(), row)
    return [
        row
        for side in SIDES
        for inside in (True, False)
        for row in sorted(
            (r for r in (*rows, *outside.values()) if r["side"] == side and bool(r["key"]) is inside),
            key=lambda row: (-(row["year"] or 0), row["title"].casefold()),
        )
    ]  # fmt: skip


def _held(source: Source, side: str) -> dict[str, Any]:
    said = source.metadata
    return {
        "key": source.key, "title": source.title, "authors": list(authors(said)), "year": year_in(said.get("year")),
        "side": side, "url": "",
    }  # fmt: skip


def printed_ids(printed: str) -> dict[str, Any]:
    """Return `arxiv`, `doi` (each empty if not printed) and `year` of a work as a source prints it."""
    arxiv, doi = ARXIV.search(printed), DOI.search(printed)
    years = _YEAR.findall(ARXIV.sub(" ", printed))
    return {
        "arxiv": arxiv[1] if arxiv else "",
        "doi": doi[0].rstrip(".,;)") if doi else "",
        "year": int(years[0]) if years else None,
    }


def _printed(title: str, printed: str, side: str) -> dict[str, Any]:
    """Return the row of a work that is known by its title, or by a printed reference."""
    said = printed_ids(printed)
    url = f"https://doi.org/{said['doi']}" if said["doi"] else ""
    return {
        "key": None, "title": title, "authors": _authors(title, printed), "year": said["year"],
        "side": side, "url": f"https://arxiv.org/abs/{said['arxiv']}" if said["arxiv"] else url,
    }  # fmt: skip


def _authors(title: str, printed: str) -> list[str]:
    """Return the part of a printed reference before its title, without year, number and quotation mark."""
    at = printed.find(title[:40])
    before = _BESIDE.sub(" ", printed[:at]) if at > 0 else ""
    return list(printed_names(before))


_YEAR = re.compile(r"(?<![\d.:–-])((?:1[6-9]|20)\d\d)(?=[a-z]?(?!\d))(?![–-]\d)")
_BESIDE = re.compile(r"^\s*\[?\d{1,3}[\].]|\(?\b(?:1[6-9]|20)\d\d[a-z]?\)?")
