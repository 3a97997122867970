"""Show the library as a table to search, sort and select from, with actions on the ticked rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from assistant.printable import printable
from assistant.search.holdings import COLUMNS, Holding
from assistant.text.people import in_short
from assistant.views.markup import Html, button, join, notice, password, tag
from assistant.views.sources import FORMS

SHOWN = 100
"""The number of rows shown at once: more make a page slow to draw, and a search finds them sooner."""
EVERYTHING = "*"
"""The name of the box that ticks all found rows, including those not shown yet."""
_HEADS = COLUMNS[:-1]  # a key is for commands


@dataclass(frozen=True, kw_only=True)
class View:
    """The state of the library's page: the search, the sorted column, the number of rows."""

    words: str = ""
    by: str = "title"
    backwards: bool = False
    most: int = SHOWN

    def sorted_by(self, column: str) -> Self:
        """Return the view sorted by a column, or in reverse if it is already sorted by that column."""
        if column not in _HEADS:
            return self
        turned = column == self.by and not self.backwards
        return replace(self, by=column, backwards=turned)

    def longer(self) -> Self:
        """Return the view with more rows."""
        return replace(self, most=self.most + SHOWN)

    def of(self, words: str) -> Self:
        """Return the view of another search."""
        return replace(self, words=words, most=SHOWN)


def page(rows: Sequence[Holding], view: View, names: Sequence[str], runs: int) -> Html:
    """Return the table with its tools.

    Args:
        rows: All found rows, in order.
        view: Which rows are shown, and how.
        names: The existing tags and collections, to choose from.
        runs: How many experiments the library holds; they are listed separately.
    """
    apart = _apart(runs, view)
    if not rows:
        none = "The library is empty: drop papers or notes above."
        none = "Nothing is found by these words." if view.words.strip() else none
        return tag(
            "section",
            tag("p", none, class_="muted"),
            apart,
            data_words=view.words,
            class_="holdings",
        )
    shown = rows[: view.most]
    head = tag(
        "tr",
        tag("td", _everything(sum(bool(row.key) for row in rows)), class_="tick"),
        *(_head(name, view) for name in _HEADS),
    )
    body = tag("tbody", *map(_row, shown))
    more = (
        button(f"Show {min(SHOWN, len(rows) - len(shown))} more", "longer")
        if len(rows) > len(shown)
        else None
    )
    count = f"{len(rows)} found" if view.words.strip() else f"{len(rows)} sources"
    told = tag(
        "p",
        count if len(shown) == len(rows) else f"{count}, {len(shown)} shown",
        " ",
        more,
        class_="muted",
    )
    table = tag("table", tag("caption", "The library", class_="unseen"), tag("thead", head), body)
    wide = tag("div", table, class_="wide", tabindex="0", role="region", aria_label="The library")
    return tag(
        "section", _tools(names), wide, told, apart, data_form=True, data_words=view.words, class_="holdings"
    )  # fmt: skip


def twins(groups: Sequence[Sequence[tuple[str, str]]]) -> Html:
    """Return the works that are in the library more than once, each with a button to merge its sources.

    Args:
        groups: For each work the keys and titles of its sources, the one to keep first.
    """
    if not groups:
        return notice("No work is here twice.", "calm")
    return tag("ul", *map(_twin, groups), class_="fates twins")


def _twin(group: Sequence[tuple[str, str]]) -> Html:
    opens = [button(title, "paper", class_="title", data_key=key) for key, title in group]
    keys = " ".join(key for key, _ in group)
    merge = button(
        "Make one", "merge", data_keys=keys, data_confirm="Keep the first, take in the others?"
    )
    return tag("li", join(*opens, between=" = "), " ", merge)


def _apart(runs: int, view: View) -> Html | None:
    if not runs or "kind:evidence" in view.words:
        return None
    return tag("p", f"{runs} experiments are listed apart: ",
               button("Show them", "apart", class_="title"), class_="muted")  # fmt: skip


def _everything(found: int) -> Html:
    return tag(
        "input",
        type="checkbox",
        name=EVERYTHING,
        data_found=found,
        aria_label=f"Select all {found} found",
    )


def _head(name: str, view: View) -> Html:
    sort = None if name != view.by else "descending" if view.backwards else "ascending"
    sign = {"ascending": " ↑", "descending": " ↓"}.get(sort or "", "")
    return tag("th", button(f"{name.capitalize()}{sign}", "order", class_="title", data_by=name),
               scope="col", aria_sort=sort)  # fmt: skip


def _tools(names: Sequence[str]) -> Html:
    """Return the tools for the ticked rows."""
    field = tag("input", type="text", name="name", list="names-of-labels", maxlength=100, autocomplete="off",
                aria_label="Name of a tag or collection", placeholder="A tag or a collection")  # fmt: skip
    labels = [
        button(label, "assign", data_field=kind, data_present=present)
        for label, kind, present in (
            ("Tag", "tag", "yes"), ("Untag", "tag", None),
            ("Put into collection", "collection", "yes"), ("Take out of it", "collection", None),
        )
    ]  # fmt: skip
    exports = [
        button(label, "export", data_form_name=form, aria_label=f"Export the selected sources as {label}")
        for form, (label, _) in FORMS.items()
    ]  # fmt: skip
    known = tag("datalist", *(tag("option", value=name) for name in names), id="names-of-labels")
    return tag(
        "div",
        tag("span", "", class_="muted count", data_count=True, role="status"),
        button("Ask only these", "narrow"),
        _menu("Tags and collections", field, known, *labels),
        _menu("Export", *exports),
        button("Remove", "remove", class_="quiet danger", data_confirm="Remove {n}?"),
        class_="actions tools none",
    )


def _menu(name: str, *things: Html) -> Html:
    return tag("details", tag("summary", name), tag("span", *things), class_="menu")


def _row(row: Holding) -> Html:
    named = row.title if row.key else printable(row.title)
    title = (
        button(named, "paper", class_="title", data_key=row.key) if row.key else tag("span", named)
    )
    box = (
        tag("input", type="checkbox", name=row.key, aria_label=f"Select {named}")
        if row.key
        else None
    )
    return tag(
        "tr", tag("td", box, class_="tick"), tag("th", title, scope="row"),
        tag("td", in_short(row.authors)), tag("td", str(row.year or "")), tag("td", row.kind),
        tag("td", row.added, class_="day"), tag("td", _status(row)),
        tag("td", *_labels("tag", row.tags)), tag("td", *_labels("collection", row.collections)),
    )  # fmt: skip


def _status(row: Holding) -> Html:
    if row.status == "password":
        return password(row.path, row.title)
    # The name of the file stands in the same row.
    why = row.why.removeprefix(f"{row.path}: ")
    said = tag("div", why, class_="muted") if why and not row.key else None
    return join(
        tag("span", row.status, title=row.why or None, class_="bad" if not row.key else None), said
    )


def _labels(field: str, names: Iterable[str]) -> list[Html]:
    return [
        button(
            name,
            "sift",
            class_="tag",
            data_field=field,
            data_name=name,
            aria_label=f"Show {field} {name}",
        )
        for name in names
    ]
