"""`inquire probe traces` judges reasoning traces that were recorded elsewhere."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import probes
from assistant.commands.console import AsJson, DataDir, Reply
from assistant.errors import UsageError
from assistant.printable import printable
from probes.errors import ProbeError

if TYPE_CHECKING:
    from probes.traces.recorded import RecordedVerdict
    from probes.traces.resampled import ArmAccuracies
    from probes.traces.segmentation import Rule


def recorded_traces(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="JSONL or JSON of traces, or a log of lm-eval or inspect_ai."
        ),
    ],
    rule: Annotated[
        str, typer.Option(help="Where a marker cuts a trace, for estimates from prefixes.")
    ] = "word_cs",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Compare the last answer of recorded traces with the most frequent answer of their continuations."""
    del as_json, data_dir
    if rule not in probes.traces.segmentation.RULES:
        raise UsageError(
            f"--rule {rule} is no rule; one of {', '.join(probes.traces.segmentation.RULES)}."
        )
    recording = probes.traces.recorded.read_recording(file)
    judged = [probes.traces.recorded.judge(trace) for trace in recording.traces]
    arms, why_none = _estimated(file, rule)
    document = {
        "traces": [_row(verdict) for verdict in judged],
        "arms": [asdict(arm) for arm in arms],
        "unusable": list(recording.unusable),
    }
    lines = [*_last_and_mode(judged), *map(_arm_line, arms)]
    lines += [f"no estimate: {why_none}"] if why_none else []
    lines += [f"left out: {printable(line)}" for line in recording.unusable]
    return Reply(document=document, text="\n".join(lines))


def _row(verdict: "RecordedVerdict") -> dict[str, Any]:
    return {
        "id": verdict.id,
        "last_right": verdict.last_right,
        "mode_right": verdict.mode_right,
        "votes": verdict.tally.usable,
        "entropy_bits": verdict.tally.entropy_bits,
    }


def _last_and_mode(judged: "Sequence[RecordedVerdict]") -> list[str]:
    """Return one line for the last answer, and one for the mode or for why there is none."""
    last = probes.statistics.wilson(sum(v.last_right for v in judged), len(judged))
    lines = [
        f"last answer right {last.estimate:.3f}, 95 % {last.low:.3f} to {last.high:.3f}, n = {len(judged)}"
    ]
    voted = [verdict for verdict in judged if verdict.mode_right is not None]
    if not voted:
        return [*lines, "no mode: none of the traces has continuations of its prefixes"]
    right = [bool(verdict.mode_right) for verdict in voted]
    mode = probes.statistics.wilson(sum(right), len(right))
    test = probes.statistics.mcnemar_of([verdict.last_right for verdict in voted], right)
    line = (
        f"mode of continuations right {mode.estimate:.3f}, 95 % {mode.low:.3f} to {mode.high:.3f}, "
        f"n = {len(voted)}; exact McNemar p = {test.p:.3f}"
    )
    silent = sum(not verdict.tally.usable for verdict in voted)
    return [*lines, line + (f"; {silent} without any answer count as wrong" if silent else "")]


def _estimated(file: Path, rule: "Rule") -> "tuple[list[ArmAccuracies], str]":
    """Return the arms estimated from prefix accuracies if a file has them, else why there is no estimate."""
    if not probes.traces.resampled.is_resampled(file):
        return [], ""
    try:
        return probes.traces.resampled.arm_accuracies(
            probes.traces.resampled.read_resampled(file), rule
        ), ""
    except ProbeError as error:
        return [], str(error)


def _arm_line(arm: "ArmAccuracies") -> str:
    return (
        f"{arm.model}, {arm.problems} problems, estimated from accuracies of prefixes: last {arm.last:.3f}, "
        f"mode {arm.mode:.3f}, majority at equal tokens {arm.majority:.3f}"
    )
