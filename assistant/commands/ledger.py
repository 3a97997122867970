"""`inquire ledger` shows every claim that a probe tests, on every model that it was tested on."""

from enum import StrEnum
from typing import Annotated

import typer

from assistant import experiments
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant
from assistant.printable import folded, printable


class LedgerFormat(StrEnum):
    """The formats of the ledger."""

    text = "text"
    csv = "csv"
    md = "md"


def ledger(
    probe: Annotated[str, typer.Option("--probe", metavar="NAME", help="Only claims of this probe.")] = "",
    model: Annotated[str, typer.Option("--model", metavar="MODEL", help="Only runs on this model.")] = "",
    stale: Annotated[bool, typer.Option("--stale", help="Only runs that are out of date.")] = False,
    form: Annotated[LedgerFormat, typer.Option("--format", help="text, csv or md.")] = LedgerFormat.text,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:  # fmt: skip
    """List the claims that probes test, by model: verdict, effect, interval, controls, date, out of date or not.

    `inquire evidence rerun ID` repeats a run.
    """
    del as_json
    rows = [row for row in open_assistant(data_dir).ledger(probe, model) if row.stale or not stale]
    document = [row.as_json() for row in rows]
    if form is not LedgerFormat.text:
        return Reply(
            document=document, text=experiments.ledger.exported(rows, form.value).rstrip("\n")
        )
    lines: list[str] = []
    claim = ""
    for row in rows:
        lines += [folded(row.claim)] if row.claim != claim else []
        claim = row.claim
        if not row.model:
            lines.append(f"    not tested; `inquire probe run {row.probe}`")
            continue
        told = f"    {printable(row.model)}: {row.verdict}"
        if row.effect is not None and row.interval is not None:
            low, high = row.interval
            told += f", {row.effect:+.3g} {folded(row.unit)} [{low:+.3g}, {high:+.3g}], n = {row.n}"
        lines.append(f"{told}; {row.date}, {printable(row.evidence)}")
        lines += [f"    {folded(row.control)}"] if row.control else []
        lines += [f"    stale: {folded(row.stale)}"] if row.stale else []
    return Reply(document=document, text="\n".join(lines) or "nothing")
