"""Run a probe as a job: its own process group, watched, stoppable, and recorded in files.

`start` launches a supervisor (`python -m probes supervise DIR`) that outlives the caller. The supervisor waits for its
turn (one run at a time per data directory), starts the run itself as a worker (`python -m probes run`), watches its
time and the resident memory of its process tree, and writes `outcome.json`. Everything that a caller needs to know
stands in `jobs/<id>/`, so any process can ask. This works on Linux and macOS; Windows has no counterpart of process
groups and `flock`.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import psutil

from probes import registry
from probes.errors import ProbeError, UsageError
from probes.files import staging
from probes.machines import processes
from probes.runs import evidence

JobState = Literal["queued", "running", "done", "failed", "cancelled", "timed out", "out of memory"]
TIME_LIMIT = 3600.0
MEMORY_SHARE = 0.8
"""The default memory limit, as a share of the machine's memory."""
POLL = 0.1
LAUNCH_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One started run; its files in `directory` hold everything about it."""

    id: str
    probe: str
    parameters: Mapping[str, Any]
    directory: Path
    created: float


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """The state of a job: `fraction` in [0, 1]; `evidence` is the id of its result when done.

    `exit_code` is the exit code of a command that waited for the job: 2 where the call was wrong, which only the run
    could find out, else 3 for every ending without a result.
    """

    id: str
    probe: str
    state: JobState
    fraction: float
    message: str
    evidence: str | None
    seconds: float
    exit_code: int = 0

    @property
    def over(self) -> bool:
        """Return whether the job has ended, well or badly."""
        return self.state not in ("queued", "running")


def start(
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    data_dir: Path,
    prompts: Sequence[str] = (),
    time_limit: float = TIME_LIMIT,
    memory_limit: int | None = None,
    device: str = "cpu",
    dtype: str = "float32",
) -> Job:
    """Start a probe in the background and return at once.

    Args:
        name: the probe, as `registry.names()` lists it.
        parameters: its parameters, as values or as the strings a reader typed.
        data_dir: holds the job in `jobs/<id>/` and its result in `evidence/`.
        prompts: passages of the reader's list; empty for the probe's own prompts.
        time_limit: seconds the run may take, not counting the wait for its turn.
        memory_limit: bytes of resident memory for the run's processes together; by default
            80 % of the machine's memory.
        device: the device of its models; see `probes.models.laboratory.load`.
        dtype: the number format of its models.

    Raises:
        UsageError: a probe, parameter or value is unknown, or the probe does not heed the device or
            number format; nothing was started.
        ProbeError: a file that a parameter names cannot be read, the data directory cannot be
            written, or its disk is full; nothing was started.
    """
    probe = registry.build(name, parameters or {})
    probe.check_computing(device, dtype)
    evidence.prepare(data_dir)
    limit = memory_limit or int(psutil.virtual_memory().total * MEMORY_SHARE)
    record = {
        "probe": name,
        "parameters": probe.parameters(),
        "data_dir": str(data_dir.resolve()),
        "time_limit": time_limit,
        "memory_limit": limit,
        "device": device,
        "dtype": dtype,
        "created": time.time(),
    }
    job_id = f"{name}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
    directory = data_dir.resolve() / "jobs" / job_id
    try:
        directory.mkdir(parents=True)
        if prompts:
            _write(directory / "prompts.json", list(prompts))
        _write(directory / "job.json", record)
        _launch(directory)
    except OSError as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise ProbeError(
            f"cannot start a job in {data_dir}: {error.strerror}; "
            "free some space or choose a writable folder with --data-dir"
        ) from error
    return load(data_dir, job_id)


def _launch(directory: Path) -> None:
    """Start the supervisor; end it again where it cannot be recorded, because nobody could stop it."""
    with (directory / "log").open("wb") as log:
        # The supervisor gets a session of its own: neither the terminal's Ctrl-C nor the app's end reaches it.
        process = subprocess.Popen(
            [sys.executable, "-m", "probes", "supervise", str(directory)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=directory,
            env=processes.environment(),
        )
    identity = processes.identify(process.pid)
    try:
        _write(directory / "pid", identity)
    except OSError:
        processes.kill_group(identity)
        raise


def load(data_dir: Path, job_id: str) -> Job:
    """Return the job of that id.

    Raises:
        UsageError: no job has this id.
    """
    directory = data_dir.resolve() / "jobs" / job_id
    record = _read(directory / "job.json") if directory.name == job_id else None
    if record is None:
        raise UsageError(f"no job {job_id!r} in {data_dir}")
    return Job(
        id=job_id,
        probe=record["probe"],
        parameters=record["parameters"],
        directory=directory,
        created=record["created"],
    )


def listing(data_dir: Path) -> list[Job]:
    """Return every job of a data directory, newest first."""
    folders = (data_dir.resolve() / "jobs").glob("*/job.json")
    jobs = [load(data_dir, path.parent.name) for path in folders]
    return sorted(jobs, key=lambda job: job.created, reverse=True)


def status(job: Job) -> JobStatus:
    """Return where the job stands now, from its files and its process; a call is cheap enough to poll."""
    # The process is looked at before the outcome: one that ends in between has written its outcome first.
    identity = _read(job.directory / "pid")
    # A launched process names itself within moments; one without a name by then was never there.
    alive = processes.alive(identity) if identity else time.time() - job.created < LAUNCH_SECONDS
    outcome = _read(job.directory / "outcome.json")
    fraction, message, begun = _last_progress(job.directory)
    if outcome is None and not alive:
        outcome = {"state": "failed", "message": _unexplained(job.directory)}
    state: JobState = outcome["state"] if outcome else ("running" if begun else "queued")
    done = state == "done"
    since = begun or job.created
    return JobStatus(
        id=job.id,
        probe=job.probe,
        state=state,
        fraction=1.0 if done else fraction,
        message=outcome["message"] if outcome else message,
        evidence=outcome.get("evidence") if outcome else None,
        seconds=outcome.get("seconds", 0.0) if outcome else time.time() - since,
        exit_code=outcome.get("exit_code", 0 if done else 3) if outcome else 0,
    )


def _unexplained(directory: Path) -> str:
    """Return why a run may have ended without a word."""
    if shutil.disk_usage(directory).free < evidence.LEAST_SPACE:
        return f"the disk of {directory} is full; free some space and run it again"
    return f"the run was ended from outside; run it again (its log is {directory / 'log'})"


def wait(job: Job, *, timeout: float = TIME_LIMIT) -> JobStatus:
    """Block until the job is over, or until `timeout` seconds have passed."""
    deadline = time.monotonic() + timeout
    while not (current := status(job)).over and time.monotonic() < deadline:
        time.sleep(POLL)
    return current


def cancel(job: Job) -> JobStatus:
    """Stop a job for good, with everything it started; a job that is over does not change.

    The whole process group is killed, so nothing is left to finish its work; a half-written
    result is removed.
    """
    if not status(job).over:
        _settle(job.directory, state="cancelled", message="stopped by the reader")
        processes.kill_group(_read(job.directory / "pid"))
        evidence.sweep(job.directory.parent.parent)
        staging.sweep(job.directory.parent.parent / "models")
    return status(job)


def supervise(directory: Path) -> None:
    """Run the worker of one job to its end under its limits; called in the job's own process.

    Raises:
        UsageError: the folder holds no job.
        ProbeError: its files cannot be written.
    """
    record = _read(directory / "job.json")
    if record is None:
        raise UsageError(f"{directory} holds no job")
    try:
        _supervise(directory, record)
    except OSError as error:
        message = f"cannot write in {directory.parent}: {error.strerror}; free some space or mend its permissions"
        with contextlib.suppress(OSError):
            _settle(directory, state="failed", message=message)
        raise ProbeError(message) from error


def _supervise(directory: Path, record: Mapping[str, Any]) -> None:
    processes.stand_behind()
    _write(directory / "pid", processes.identify(os.getpid()))
    with _turn(directory.parent):
        if (directory / "outcome.json").exists():
            return  # the job was cancelled while it waited, before anyone knew which process to stop
        _report(directory, 0.0, "starting")
        with (directory / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                _command(directory, record),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=processes.environment(),
            )
            verdict = _watch(worker, record["time_limit"], record["memory_limit"])
        outcome = verdict or _ending(directory, worker.returncode)
    evidence.sweep(Path(record["data_dir"]))
    _settle(directory, **outcome)


def _watch(
    worker: subprocess.Popen[bytes], time_limit: float, memory_limit: int
) -> dict[str, Any] | None:
    """Wait for the worker; kill it and record the reason where it passes a limit."""
    begun = time.monotonic()
    while worker.poll() is None:
        spent = time.monotonic() - begun
        resident = processes.resident(worker.pid)
        if spent <= time_limit and resident <= memory_limit:
            time.sleep(POLL)
            continue
        processes.kill_tree(worker.pid)
        worker.wait()
        if spent > time_limit:
            message = f"stopped after its time limit of {time_limit:.0f} s"
            return {"state": "timed out", "message": message}
        message = (
            f"stopped at its memory limit of {memory_limit / 2**20:.0f} MiB; "
            "choose a smaller model or fewer prompts"
        )
        return {"state": "out of memory", "message": message}
    return None


def _ending(directory: Path, code: int) -> dict[str, Any]:
    """Return the outcome that the end of an unhindered worker means."""
    if code == 0:
        lines = _progress_lines(directory)
        found = next((line["evidence"] for line in lines if "evidence" in line), None)
        return {"state": "done", "message": "done", "evidence": found}
    if code == -signal.SIGKILL:
        # Nobody here sent the signal: on Linux the kernel ends a process so when memory runs out.
        return {
            "state": "out of memory",
            "message": "killed by the system, likely for memory; choose a smaller model or fewer prompts",
        }
    said = (directory / "worker.log").read_text("utf-8", "replace").strip().splitlines()
    if code < 0:
        ended = f"its process was ended by {signal.Signals(-code).name}; run it again"
    else:
        ended = f"ended with code {code}; run it again"
    return {
        "state": "failed",
        "message": said[-1] if said else ended,
        "exit_code": UsageError.exit_code if code == UsageError.exit_code else ProbeError.exit_code,
    }


def _command(directory: Path, record: Mapping[str, Any]) -> list[str]:
    prompts = directory / "prompts.json"
    chosen = [f"{name}={registry.spell(value)}" for name, value in record["parameters"].items()]
    return [
        *(sys.executable, "-m", "probes", "run", record["probe"]),
        *(part for choice in chosen for part in ("-p", choice)),
        *("--data-dir", record["data_dir"]),
        *("--device", record.get("device", "cpu"), "--dtype", record.get("dtype", "float32")),
        *(("--prompts", str(prompts)) if prompts.is_file() else ()),
        *("--progress", str(directory / "progress.jsonl")),
        *("--parent", str(os.getpid())),
    ]


@contextlib.contextmanager
def _turn(jobs: Path) -> Iterator[IO[bytes]]:
    """Hold the data directory's turn; the lock ends with the process, however that ends."""
    with (jobs / ".turn").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _settle(directory: Path, **outcome: Any) -> None:
    """Write the outcome unless there is one already, because the first outcome counts."""
    _, _, begun = _last_progress(directory)
    outcome["seconds"] = time.time() - begun if begun else 0.0
    draft = directory / f"outcome.{os.getpid()}.tmp"
    draft.write_text(json.dumps(outcome), "utf-8")
    with contextlib.suppress(FileExistsError):
        (directory / "outcome.json").hardlink_to(draft)
    draft.unlink()


def _report(directory: Path, fraction: float, message: str) -> None:
    line = {"fraction": fraction, "message": message, "time": time.time()}
    with (directory / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _last_progress(directory: Path) -> tuple[float, str, float | None]:
    """Return the share done, what is being done, and when the run began (None while queued)."""
    lines = [line for line in _progress_lines(directory) if "fraction" in line]
    if not lines:
        return 0.0, "waiting for its turn", None
    # A part of the work may start its count again, but the reported share of the whole never falls.
    return max(line["fraction"] for line in lines), lines[-1]["message"], lines[0]["time"]


def _progress_lines(directory: Path) -> list[dict[str, Any]]:
    path = directory / "progress.jsonl"
    if not path.exists():
        return []
    # The last piece is a line only once its newline is written.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1] if line]


def _write(path: Path, value: Any) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    draft.replace(path)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
