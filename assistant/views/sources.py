"""Show the counts of the library, and the results for added files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assistant.printable import printable
from assistant.types import FileReport, SyncReport
from assistant.views.markup import Html, button, join, notice, password, table, tag

NO_TITLES: Mapping[str, str] = MappingProxyType({})
FORMS = {"bibtex": ("BibTeX", "bib"), "ris": ("RIS", "ris"), "csl-json": ("CSL-JSON", "json")}


_FATES = {
    "new": "added",
    "changed": "read again",
    "unchanged": "already there",
    "deleted": "taken out",
    "duplicate": "the same as",
    "refused": "not added",
}


def counted(status: Mapping[str, Any]) -> str:
    """Return the counts of a library's status, such as `62 notes, 5 papers, 1 experiment`."""
    words = (
        ("notes", "note"), ("papers", "paper"), ("entries", "reference"), ("evidence", "experiment"),
    )  # fmt: skip
    parts = [
        f"{status[field]} {word}{'' if status[field] == 1 else 's'}"
        for field, word in words
        if status.get(field)
    ]
    return ", ".join(parts) or "no sources yet"


def report(
    done: SyncReport, only: Sequence[str] | None = None, titles: Mapping[str, str] = NO_TITLES
) -> Html:
    """Return the results for files: one line each, or one summary line with the refused ones.

    Args:
        done: The report of an add or a sync.
        only: The paths to name one by one; None names refused files only.
        titles: Titles of sources by key.
    """
    wanted = set(only) if only is not None else None
    named = [
        file for file in done.files
        if (file.path in wanted if wanted is not None else file.status == "refused")
    ]  # fmt: skip
    lines = tag("ul", *(_fate(file, titles) for file in named), class_="fates") if named else None
    if wanted is not None:
        return join(lines or notice("Nothing was added."))
    counts = {
        status: str(done.count(status))
        for status in ("new", "changed", "deleted", "unchanged", "duplicate", "refused")
        if done.count(status)
    }
    return join(table(counts), lines)


def working(line: str, fraction: float) -> Html:
    """Return a bar with the present step."""
    bar = tag("progress", value=f"{fraction:.3f}", max="1", aria_label=line)
    return tag("div", bar, tag("span", line, class_="muted"), class_="run running", role="status")


def locked(file: FileReport) -> bool:
    """Return whether a file was refused because it needs a password."""
    return file.status == "refused" and "password" in file.message


def _fate(file: FileReport, titles: Mapping[str, str]) -> Html:
    title = titles.get(file.source or "", file.source or "")
    known = button(title, "paper", class_="title", data_key=file.source) if file.source else None
    # The name stands before it, and the field for a password after it.
    why = file.message.removeprefix(f"{file.path}: ").partition("; give the right one")[0]
    return tag(
        "li",
        tag("b", printable(Path(file.path).name)), ": ", _FATES[file.status],
        join(" ", known) if known else None,
        join(", ", why) if why and file.status != "duplicate" else None,
        join(" ", password(file.path, Path(file.path).name)) if locked(file) else None,
        class_=file.status,
    )  # fmt: skip
