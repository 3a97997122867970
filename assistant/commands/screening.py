"""`inquire probe screen`: which problems a model is neither too good nor too weak for."""

from typing import Annotated, Any

import typer

from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.errors import NegativeResult


def screen_problems(
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="A model, as for a probe.")
    ] = "",
    server: Annotated[str, typer.Option(help="Address of an OpenAI-compatible server.")] = "",
    count: Annotated[int, typer.Option(min=5, max=200, help="Problems for each setting.")] = 20,
    shots: Annotated[int, typer.Option(min=1, max=16, help="Worked examples before each.")] = 4,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Try the built-in problems on a model, and find some that it answers right in 30 to 80 % of cases."""
    del as_json
    from probes.continuations.backends import open_backend
    from probes.experiments.early_answer import EarlyAnswer
    from probes.models import Laboratory
    from probes.tasks.screening import SETTINGS, fitting

    library = open_assistant(data_dir)
    name = model or library.settings.language_model
    study = EarlyAnswer(model=name, server=server, shots=shots).located()
    with progress() as report:
        lab = Laboratory(cache=library.data_dir, progress=lambda share, said: report(said, share))
        backend = open_backend(lab, study.model, server)
        tried = fitting(
            backend,
            count=count,
            shots=shots,
            decoding=study.greedy,
            done=lambda share: report("screening", share),
        )
    rows: list[dict[str, Any]] = [
        {
            "setting": found.setting.name,
            "right": found.right,
            "asked": found.asked,
            "accuracy": found.accuracy,
            "kept": found.kept,
            "built_in": found.setting in SETTINGS,
        }
        for found in tried
    ]
    lines = [
        f"{row['setting']}: {row['accuracy']:.2f}{'  fits' if row['kept'] else ''}" for row in rows
    ]
    kept = [row for row in rows if row["kept"]]
    if not kept:
        raise NegativeResult(
            f"{name} answers no setting right in 30 to 80 % of cases ({'; '.join(lines)}); bring problems "
            "of your own with -p problems=FILE.jsonl"
        )
    if not any(row["built_in"] for row in kept):
        lines.append("no built-in setting lies between 30 and 80 %")
    names = ",".join(row["setting"] for row in kept)
    document = {"model": name, "settings": rows, "tasks": [row["setting"] for row in kept]}
    return Reply(document=document, text="\n".join([*lines, f"use -p tasks={names}"]))
