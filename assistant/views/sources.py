"""The library as a page: its sources to filter and select, and what became of added files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.experiments.stored import outcome
from assistant.text.printable import printable
from assistant.types import FileReport, Source, SyncReport
from assistant.views.markup import Html, button, join, notice, table, tag

FORMS = {"bibtex": ("BibTeX", "bib"), "ris": ("RIS", "ris"), "csl-json": ("CSL-JSON", "json")}


_FATES = {
    "new": "added",
    "changed": "read again",
    "unchanged": "already there",
    "deleted": "taken out",
    "duplicate": "the same as",
    "refused": "not added",
}


def listing(sources: Sequence[Source]) -> Html:
    """Every source with a box to select it, a field that filters, export and removal."""
    if not sources:
        return tag("p", "The library is empty: drop papers or notes above.", class_="muted")
    field = tag(
        "input", type="search", data_filter=True, placeholder="Filter by title, author, key, kind",
        aria_label="Filter the sources",
    )  # fmt: skip
    exports = [
        button(
            label,
            "export",
            data_form_name=form,
            aria_label=f"Export the selected sources as {label}",
        )
        for form, (label, _) in FORMS.items()
    ]
    remove = button("Remove", "remove", class_="quiet danger", data_confirm="Really remove?")
    tools = tag(
        "div", tag("span", "Selected:", class_="muted"), *exports, remove, class_="actions tools"
    )
    rows = [_row(source) for source in sorted(sources, key=lambda s: s.kind == "evidence")]
    return tag("section", field, tools, tag("ul", *rows, class_="library"), data_form=True)


def counted(status: Mapping[str, Any]) -> str:
    """`62 notes, 5 papers, 1 experiment` of a library's status."""
    words = (
        ("notes", "note"), ("papers", "paper"), ("entries", "reference"), ("evidence", "experiment"),
    )  # fmt: skip
    parts = [
        f"{status[field]} {word}{'' if status[field] == 1 else 's'}"
        for field, word in words
        if status.get(field)
    ]
    return ", ".join(parts) or "no sources yet"


def report(done: SyncReport, only: Sequence[str] | None = None) -> Html:
    """What became of the files: one line each, or one summary line with the refused ones.

    Args:
        done: the report of an add or a sync.
        only: the paths to name one by one; None names refused files only.
    """
    wanted = set(only) if only is not None else None
    named = [
        file for file in done.files
        if (file.path in wanted if wanted is not None else file.status == "refused")
    ]  # fmt: skip
    lines = tag("ul", *(_fate(file) for file in named), class_="fates") if named else None
    if wanted is not None:
        return join(lines or notice("Nothing was added."))
    counts = {
        status: str(done.count(status))
        for status in ("new", "changed", "deleted", "unchanged", "duplicate", "refused")
        if done.count(status)
    }
    return join(table(counts), lines)


def working(line: str, fraction: float) -> Html:
    """A bar with what is being done."""
    bar = tag("progress", value=f"{fraction:.3f}", max="1", aria_label=line)
    return tag("div", bar, tag("span", line, class_="muted"), class_="run running", role="status")


def _row(source: Source) -> Html:
    people, year = _made_by(source), str(source.metadata.get("year") or "")
    kind = "reference" if source.is_reference else source.kind
    searched = " ".join((source.key, kind, source.title, people, year)).casefold()
    return tag(
        "li",
        tag("input", type="checkbox", name=source.key, aria_label=f"Select {source.title}"),
        tag(
            "div",
            button(source.title, "paper", class_="title", data_key=source.key),
            tag(
                "p", tag("span", kind, class_=f"tag {source.kind}"), " ",
                tag("code", source.key), f" {_short(people)} {year}", class_="muted",
            ),
        ),
        data_text=searched,
    )  # fmt: skip


def _made_by(source: Source) -> str:
    """The authors of a work; of a run its finding, model and machine."""
    said = source.metadata
    if source.kind == "evidence":
        where = ", another machine" if said.get("brought_from") else ""
        return f"{outcome(source)} on {said.get('model')}{where}"
    authors = said.get("authors") or ()
    return ", ".join(map(str, authors)) if isinstance(authors, (list, tuple)) else str(authors)


def _short(people: str, longest: int = 80) -> str:
    return people if len(people) <= longest else people[:longest].rsplit(",", 1)[0] + " et al."


def _fate(file: FileReport) -> Html:
    known = (
        button(file.source, "paper", class_="title", data_key=file.source) if file.source else None
    )
    return tag(
        "li",
        tag("b", printable(Path(file.path).name)), ": ", _FATES[file.status],
        join(" ", known) if known else None,
        join(", ", file.message) if file.message and file.status != "duplicate" else None,
        class_=file.status,
    )  # fmt: skip
