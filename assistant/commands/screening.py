"""`inquire probe screen` finds problems that are neither too easy nor too hard for a model."""

import time
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

import probes
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.errors import Mendable, NegativeResult
from assistant.printable import printable

if TYPE_CHECKING:
    from probes.experiments.early_answer import EarlyAnswer


def screen_problems(
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="A model, as for a probe.")
    ] = "",
    server: Annotated[str, typer.Option(help="Address of an OpenAI-compatible server.")] = "",
    count: Annotated[int, typer.Option(min=5, max=200, help="Problems for each setting.")] = 20,
    shots: Annotated[int, typer.Option(min=1, max=16, help="Worked examples before each.")] = 4,
    minutes: Annotated[
        float,
        typer.Option(
            min=0.1, help="Stop after this many minutes and use what was tried until then."
        ),
    ] = 10.0,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Try the built-in problems on a model, and find settings at which it is right in 30 to 80 % of cases."""
    del as_json
    screening = probes.continuations.screening

    library = open_assistant(data_dir)
    name = model or library.settings.language_model
    asked = {"model": name, "server": server, "shots": shots}
    study = cast("EarlyAnswer", probes.registry.build("early_answer", asked))
    sizes = probes.models.model_sizes
    most = (
        screening.cost(
            count,
            study.greedy.max_tokens,
            1.0 if server else sizes.share(study.model),
        )
        / 60
    )
    typer.echo(
        f"up to {_minutes(round(most))} for {printable(name)} on two cores, mostly less; "
        f"stops after {_minutes(minutes)}",
        err=True,
    )
    with progress() as report:
        lab = probes.models.laboratory.Laboratory(
            cache=library.data_dir, progress=lambda share, said: report(said, share)
        )
        backend = probes.continuations.backends.open_backend(lab, study.model, server)
        ending = time.monotonic() + 60 * minutes
        tried = screening.fitting(
            backend,
            count=count,
            shots=shots,
            decoding=study.greedy,
            done=lambda share: report("screening", share),
            over=lambda: time.monotonic() > ending,
        )
    rows: list[dict[str, Any]] = [
        {
            "setting": found.setting.name,
            "right": found.right,
            "asked": found.asked,
            "accuracy": found.accuracy,
            "kept": found.kept,
            "built_in": found.setting in screening.SETTINGS,
        }
        for found in tried
    ]
    lines = [
        f"{row['setting']}: {row['accuracy']:.2f}{'  fits' if row['kept'] else ''}" for row in rows
    ]
    kept = [row for row in rows if row["kept"]]
    untried = [
        each.name
        for each in screening.SETTINGS
        if each.name not in {row["setting"] for row in rows}
    ]
    stopped = time.monotonic() > ending
    if stopped:
        lines.append(f"stopped after {_minutes(minutes)}")
    if untried:
        lines.append(f"not tried: {', '.join(untried)}")
    if stopped and not kept:
        raise Mendable(
            f"{name} answers no setting of those tried in {_minutes(minutes)} right in 30 to 80 % of cases "
            f"({'; '.join(lines)}); give it more time with --minutes, or fewer problems with --count"
        )
    if not kept:
        raise NegativeResult(
            f"{name} answers no setting right in 30 to 80 % of cases ({'; '.join(lines)}); bring problems "
            "of your own with -p problems=FILE.jsonl"
        )
    if not stopped and not any(row["built_in"] for row in kept):
        lines.append("no built-in setting lies between 30 and 80 %")
    names = ",".join(row["setting"] for row in kept)
    document = {
        "not_tried": untried,
        "model": name,
        "settings": rows,
        "tasks": [row["setting"] for row in kept],
    }
    return Reply(document=document, text="\n".join([*lines, f"use -p tasks={names}"]))


def _minutes(number: float) -> str:
    return f"{number:g} minute{'' if number == 1 else 's'}"
