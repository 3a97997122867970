"""Read what a job has reported as it went, and start a stopped one again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.errors import ProbeError
from probes.runs import jobs
from probes.runs.jobs import Job

LAST_WORDS = 4_000
"""At most so many characters of what a worker printed are shown, from the end, because its last line says why it
ended."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run said: after so many seconds, with so much of its work done."""

    seconds: float
    fraction: float
    message: str


def reports(job: Job) -> list[Report]:
    """Return what a job reported, in order; a report that is repeated counts once, with its latest share."""
    found: list[Report] = []
    for line in _lines(job.directory / "progress.jsonl"):
        if "fraction" not in line:
            continue
        seconds = round(float(line["time"]) - job.created, 1)
        share, message = float(line["fraction"]), str(line["message"])
        if found and found[-1].message == message:
            seconds = found.pop().seconds
        found.append(Report(seconds=seconds, fraction=share, message=message))
    return found


def printed(job: Job) -> str:
    """Return the end of what the run itself printed, such as warnings and the error that ended it."""
    path = job.directory / "worker.log"
    text = path.read_text("utf-8", "replace").strip() if path.is_file() else ""
    return text[-LAST_WORDS:]


def of_evidence(data_dir: Path, identity: str) -> Job | None:
    """Return the job that made a result; None where it was made otherwise or its files are gone."""
    for job in jobs.listing(data_dir):
        made = (line.get("evidence") for line in _lines(job.directory / "progress.jsonl"))
        if identity.startswith(f"{job.probe}-") and identity in made:
            return job
    return None


def resume(data_dir: Path, job_id: str) -> Job:
    """Start a job that ended without a result once more, as it was started; return the new job.

    What an experiment keeps while it runs (finished trainings and continuations) is not done again.

    Raises:
        UsageError: there is no such job, or its probe has no such parameter any more.
        ProbeError: the job still runs, or has its result.
    """
    job = jobs.load(data_dir, job_id)
    now = jobs.status(job)
    if not now.over:
        raise ProbeError(f"{job_id} still runs; stop it first with `inquire probe stop {job_id}`")
    if now.state == "done":
        again = f"`inquire evidence rerun {now.evidence}` makes it anew"
        raise ProbeError(f"{job_id} has its result; {again}")
    record = json.loads((job.directory / "job.json").read_text("utf-8"))
    prompts = job.directory / "prompts.json"
    return jobs.start(
        job.probe, record["parameters"], data_dir=data_dir,
        prompts=json.loads(prompts.read_text("utf-8")) if prompts.is_file() else (),
        time_limit=record["time_limit"], memory_limit=record["memory_limit"],
        device=record.get("device", "cpu"), dtype=record.get("dtype", "float32"),
    )  # fmt: skip


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    for line in text.split("\n")[:-1]:  # the last piece is a line only once its newline is written
        if line:
            yield json.loads(line)
