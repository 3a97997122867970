"""The ledger lists every claim that a probe tests, for every model it was tested on, with the result."""

import csv
import importlib.metadata
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import UsageError
from assistant.experiments.sources import weighed
from assistant.rendering.markdown import escaped
from probes import registry
from probes.runs import evidence
from probes.sentences import plain
from probes.types import ProbeError, Result, Verdict

FORMS = ("csv", "md")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row: a claim on one model, from the newest run; a claim that was never tested has no model.

    `effect` and `interval` are in `unit`; the interval is that of 95 %. `control` says in words
    what the controls showed and what they leave of the effect. `date` is the day of the run.
    `stale` says why the result is not one of the present probe, and is empty if it is. `verdict` is
    in words, `outcome` one of three. `runs` is the number of runs of the probe on the model.
    """

    probe: str
    claim: str
    source: str
    model: str = ""
    quantisation: str = ""
    verdict: str = ""
    outcome: Verdict | Literal[""] = ""
    effect: float | None = None
    interval: tuple[float, float] | None = None
    unit: str = ""
    n: int | None = None
    control: str = ""
    date: str = ""
    stale: str = ""
    evidence: str = ""
    runs: int = 0
    another_machine: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the row as a JSON object; unknown values are null."""
        known = {name: None if value == "" else value for name, value in asdict(self).items()}
        return {**known, "stale": bool(self.stale), "stale_because": self.stale or None}


def ledger(data_dir: Path, probe: str = "", model: str = "") -> list[Entry]:
    """Return the rows by probe, then model, optionally of one probe or one model.

    Raises:
        UsageError: there is no such probe, or no run on such a model.
    """
    names = registry.names()
    if probe and probe not in names:
        raise UsageError(f"There is no probe {probe!r}; there are: {', '.join(names)}.")
    by_model: dict[tuple[str, str], list[Result]] = {}
    for result in evidence.listing(data_dir):  # the newest first
        by_model.setdefault((result.probe, result.model.id), []).append(weighed(result))
    models = sorted({one for _, one in by_model})
    if model and model not in models:
        known = ", ".join(models) or "none yet"
        raise UsageError(f"No probe was run on {model!r}; the models are: {known}.")
    tested = {name for name, _ in by_model}
    rows = [_tested(name, runs) for (name, _), runs in by_model.items()]
    rows += [_untested(name) for name in names if name not in tested and not model]
    chosen = (row for row in rows if probe in ("", row.probe) and model in ("", row.model))
    return sorted(chosen, key=lambda row: (row.probe, row.model))


def exported(rows: Sequence[Entry], form: str) -> str:
    """Return the rows as a CSV file or a Markdown table.

    Raises:
        UsageError: there is no such format.
    """
    if form not in FORMS:
        raise UsageError(f"There is no form {form!r} of the ledger; there are: {', '.join(FORMS)}.")
    return _csv(rows) if form == "csv" else _markdown(rows)


def _untested(name: str) -> Entry:
    claim = registry.get(name).claim
    return Entry(probe=name, claim=claim.text, source=claim.source)


def _tested(name: str, runs: Sequence[Result]) -> Entry:
    # A run of this machine can be inspected and repeated, so it comes before an imported run.
    own = [run for run in runs if not run.brought_from]
    newest = (own or list(runs))[0]
    low, high = newest.interval
    return Entry(
        probe=name, claim=newest.claim.text, source=newest.claim.source, model=newest.model.id,
        quantisation=newest.model.quantisation, verdict=newest.shown,
        outcome=newest.verdict,
        effect=newest.effect if math.isfinite(newest.effect) else None,
        interval=(low, high) if math.isfinite(low) and math.isfinite(high) else None,
        unit=newest.unit, n=newest.n, control=" ".join(_controls(newest)), date=newest.created[:10],
        stale="; ".join(_stale(newest)), evidence=newest.id, runs=len(runs),
        another_machine=bool(newest.brought_from),
    )  # fmt: skip


def _controls(result: Result) -> Iterator[str]:
    """Yield what qualifies the effect, then one sentence for each control."""
    if why := result.not_applicable or result.explained_by:
        yield " ".join(why.split())
    try:
        found = registry.parsed(result.probe, result.parameters).sentences(result)
    except ProbeError:  # another version of the probe: only the record is used
        found = plain(result)
    for control in found.controls.values():
        yield " ".join(control.split())


def _stale(result: Result) -> Iterator[str]:
    """Yield the reasons why a run does not apply to the present probe, or nothing if it does."""
    if result.probe not in registry.names():
        yield "there is no such probe any more"
        return
    if result.claim != registry.get(result.probe).claim:
        yield "the probe tests another claim, or measures it otherwise, now"
    try:
        registry.parsed(result.probe, result.parameters)
    except ProbeError:
        yield "the probe takes other parameters now"
    made, now = result.versions.get(_PACKAGE), importlib.metadata.version(_PACKAGE)
    if made != now:
        yield f"made by version {made or 'unknown'}, this is {now}"


_PACKAGE = "inquiring-lines"


# ── forms ────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = (
    "claim", "model", "verdict", "effect", "low", "high", "unit", "n", "control", "date", "stale", "evidence",
    "probe", "source",
)  # fmt: skip


def _cells(row: Entry) -> list[str]:
    low, high = row.interval or (None, None)
    return [
        row.claim, row.model or "not tested", row.verdict, _number(row.effect), _number(low), _number(high),
        row.unit, "" if row.n is None else str(row.n), row.control, row.date, row.stale or ("no" if row.model else ""),
        row.evidence, row.probe, row.source,
    ]  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _csv(rows: Iterable[Entry]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows([_inert(cell) for cell in _cells(row)] for row in rows)
    return out.getvalue()


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet reads as a formula, because a model may have any name."""
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
    return cell


def _markdown(rows: Iterable[Entry]) -> str:
    head = [
        "| claim | model | verdict | effect | control | date | stale |",
        "|---|---|---|---|---|---|---|",
    ]
    lines = []
    for row in rows:
        effect = f"{row.effect:+.3g}" if row.effect is not None else ""
        if row.interval is not None:
            effect += f" [{row.interval[0]:+.3g}, {row.interval[1]:+.3g}] {row.unit}, n = {row.n}"
        cells = [
            f"{row.claim} ({row.source})", row.model or "not tested", row.verdict, effect, row.control,
            row.date, row.stale or ("no" if row.model else ""),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(map(escaped, cells))} |")
    return "\n".join([*head, *lines]) + "\n"
