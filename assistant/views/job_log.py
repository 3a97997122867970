"""Show the runs that were started here: how each ended, what it reported, and how it goes on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.views.markup import Html, button, folded, join, tag
from probes.runs.job_log import Report
from probes.runs.jobs import JobStatus

SHOWN_REPORTS = 200
"""The number of reports that are shown, the last ones; a long training makes thousands."""
SHOWN_RUNS = 30
"""The number of runs in the list, the latest ones; `inquire probe jobs` lists all."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A run with the title of its experiment, when it was started, and what it reported and printed."""

    title: str
    status: JobStatus
    started: float
    reports: Sequence[Report]
    printed: str


def log(reports: Sequence[Report], printed: str, name: str) -> Html | None:
    """Return what a run reported, each with its time and the share done, and what it printed; folded.

    Args:
        reports: The reports, in order.
        printed: What the run itself printed.
        name: The name by which the window keeps it open.
    """
    if not reports and not printed:
        return None
    shown = reports[-SHOWN_REPORTS:]
    rows = [
        tag(
            "tr",
            tag("td", _clock(each.seconds)),
            tag("td", f"{each.fraction:.0%}"),
            tag("td", each.message),
        )
        for each in shown
    ]
    heads = (tag("th", head, scope="col") for head in ("Time", "Done", "Report"))
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows)) if rows else None
    left = len(reports) - len(shown)
    return folded(
        f"Log ({len(reports)} {'report' if len(reports) == 1 else 'reports'})",
        tag("p", f"{left} earlier reports are in its folder.", class_="muted") if left else None,
        tag("div", table, class_="log", tabindex="0", role="region", aria_label=f"Log of {name}"),
        tag("pre", printed) if printed else None,
        name=f"log-{name}",
    )  # fmt: skip


def runs(all_listed: Iterable[Listed]) -> Html | None:
    """Return the runs that were started here, the newest first, those without a result with a button to go on."""
    listed = list(all_listed)
    if not listed:
        return None
    items = [tag("li", *_run(each)) for each in listed]
    waiting = sum(not each.status.evidence for each in listed)
    told = f"Runs started here ({len(listed)}, {waiting} without a result)"
    return folded(told, tag("ul", *items, class_="lines runs"), name="runs")


def going_on(status: JobStatus, title: str) -> Html:
    """Return the button by which a run that ended without a result is started again."""
    return button(
        "Go on", "resume", data_job=status.id, data_probe=status.probe, aria_label=f"Go on with: {title}",
        title="It starts again with the same parameters; what the experiment kept is not done again.",
    )  # fmt: skip


def _run(each: Listed) -> list[Html | None]:
    status = each.status
    day = datetime.fromtimestamp(each.started, UTC).date().isoformat()
    if status.evidence:
        act = button("Open the record", "evidence", data_id=status.evidence,
                     aria_label=f"Open the record: {each.title}")  # fmt: skip
    elif status.over:
        act = going_on(status, each.title)
    else:
        act = button("Stop", "halt", data_job=status.id, data_probe=status.probe,
                     aria_label=f"Stop: {each.title}")  # fmt: skip
    state = "stopped" if status.state == "cancelled" else status.state
    said = f"{state}, {status.fraction:.0%}"
    if status.over and not status.evidence and status.state != "cancelled":
        said = f"{status.state}: {status.message}"
    return [
        tag("p", tag("b", each.title), " ", tag("span", join(day, said, between=" · "), class_="muted")),
        log(each.reports, each.printed, status.id),
        tag("p", act, class_="actions"),
    ]  # fmt: skip


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
