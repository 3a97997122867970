"""`inquire list | tag | duplicates` shows the library as a table and changes many rows at a time."""

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import AsJson, DataDir, Reply, open_assistant
from assistant.errors import UsageError
from assistant.printable import folded, printable
from assistant.text.people import in_short

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.search.holdings import Holding

Query = Annotated[
    str,
    typer.Argument(
        metavar="[FILTER]",
        help="As in a question: tag:x collection:x year:>=2020 kind:note -source:KEY, and words of titles and names.",
    ),
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="FILTER", help="All sources that `inquire list FILTER` shows."),
]
SomeKeys = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY...]", help="Keys of sources; or --where.")
]


def list_sources(
    query: Query = "",
    status: Annotated[
        str,
        typer.Option("--status", help="indexed, reference only, needs OCR, password or refused."),
    ] = "",
    sort: Annotated[
        str, typer.Option("--sort", metavar="COLUMN", help="The column to sort by.")
    ] = "key",
    backwards: Annotated[bool, typer.Option("--reverse", help="Reverse the order.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """List the library as a table: title, authors, year, kind, added, status, tags, collections.

    Runs of experiments are listed with kind:evidence. Exit code 1 means that the filter leaves nothing.
    """
    del as_json
    rows = open_assistant(data_dir).holdings(query, status=status, sort=sort, backwards=backwards)
    return Reply(
        document=[row.as_json() for row in rows],
        text=_table(rows) if rows else "nothing",
        exit_code=0 if rows else 1,
    )


def tag(
    keys: SomeKeys = None,
    where: Where = None,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="TAG", help="A tag to add.")] = None,
    drop: Annotated[list[str] | None, typer.Option("--drop", metavar="TAG", help="A tag to take away.")] = None,
    into: Annotated[
        list[str] | None, typer.Option("--into", metavar="COLLECTION", help='Add to a collection; "A/B" is B inside A.')
    ] = None,
    out_of: Annotated[
        list[str] | None, typer.Option("--out-of", metavar="COLLECTION", help="Take out of this collection.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:  # fmt: skip
    """Add tags and collections to sources, or take them away; files are not changed."""
    del as_json
    if not (add or drop or into or out_of):
        raise UsageError(
            "Say what to do: --add TAG, --drop TAG, --into COLLECTION or --out-of COLLECTION."
        )
    library = open_assistant(data_dir)
    chosen = chosen_keys(library, keys, where)
    library.label(
        chosen,
        tags=add or (),
        drop_tags=drop or (),
        collections=into or (),
        drop_collections=out_of or (),
    )
    rows = [
        row for row in library.holdings("kind:note kind:paper kind:evidence") if row.key in chosen
    ]
    lines = [
        f"{printable(row.key)}  {_joined(row.tags)}" + (f"  [{_joined(row.collections)}]" if row.collections else "")
        for row in rows
    ]  # fmt: skip
    return Reply(document=[row.as_json() for row in rows], text="\n".join(lines))


def duplicates(
    merge: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEEP KEY...]",
            help="The sources to merge into the first; without keys, duplicates are listed.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--merge-all", help="Merge every group into its first.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Find sources that are the same work; with keys, merge them. Files are not changed.

    The first of a group, which has the longest text, takes over tags, collections, the comment, and what it did not
    know of the work. Exit code 1 means that there are none.
    """
    del as_json
    if merge and everything:
        raise UsageError("Name keys to merge, or give --merge-all; one of the two.")
    library = open_assistant(data_dir)
    if merge and len(merge) < 2:
        raise UsageError("Name the source to keep, and others than it to merge into it.")
    groups = [list(merge)] if merge else library.duplicates()
    if merge or everything:
        library.merge(groups)
    said = "merged  " if merge or everything else ""
    lines = [f"{said}{'  '.join(map(printable, group))}" for group in groups]
    document = {"merged" if said else "duplicates": groups}
    return Reply(
        document=document,
        text="\n".join(lines) or "no duplicates",
        exit_code=0 if groups else 1,
    )


def chosen_keys(library: "Assistant", keys: Sequence[str] | None, where: str | None) -> list[str]:
    """Return the named keys, or the keys of the sources that a filter selects.

    Raises:
        UsageError: both or neither were given, a key is unknown, or a filter selects nothing.
    """
    if bool(keys) == (where is not None):
        raise UsageError("Name keys, or sources by --where FILTER; one of the two.")
    if where is None:
        return [library.source(key).key for key in dict.fromkeys(keys or ())]
    found = [row.key for row in library.holdings(where) if row.key]
    if not found:
        raise UsageError(f"--where {where!r} leaves nothing; `inquire list` shows what there is.")
    return found


_GAP = "  "
# These are the widths of columns on a terminal, in letters; the title gets the rest of the line.
_WIDTHS = {"authors": 18, "year": 4, "kind": 8, "added": 10, "status": 14, "tags": 20, "key": 24}


def _table(rows: Sequence["Holding"]) -> str:
    """Return the rows in columns of fixed width on a terminal, otherwise with whole cells and tabs between them."""
    lines = [
        ["key", "title", "authors", "year", "kind", "added", "status", "tags"],
        *map(_cells, rows),
    ]
    if not sys.stdout.isatty():
        return "\n".join("\t".join(line) for line in lines)

    left = shutil.get_terminal_size().columns - sum(_WIDTHS.values()) - len(_GAP) * len(_WIDTHS)
    widths = {**_WIDTHS, "title": max(20, left)}
    return "\n".join(
        _GAP.join(f"{_cut(cell, widths[name]):<{widths[name]}}" for name, cell in zip(lines[0], line, strict=True))
        for line in lines
    )  # fmt: skip


def _cells(row: "Holding") -> list[str]:
    refused = row.status in ("refused", "password", "needs OCR")
    shown = [*row.tags, *(f"[{name}]" for name in row.collections)]
    return [
        printable(row.key) or "-",
        printable(folded(row.path if refused else row.title)),
        printable(folded(in_short(row.authors))) or "-",
        str(row.year or "-"),
        row.kind,
        row.added or "-",
        row.status,
        _joined(shown) or "-",
    ]


def _joined(names: Sequence[str]) -> str:
    return printable(", ".join(map(folded, names)))


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 1]}…"
