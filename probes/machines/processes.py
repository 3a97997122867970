"""The processes of a run: start them, tell them apart, measure their memory, and kill them with all they started."""

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from probes.files import staging


def environment() -> dict[str, str]:
    """Return the caller's environment, with this package importable from any working directory.

    Waiting threads do not spin, and small matrices get one thread: on two busy cores this shortened a run over 48
    prompts from 64 s to 12 s.
    """
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    return {**threads, **os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def stand_behind() -> None:
    """Give way, with this process and its children, to programs that somebody waits for.

    Linux may weigh whole sessions against one another (sched(7), autogroup). The niceness of a process then has no
    effect on other sessions, so the session's own weight is lowered too.
    """
    os.nice(_BEHIND)
    with contextlib.suppress(OSError):  # this system has no such weighing
        Path("/proc/self/autogroup").write_text(str(_SESSION_BEHIND), "ascii")


# Steps of niceness: with ten, a program that is waited for keeps nine tenths of a busy core.
_BEHIND = 10
# Steps of the session: with five, another session keeps three quarters. Ten would stop a run where many sessions work.
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
        os.waitpid(identity["pid"], os.WNOHANG)  # else our dead child would be a zombie
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
    """Kill a process and all its descendants, the descendants first; a process that is gone is no error."""
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
