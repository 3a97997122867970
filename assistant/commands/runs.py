"""`inquire probe jobs`, `log`, `stop` and `resume` look after runs that were started, here or in the app."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

import probes
from assistant import experiments
from assistant.commands import results
from assistant.commands.console import AsJson, DataDir, Reply, aligned, open_assistant, progress
from assistant.printable import printable
from probes.errors import ProbeError, UsageError

if TYPE_CHECKING:
    from assistant import Assistant
    from probes.runs.jobs import Job
    from probes.types import Result

JobId = Annotated[str, typer.Argument(metavar="JOB", help="A run, as `probe jobs` names it.")]


def list_runs(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """List the runs of this data directory, newest first, and how far each is."""
    del as_json
    folder = open_assistant(data_dir).data_dir
    states = [probes.runs.jobs.status(job) for job in probes.runs.jobs.listing(folder)]
    lines = [
        f"{s.id}  {s.state}  {s.fraction:.0%}  {printable(s.evidence or s.message)}" for s in states
    ]
    return Reply(
        document=[asdict(state) for state in states], text="\n".join(lines) or "no runs yet"
    )


def stop_run(
    job: JobId,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Stop a run and everything it started."""
    del as_json
    state = probes.runs.jobs.cancel(probes.runs.jobs.load(open_assistant(data_dir).data_dir, job))
    return Reply(document=asdict(state), text=f"{state.id}  {state.state}")


def show_log(job: JobId, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show what a run reported: after how many seconds, how much was done, and what."""
    del as_json
    one = probes.runs.jobs.load(open_assistant(data_dir).data_dir, job)
    found, printed = probes.runs.job_log.reports(one), probes.runs.job_log.printed(one)
    rows = [(f"{r.seconds:.0f} s  {r.fraction:.0%}", printable(r.message)) for r in found]
    lines = [aligned(rows), *map(printable, printed.splitlines())]
    document = {"job": job, "reports": [asdict(report) for report in found], "printed": printed}
    return Reply(document=document, text="\n".join(filter(None, lines)) or "nothing reported yet")


def resume_run(
    job: JobId,
    background: Annotated[
        bool, typer.Option("--background", help="Return at once; `probe jobs` shows how far it is.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Start a run again that ended without a result; finished parts are not done twice."""
    del as_json
    library = open_assistant(data_dir)
    begun = probes.runs.job_log.resume(library.data_dir, job)
    if background:
        return Reply(document={"job": begun.id, "probe": begun.probe}, text=f"started {begun.id}")
    result = follow(library, begun)
    return Reply(document=experiments.sources.record(result), text=results.found(result))


def follow(library: "Assistant", job: "Job") -> "Result":
    """Wait for a run with its progress on stderr; an interrupt stops the run, then this program."""
    try:
        with terminable(), progress() as report:
            while not (now := probes.runs.jobs.status(job)).over:
                report(now.message, now.fraction)
                time.sleep(probes.runs.jobs.POLL)
    except (KeyboardInterrupt, OSError):  # a closed terminal cannot be written to either
        probes.runs.jobs.cancel(job)
        raise
    if now.exit_code == UsageError.exit_code:
        raise UsageError(now.message)
    if now.state != "done" or now.evidence is None:
        raise ProbeError(f"{job.probe} ended without a result: {now.message}")
    return probes.runs.evidence.load(library.data_dir, now.evidence)


@contextmanager
def terminable() -> Iterator[None]:
    """End a started run together with the command or its terminal, except under nohup."""
    before = {ending: signal.getsignal(ending) for ending in (signal.SIGTERM, signal.SIGHUP)}
    heard = [ending for ending, handler in before.items() if handler != signal.SIG_IGN]
    for ending in heard:
        signal.signal(ending, signal.default_int_handler)
    try:
        yield
    finally:
        for ending in heard:
            signal.signal(ending, before[ending])
