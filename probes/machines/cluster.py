"""A Ray cluster as an executor: units go to its nodes, and those of a node that dies to the others."""

import functools
import importlib.metadata
import os
import platform
import socket
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from probes.errors import ProbeError
from probes.files import foreign
from probes.machines.crew import LOST, Crew, Value

EXTRA = "pip install 'inquiring-lines[cluster]'"
# Deaths of workers and nodes that one unit outlives: a node lost takes down all that ran on it,
# whatever they did, so more are allowed than among the processes of one machine.
_DEATHS = 4
# Seconds until an address counts as wrong: Ray itself tries for minutes, then ends the process.
_PATIENCE = 5.0
# A result hangs on these; Ray itself refuses another Python or another Ray.
_COMPUTING = (
    "inquiring-lines", "numpy", "onnxruntime", "pypdfium2", "scipy", "tokenizers", "torch", "transformers",
)  # fmt: skip


class RayCrew(Crew):
    """The workers of a Ray cluster: one unit at a time on each of its processors.

    Files that a unit names must lie under the same path on every node.

    Raises:
        ProbeError: Ray is not installed, no cluster answers at the address, or it has another version of Ray or Python.
    """

    def __init__(self, address: str) -> None:
        ray = _ray()
        self._ray, self._address = ray, address
        _check(address)
        with foreign.calls(functools.partial(_unreachable, address)):
            ray.init(address=address, log_to_driver=False, logging_level="CRITICAL")
            self.width = max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._remote = ray.remote(num_cpus=1, max_retries=_DEATHS)(_attempt)
        self._refs: set[Any] = set()

    def submit(self, work: Callable[..., Value], /, *args: Any, **named: Any) -> Future[Value]:
        """Send the unit to the next free processor of the cluster."""
        ref = self._remote.remote(versions(), work, args, named)
        self._refs.add(ref)
        future: Future[Value] = Future()
        ref.future().add_done_callback(functools.partial(self._settle, ref, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; with `cancel_futures`, its nodes stop what they are at."""
        if wait and not cancel_futures and self._refs:
            self._ray.wait(list(self._refs), num_returns=len(self._refs))
        for ref in list(self._refs):
            self._ray.cancel(ref, force=True)
        self._ray.shutdown()

    def _settle(self, ref: Any, future: Future[Value], done: "Future[_Attempt]") -> None:
        self._refs.discard(ref)
        if not future.set_running_or_notify_cancel():
            return
        try:
            attempt = done.result()
        except BaseException as error:  # noqa: BLE001  Ray's own: the unit did not end
            future.set_exception(self._lost(error))
            return
        if attempt.error is not None:
            future.set_exception(attempt.error)
        else:
            future.set_result(attempt.value)

    def _lost(self, error: BaseException) -> ProbeError:
        """Return what Ray says of a unit that did not end, in one line."""
        gone = (self._ray.exceptions.WorkerCrashedError, self._ray.exceptions.NodeDiedError)
        if isinstance(error, gone):
            return ProbeError(f"{LOST} or its node lost {_DEATHS + 1} times; run it again to go on")
        return ProbeError(
            f"the Ray cluster at {self._address} did not do it ({foreign.reason(error)}); every node needs "
            f"{EXTRA}, of the version {importlib.metadata.version('inquiring-lines')}"
        )


@dataclass(frozen=True)
class _Attempt:
    """What a unit gave, or raised: as a value it crosses the cluster without Ray's traceback around it."""

    value: Any = None
    error: Exception | None = None


def _attempt(
    wanted: dict[str, str], work: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]
) -> _Attempt:
    """Do a unit on a node, if the node computes with the versions that its caller has."""
    try:
        if (found := versions()) != wanted:
            raise ProbeError(_differing(wanted, found))
        return _Attempt(value=work(*args, **named))
    except Exception as error:  # noqa: BLE001  it is raised where the result is asked for
        return _Attempt(error=error)


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide a result, without importing any."""
    found = {"python": platform.python_version()}
    for name in _COMPUTING:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "none"
    return found


def _differing(wanted: dict[str, str], found: dict[str, str]) -> str:
    others = [
        f"{name} {found.get(name, 'none')} instead of {version}"
        for name, version in wanted.items()
        if found.get(name) != version
    ]
    return (
        f"the node {socket.gethostname()} has {', '.join(others)}, which could give other results; "
        "install the same there"
    )


def _ray() -> Any:
    """Return Ray, without statistics of its use and without its log on stdout.

    Raises:
        ProbeError: it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # Ray prints the log of a lost node to stdout, where a command may owe one JSON document.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", "(?s).")
    # Ray tells stderr of variables that it will read another way.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray  # noqa: PLC0415  the extra `cluster` may not be installed
    except ImportError as error:
        raise ProbeError(
            f"INQUIRE_RAY asks for a Ray cluster, and Ray is not installed; {EXTRA}, or unset it to "
            "work on this machine"
        ) from error
    return ray


def _check(address: str) -> None:
    """Refuse an address at which nothing listens."""
    if address == "auto":
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        raise ProbeError(
            f"INQUIRE_RAY is {address!r}; it is auto, or HOST:PORT of the head as `ray start --head` tells it"
        )
    try:
        socket.create_connection((host, int(port)), _PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, foreign.reason(error)) from error


def _unreachable(address: str, reason: str) -> ProbeError:
    return ProbeError(
        f"no Ray cluster can be joined at {address} ({reason}); start one with `ray start --head`, mend INQUIRE_RAY, "
        "or unset it to work on this machine"
    )
