"""`inquire eval` measures retrieval, citations and abstention on questions with known answers."""

from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import evaluation
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.errors import UsageError


def evaluate(
    suite: Annotated[
        str | None,
        typer.Argument(
            metavar="[SUITE]",
            help="`own`: questions made from your library; or a JSON list of {question, must_cite}.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--set",
            metavar="FOLDER",
            help="A labelled set, as a folder or a file; its columns show its kind.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            min=1,
            help="The most questions of each group; by default 100 of `own`, else 300.",
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Ask all questions.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the sample.")] = 0,
    with_baselines: Annotated[
        bool,
        typer.Option(
            "--baselines",
            help="Compare with BM25, vectors, llama-index and the first sentences; labelled answers, "
            "PDF questions and spans always stand beside simpler systems.",
        ),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Measure answers on your own library or on a labelled set; exit code 1 means that a quote was wrong.

    Every run is kept under `evaluations/runs` of the data directory and compared with the one before.
    """
    del as_json
    if folder is not None and suite is not None:
        raise UsageError("Name a suite or a folder with --set, not both.")
    if full and sample is not None:
        raise UsageError("--full asks all questions, --sample some; name one of the two.")
    own_suite = folder is None and suite in (None, "own")
    path = folder or Path(suite or "own")
    asked = [] if own_suite else evaluation.sets.read(path)
    documents = []
    with progress() as report:
        library = open_assistant(data_dir)
        if own_suite:
            library.index(report)
            asked = [evaluation.own.own(library.library)]
        most = (
            None
            if full
            else sample or (evaluation.runs.OWN_SAMPLE if own_suite else evaluation.runs.SET_SAMPLE)
        )
        documents = [
            evaluation.runs.run(
                library, each, "" if own_suite else path.resolve().name, report,
                sample=most, seed=seed, with_baselines=with_baselines,
            )
            for each in asked
        ]  # fmt: skip
    standing = all(quotes_stand(document) for document in documents)
    whole: dict[str, Any] = (
        documents[0] if len(documents) == 1 else {"suite": path.name, "sets": documents}
    )
    return Reply(
        document=whole,
        text="\n\n\n".join(evaluation.telling.told(document) for document in documents),
        exit_code=0 if standing else 1,
    )


def quotes_stand(document: dict[str, Any]) -> bool:
    """Return whether all quotes of all groups exist; a group without quotes counts as correct."""
    return all(figures["quotes_exist"] in (None, 1.0) for figures in document["groups"].values())
