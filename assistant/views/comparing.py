"""Show runs of one experiment side by side: results, differences from the first, and curves."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.types import Source
from assistant.views.experiments import verdict
from assistant.views.markup import Html, button, join, panel, tag
from probes import registry
from probes.runs import comparison


def offered(identity: str, runs: Sequence[Source]) -> Html:
    """Return buttons that compare other runs of the same experiment with one; "" if there is none.

    Args:
        identity: The run that is shown.
        runs: All runs of the library.
    """
    probe = next((str(run.metadata.get("probe")) for run in runs if run.key == identity), None)
    others = [
        run for run in runs if run.key != identity and str(run.metadata.get("probe")) == probe
    ]
    if not others:
        return Html()
    items = [
        tag("li", button(_named(run), "compare", class_="line", data_keys=f"{identity} {run.key}"))
        for run in sorted(others, key=lambda run: str(run.metadata.get("created")), reverse=True)
    ]
    return join(tag("h3", "Compare it with another run"), tag("ul", *items, class_="lines"))


def compared(data_dir: Path, identities: Sequence[str]) -> tuple[Html, dict[str, Any]]:
    """Return the page of two to four runs, and their curves in one figure as plotly's JSON.

    Raises:
        UsageError: there is no such run, or the runs cannot be compared.
        ProbeError: a run is damaged.
    """
    found = comparison.load(data_dir, identities)
    page = panel(
        f"{len(found.runs)} runs side by side",
        tag("p", found.runs[0].result.claim.text),
        *(_run(each) for each in found.runs),
        kicker=f"Experiment · {registry.titled(found.runs[0].result.probe)}",
    )
    drawn = json.loads(str(found.figure.to_json()))
    return page, {"data": drawn["data"], "layout": drawn["layout"]}


def _named(run: Source) -> str:
    day = str(run.metadata.get("created") or "").partition("T")[0]
    return ", ".join(filter(None, (str(run.metadata.get("model") or run.key), day)))


def _run(run: comparison.Compared) -> Html:
    result = run.result
    differs = [
        f"{name}: {here} (first: {first})"
        for name, (first, here) in run.differs.items()
        if name != "model"
    ]
    return tag(
        "section",
        tag("h3", button(run.label, "evidence", class_="title", data_id=result.id, aria_label=f"Open {result.id}")),
        verdict(result),
        tag("p", "; ".join(differs), class_="muted") if differs else None,
        None if run.overlaps else tag("p", "Its interval shares no value with that of the first.", class_="muted"),
    )  # fmt: skip
