"""The processes of a run: what they are started with, told apart, weighed, and killed with all they started."""

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from probes import staging


def environment() -> dict[str, str]:
    """Return the caller's environment, with this package importable from any working directory.

    Threads that wait do not spin, and small matrices get one thread: on two cores with other
    work on them this took a run over 48 prompts from 64 s to 12 s.
    """
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    return {**threads, **os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def stand_behind() -> None:
    """Let programs that somebody waits for go before this process and what it starts.

    Linux may weigh whole sessions against one another (sched(7), autogroup): beside another session, niceness then
    counts for nothing within one of its own, so the session steps back too.
    """
    os.nice(_BEHIND)
    with contextlib.suppress(OSError):  # no such weighing here
        Path("/proc/self/autogroup").write_text(str(_SESSION_BEHIND), "ascii")


# Steps of niceness: of a busy core ten leave nine tenths to a program that is waited for.
_BEHIND = 10
# Of the session: five leave three quarters to another one. Ten would stop a run where many sessions are at work.
_SESSION_BEHIND = 5


def identify(pid: int) -> dict[str, Any]:
    """Return what tells a process from a later one of its number: `pid`, and `create_time` in seconds, 0.0 if gone."""
    try:
        return {"pid": pid, "create_time": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return {"pid": pid, "create_time": 0.0}


def alive(identity: Mapping[str, Any]) -> bool:
    """Return whether exactly that process runs; a later process with its number does not count."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(identity["pid"], os.WNOHANG)  # our own dead child would linger as a zombie
    try:
        process = psutil.Process(identity["pid"])
        same = abs(process.create_time() - identity["create_time"]) < 1.0
        return same and staging.running(identity["pid"])
    except psutil.NoSuchProcess:
        return False


def kill_group(identity: Mapping[str, Any] | None) -> None:
    """Kill the supervisor's process group and wait until all of it is gone."""
    if identity is None or not alive(identity):
        return
    supervisor = psutil.Process(identity["pid"])
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [supervisor, *supervisor.children(recursive=True)]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(identity["pid"], signal.SIGKILL)
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline and any(staging.running(p.pid) for p in family):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(identity["pid"], os.WNOHANG)
            time.sleep(0.01)


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants, those first; one that is gone is no fault."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def resident(pid: int) -> int:
    """Return the bytes of resident memory of a process and its descendants."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
    return total
