"""`inquire probe compare-weights` counts the weights that training changed between two checkpoints of a model."""

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

import probes
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.printable import printable

if TYPE_CHECKING:
    from probes.models.weight_changes import MatrixChange

Checkpoint = Annotated[
    str, typer.Argument(help="A model, as for a probe: a folder, a GGUF file, or an id.")
]


def compare_weights(
    before: Checkpoint,
    after: Checkpoint,
    ranks: Annotated[
        bool,
        typer.Option(
            "--ranks",
            help="Also compute the rank of each update; this takes minutes for a large model.",
        ),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Count the weights that are the same in two checkpoints, in float32 and in bfloat16."""
    del as_json
    folder = open_assistant(data_dir).data_dir
    with progress() as report:
        first, second = (
            probes.models.laboratory.load(name, folder, lambda share, said: report(said, share))
            for name in (before, after)
        )
        # A tied tensor has several names and counts once.
        found = probes.models.weight_changes.compared(
            *(dict(model.network.named_parameters()) for model in (first, second)), ranks=ranks
        )
    every = probes.models.weight_changes.whole(found)
    document = {
        "before": first.record.id,
        "after": second.record.id,
        "stored": [first.record.quantisation, second.record.quantisation],
        "tolerances": list(probes.models.weight_changes.TOLERANCES),
        **_row(every),
        "tensors": [_row(change) for change in found],
    }
    lines = [
        f"{every.count} weights, {printable(first.record.id)} against {printable(second.record.id)}:",
        f"  equal in bfloat16             {every.in_bf16:.2%}",
        f"  within 1e-5 in bfloat16       {every.close_in_bf16:.2%}",
        *(
            f"  within {tolerance:<7g} in float32    {share:.2%}"
            for tolerance, share in zip(
                probes.models.weight_changes.TOLERANCES, every.unchanged, strict=True
            )
        ),
    ]
    if ranks:
        lines.append(
            f"  mean rank of the updates      {every.rank:.1%} of the largest; random values at as many "
            f"random places {every.random_rank:.1%}"
        )
    least = sorted(found, key=lambda change: change.in_bf16)[:_SHOWN]
    lines += ["changed most, equal in bfloat16:"]
    lines += [f"  {printable(change.name)}  {change.in_bf16:.2%}" for change in least]
    return Reply(document=document, text="\n".join(lines))


_SHOWN = 5


def _row(change: "MatrixChange") -> dict[str, Any]:
    return {
        "name": change.name,
        "weights": change.count,
        "unchanged": list(change.unchanged),
        "unchanged_in_bf16": change.in_bf16,
        "close_in_bf16": change.close_in_bf16,
        "rank": None if math.isnan(change.rank) else change.rank,
        "random_rank": None if math.isnan(change.random_rank) else change.random_rank,
    }
