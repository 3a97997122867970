"""Runs of other machines: this program judges them again from their arrays and keeps them beside its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from probes import registry
from probes.files import foreign
from probes.probe import Run
from probes.runs import evidence
from probes.types import Judgement, ProbeError, Result


class Unknown(ProbeError):
    """The run cannot be judged, because its probe or a parameter is not known here."""


def bring(folder: Path, data_dir: Path) -> Result:
    """Keep a run that was made elsewhere here as well; return the run that is kept already where it is the same.

    A record is not trusted: the probe of this program judges its arrays, writes its summary and draws its figure, and
    the record has to agree. Which model was measured, when and with which versions is taken from the record. The run
    gets an id of this store.

    Raises:
        ProbeError: a part of the run is missing or damaged, its probe or a parameter is unknown here, the record does
            not follow from the arrays, or the run cannot be kept; nothing is left behind.
    """
    run, disagreement = judged(folder)
    if disagreement:
        raise ProbeError(f"{folder} {disagreement}; it is not kept, run it again here")
    with foreign.calls(lambda _reason: evidence.damaged_at(folder / "arrays.npz")):
        _ = run.figure
    same = next((r for r in evidence.listing(data_dir) if _made(r) == _made(run.result)), None)
    if same is None:
        return evidence.save(run, data_dir)
    if same.brought_from and _says(same) != _says(run.result):
        # An earlier version of the program kept the run with another verdict.
        evidence.delete(data_dir, same.id)
        return evidence.save(run, data_dir)
    return same


def _says(result: Result) -> tuple[object, ...]:
    """Return what a result says of its claim."""
    return result.claim, result.verdict, result.shown, result.summary


def _made(result: Result) -> tuple[object, ...]:
    """Return what no two runs share: probe and parameters, the second of the start, the milliseconds it took."""
    what = result.probe, result.model, result.seed, result.prompts.get("sha256")
    return *what, result.created, result.seconds


def judged(folder: Path) -> tuple[Run, str]:
    """Judge a kept run again from its arrays; return it with what its record disagrees in, if anything.

    Raises:
        Unknown: the run's probe or a parameter is unknown here.
        ProbeError: a part of the run is missing or damaged.
    """
    record = evidence.read(folder)
    said = record.result
    try:
        probe = registry.parsed(said.probe, said.parameters)
    except ProbeError as error:
        raise Unknown(f"{folder} is no run of a probe known here: {error}") from error
    # The folder may hold arrays of any shape, so a probe may raise any error on them.
    with foreign.calls(lambda _reason: evidence.damaged_at(folder / "arrays.npz")):
        run = probe.conclude(
            record.arrays,
            said.model,
            prompts=record.prompts,
            origin=str(said.prompts.get("origin", "")),
            seconds=said.seconds,
        )
    found = run.result
    # A control that only one of the two has comes from another version of the probe.
    pairs: list[tuple[_Judged, _Judged]] = [(said, found)]
    pairs += [
        (said.control[name], found.control[name])
        for name in sorted({*said.control} & {*found.control})
    ]
    disagreements = (
        f"says {_judgement(told)}, but what it measured says {_judgement(measured)}"
        for told, measured in pairs
        if not _agree(told, measured)
    )
    disagreement = next(disagreements, "")
    result = replace(
        found,
        # A parameter that was added later had its default then; the run keeps its id.
        parameters={name: found.parameters[name] for name in said.parameters},
        created=said.created,
        versions=said.versions,
        startup=said.startup,
        brought_from=str(folder),
    )
    return replace(run, result=result), disagreement


_Judged = Result | Judgement


def _agree(said: _Judged, found: _Judged) -> bool:
    told, measured = ((each.effect, *each.interval) for each in (said, found))
    alike = np.allclose(told, measured, rtol=1e-6, atol=1e-9, equal_nan=True)
    return alike and (said.verdict, said.n) == (found.verdict, found.n)


def _judgement(result: _Judged) -> str:
    low, high = result.interval
    return f"{result.verdict} ({result.effect:+.4g}, {low:+.4g} to {high:+.4g}, n = {result.n})"
