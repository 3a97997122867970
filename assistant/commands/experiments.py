"""`inquire probe ...` and `inquire evidence ...` run experiments and show their results."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import probes
from assistant import experiments, rendering
from assistant.commands import results, runs
from assistant.commands.console import AsJson, DataDir, Reply, aligned, open_assistant, progress
from assistant.commands.runs import follow, terminable
from assistant.errors import Mendable, NegativeResult
from assistant.printable import folded, printable

if TYPE_CHECKING:
    from assistant import Assistant
    from probes.layers.sweep import Cell, Finished

probe = typer.Typer(
    help="Run experiments on a local model, and look after the runs.", no_args_is_help=True
)
evidence = typer.Typer(
    help="Show the results of experiments, and repeat them.", no_args_is_help=True
)

ProbeName = Annotated[
    str, typer.Argument(metavar="NAME", help="A probe, as `probe list` names it.")
]
EvidenceId = Annotated[
    str, typer.Argument(metavar="ID", help="A result, as `evidence list` names it.")
]


@probe.command("list")
def list_probes(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """List the experiments, what each claims, and how long it takes."""
    del as_json, data_dir
    described = [probes.registry.describe(name) for name in probes.registry.names()]
    lines = [
        f"{d['probe']} ({rendering.wording.duration(d['seconds'])}): {d['claim']['text']}"
        for d in described
    ]
    return Reply(document=described, text="\n".join(lines))


@probe.command("compare")
def compare_runs(
    ids: Annotated[list[str], typer.Argument(metavar="ID ID...", help="Two to four results.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Compare runs of one probe in a table, and their curves in one figure."""
    del as_json
    library = open_assistant(data_dir)
    found = probes.runs.comparison.load(library.data_dir, ids)
    path = probes.runs.comparison.save(found, library.data_dir)
    _told_altered(library, *ids)
    document = {**found.as_json(), "plot": str(path)}
    lines = [
        f"{run.result.id}: {run.result.shown}, {run.result.effect:+.3f} {folded(run.result.unit)}, 95 % interval "
        f"{run.result.interval[0]:+.3f} to {run.result.interval[1]:+.3f}, n = {run.result.n}"
        for run in found.runs
    ]
    return Reply(document=document, text="\n".join([*lines, f"figure: {path}"]))


@probe.command("show")
def show_probe(name: ProbeName, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show what a probe tests, how it does so, and its parameters."""
    del as_json, data_dir
    described = probes.registry.describe(name)
    claim = described["claim"]
    rows = [
        (
            f"  {p['name']} = {probes.registry.spell(p['default'])}",
            f"{p['meaning']} ({', '.join(filter(None, (p['type'], rendering.wording.bounds(p))))})",
        )
        for p in described["parameters"]
    ]
    text = "\n".join(
        [
            described["question"], "",
            f"Claim: {claim['text']} ({claim['source']})",
            f"Effect: {claim['effect']}, in {claim['unit']}", "",
            described["description"], "",
            f"Takes {rendering.wording.duration(described['seconds'])} here. Parameters:", aligned(rows),
        ]
    )  # fmt: skip
    return Reply(document=described, text=text)


@probe.command("run")
def run_probe(
    name: ProbeName,
    choices: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="name=value", help="A parameter; may be repeated."),
    ] = None,
    prompts: Annotated[
        str,
        typer.Option(
            "--prompts",
            metavar="FILE",
            help="A file of texts, JSONL or JSON instead of the reading list; or hf:owner/name.",
        ),
    ] = "",
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="The same as -p model=MODEL.")
    ] = "",
    device: Annotated[
        str,
        typer.Option(
            "--device", help="The device: cpu, cuda, cuda:N or mps. Only cpu was measured."
        ),
    ] = "cpu",
    dtype: Annotated[
        str, typer.Option("--dtype", help="The number format: float32, bfloat16 or float16.")
    ] = "float32",
    background: Annotated[
        bool, typer.Option("--background", help="Return at once; `probe jobs` shows how far it is.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Run an experiment on a local model and keep its result; Ctrl-C stops it."""
    del as_json
    parameters = probes.registry.parse([*(choices or ()), *([f"model={model}"] if model else [])])
    probes.registry.build(name, parameters)
    with progress() as report:
        texts: tuple[str, ...] = ()
        if prompts:
            texts = probes.texts.datasets.texts(
                prompts, lambda share, message: report(message, share)
            )
        library = open_assistant(data_dir)
        library.index(report)
    job = library.start_probe(name, parameters, texts, device=device, dtype=dtype)
    if background:
        return Reply(document={"job": job.id, "probe": name}, text=f"started {job.id}")
    result = follow(library, job)
    return Reply(document=experiments.sources.record(result), text=results.found(result))


@probe.command("sweep")
def sweep_layers(
    models: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="MODEL", help="A model, as for a probe; may be repeated."),
    ] = None,
    tasks: Annotated[
        list[Path] | None,
        typer.Option(
            "--tasks", metavar="FILE", help="A file of tasks instead of those of the reading list."
        ),
    ] = None,
    prompts: Annotated[
        list[Path] | None,
        typer.Option("--prompts", metavar="FILE", help="Measure the layers on these texts."),
    ] = None,
    layers: Annotated[
        list[int] | None,
        typer.Option("--layer", metavar="N", help="A layer; 0 is the embeddings. By default all."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="How many models work at once; by default INQUIRE_WORKERS."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Score the layers of models on tasks, or measure them on prompts; a stopped sweep goes on where it was."""
    del as_json
    for file in tasks or ():
        probes.layers.layer_tasks.read(file)
    for file in prompts or ():
        probes.texts.datasets.read(file)
    library = open_assistant(data_dir)
    if not (tasks or prompts):
        with progress() as report:
            library.index(report)
        own = experiments.texts.task_file(library.library, library.data_dir)
        tasks = [own] if own else [Path()]
    names = models or [library.settings.language_model]
    chosen = library.settings
    crew = probes.machines.workers.Workers(count=workers or chosen.workers, ray=chosen.ray)
    store = library.data_dir / "sweeps"
    swept = []
    for kind, work, files in (
        ("scores", probes.layers.layer_scores.scoring, tasks or ()),
        ("metrics", probes.layers.layer_scores.measuring, prompts or ()),
    ):
        data = [str(file.resolve()) if file.name else "" for file in files]
        wanted = probes.layers.sweep.cells(names, data, layers or ())
        found = {}
        with terminable(), crew.open(apart=True) as pool:
            for one in probes.layers.sweep.sweep(
                wanted, work(library.data_dir), store / kind, pool
            ):
                found[one.cell.key] = one
                # The reason for a failure is told once, at the end.
                state = "kept from before" if one.resumed else "nothing" if one.error else "done"
                typer.echo(f"{kind}: {_cell(one.cell)}: {state}", err=True)
        swept += [(kind, found[key]) for key in dict.fromkeys(cell.key for cell in wanted)]
    document = {
        "store": str(store),
        "cells": [
            {"kind": kind, **asdict(one.cell), "values": one.values, "error": one.error, "resumed": one.resumed}
            for kind, one in swept
        ],
    }  # fmt: skip
    failed = [one for _, one in swept if one.error]
    error = None
    if failed:
        reasons = {one.error: _cell(one.cell) for one in reversed(failed)}
        said = "; ".join(f"{cell}: {reason}" for reason, cell in reversed(reasons.items()))
        error = Mendable(f"{len(failed)} of {len(swept)} gave nothing: {said}")
    return Reply(
        document=document,
        text="\n\n".join(_layer_table(kind, one) for kind, one in swept if one.values),
        exit_code=max((one.exit_code for one in failed), default=0),
        error=error,
    )


probe.command("jobs")(runs.list_runs)
probe.command("log")(runs.show_log)
probe.command("stop")(runs.stop_run)
probe.command("resume")(runs.resume_run)


@evidence.command("list")
def list_evidence(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """List the stored results, newest first, and on stderr those that are damaged or altered."""
    del as_json
    library = open_assistant(data_dir)
    folder = library.data_dir
    weighed = [
        experiments.sources.weighed(result) for result in probes.runs.evidence.listing(folder)
    ]
    for line in probes.runs.evidence.damaged(folder):
        typer.echo(printable(line), err=True)
    altered = _told_altered(library, *(result.id for result in weighed))
    lines = [
        f"{printable(r.id)}  {r.shown}  {printable(results.effect(r))}  {printable(r.model.id)}"
        + ("  (another machine)" if r.brought_from else "")
        + ("  (altered)" if r.id in altered else "")
        for r in weighed
    ]
    document = [
        experiments.sources.record(result) | ({"altered": True} if result.id in altered else {})
        for result in weighed
    ]
    return Reply(
        document=document,
        text="\n".join(lines) or "no evidence yet; `inquire probe run` makes some",
    )


@evidence.command("show")
def show_evidence(identity: EvidenceId, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show what a run found, under which conditions, and where its figure is."""
    del as_json
    library = open_assistant(data_dir)
    result = experiments.sources.weighed(probes.runs.evidence.load(library.data_dir, identity))
    _told_altered(library, identity)
    return Reply(document=experiments.sources.record(result), text=results.found(result))


@evidence.command("rerun")
def rerun(identity: EvidenceId, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Run an experiment again from its record; exit code 1 means that the verdict changed."""
    del as_json
    library = open_assistant(data_dir)
    before = probes.runs.evidence.load(library.data_dir, identity)
    job = library.start_again(identity)
    after = follow(library, job)
    same = after.shown == before.shown
    change = after.effect - before.effect
    compared = {"rerun_of": identity, "same_verdict": same, "effect_change": change}
    error = None
    if not same:
        error = NegativeResult(
            f"The verdict was {before.shown} and is now {after.shown}: {after.id}."
        )
    return Reply(
        document={**experiments.sources.record(after), **compared},
        text=f"{results.found(after)}\nBefore: {before.shown}, {results.effect(before)}; change {change:.3g}.",
        exit_code=0 if same else 1,
        error=error,
    )


def _cell(cell: "Cell") -> str:
    data = Path(cell.data)
    own = experiments.texts.is_own(data)
    name = "the tasks of the list" if own else data.name or "tasks of our own"
    return printable(f"{cell.model} on {name}")


_SHOWN = ("entropy", "entropy/without_first", "curvature", "dimension", "block_influence", "rankme")
"""The metrics shown in a table; the JSON document has all metrics."""


def _layer_table(kind: str, found: "Finished") -> str:
    """Return a row per layer, a column per task or metric."""
    values = found.values or {}
    names = [name for name in _SHOWN if name in values] if kind == "metrics" else list(values)
    rows = [["layer", *(f"[{number}]" for number, _ in enumerate(names, start=1))]]
    for layer in values[names[0]]:
        cells = [values[name][layer][0] for name in names]
        rows.append([layer, *("-" if cell is None else f"{cell:.3f}" for cell in cells)])
    legend = [f"[{number}] {printable(name)}" for number, name in enumerate(names, start=1)]
    table = ["  ".join(f"{cell:>7}" for cell in row) for row in rows]
    return "\n".join([f"{_cell(found.cell)}: {kind} by layer", *legend, *table])


def _told_altered(library: "Assistant", *runs: str) -> list[str]:
    """Name on stderr the runs that were altered since they were kept, and return them."""
    found = experiments.stored.altered(library.library, runs)
    for key in found:
        typer.echo(printable(experiments.stored.altered_line(key)), err=True)
    return found
