"""Show the ledger: every claim that a probe tests, and the result on each model."""

from collections.abc import Sequence
from itertools import groupby

from assistant.experiments.ledger import Entry
from assistant.rendering.wording import amount
from assistant.views.markup import Html, button, folded, join, tag

_HEADS = ("Model", "Verdict", "Effect", "Day", "Stale", "Again")
_FORMS = (("csv", "CSV"), ("md", "Markdown"))


def ledger(rows: Sequence[Entry]) -> Html:
    """Return the rows, one table for each probe under its claim; a run opens beside them."""
    tested = sum(bool(row.model) for row in rows)
    stale = sum(bool(row.stale) for row in rows)
    said = f"{tested} results; {stale or 'none'} stale. A result is stale where the probe has changed since."
    told = [
        _claim(list(found)) for _, found in groupby(rows, key=lambda row: (row.probe, row.claim))
    ]
    files = tag(
        "p", tag("span", "Save as ", class_="muted"),
        *(button(label, "file", data_form_name=form, aria_label=f"Save as {label}") for form, label in _FORMS),
        class_="actions",
    )  # fmt: skip
    head = tag("h2", "Ledger", class_="unseen")
    return tag("section", head, tag("p", said, class_="muted"), files, *told, class_="part ledger")


def _claim(rows: Sequence[Entry]) -> Html:
    first = rows[0]
    # The name stands here in small letters, because the command line asks for it.
    name = tag("code", first.probe, title="Its name on the command line")
    about = tag("p", f"{first.source} · ", name, class_="muted")
    if not first.model:
        untested = tag("p", "Not tested here. ", tag("code", f"inquire probe run {first.probe}"))
        return tag("article", tag("h3", first.claim), about, untested, class_="card")
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEADS))
    table = tag("table", tag("thead", head), tag("tbody", *map(_row, rows)))
    controls = [tag("p", tag("b", f"{row.model}: "), row.control) for row in rows if row.control]
    return tag(
        "article",
        tag("h3", first.claim),
        about,
        tag(
            "div",
            table,
            class_="wide",
            tabindex="0",
            role="region",
            aria_label=f"Results: {first.claim}",
        ),
        folded("What the controls showed", *controls, name=f"controls-{first.probe}")
        if controls
        else None,
        class_="card",
    )


def _row(row: Entry) -> Html:
    opens = button(row.model, "evidence", data_id=row.evidence, aria_label=f"Open {row.evidence}")
    verdict = tag(
        "span",
        row.verdict,
        class_=f"verdict {row.outcome}",
    )
    effect = "" if row.effect is None else amount(row.effect, row.unit)
    if row.interval is not None:
        effect += f", 95 % interval {row.interval[0]:+.3f} to {row.interval[1]:+.3f}, n = {row.n}"
    return tag(
        "tr", tag("th", opens, scope="row"), tag("td", verdict), tag("td", effect),
        tag("td", row.date), tag("td", join(f"yes: {row.stale}" if row.stale else "no"), data_head="Stale"),
        tag("td", button("Run", "rerun", data_id=row.evidence, aria_label=f"Run {row.evidence} again from its record")),
    )  # fmt: skip
