"""Executors of units of work: here, or in processes that are started again when they die."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from multiprocessing import connection
from typing import Any, TypeVar

from probes.errors import ProbeError
from probes.files import foreign

Unit = TypeVar("Unit")
Value = TypeVar("Value")

TRIES = 2
"""A unit whose worker died is tried once more; if a second worker dies, the unit itself is to blame."""
LOST = "its process was killed"


class Crew(Executor):
    """An executor that says how many units it does at a time."""

    width = 1


class Here(Crew):
    """An executor that does each unit in this process when it is handed in."""

    def submit(self, work: Callable[..., Value], /, *args: Any, **named: Any) -> Future[Value]:
        """Do the unit now; what it raises comes with its future."""
        future: Future[Value] = Future()
        try:
            future.set_result(work(*args, **named))
        except Exception as error:  # noqa: BLE001  it is raised where the result is asked for
            future.set_exception(error)
        return future


class ProcessCrew(Crew):
    """Processes of this machine, each started when it is first needed, and again after it died.

    They end with this process, however that ends; their output goes to stderr.
    """

    def __init__(self, count: int, threads: int = 1) -> None:
        self.width = count
        self._each = threads
        self._ended = False
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="workers")
        self._own = threading.local()
        self._pools: set[ProcessPoolExecutor] = set()

    def submit(self, work: Callable[..., Value], /, *args: Any, **named: Any) -> Future[Value]:
        """Do the unit in the next free process."""
        return self._threads.submit(self._done, work, args, named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; with `cancel_futures`, at once and whatever they are at."""
        if cancel_futures:
            self._ended = True
            self._threads.shutdown(wait=False, cancel_futures=True)
            for pool in list(self._pools):
                for process in list((pool._processes or {}).values()):
                    process.terminate()
        self._threads.shutdown(wait=wait)
        for pool in list(self._pools):
            pool.shutdown(wait=wait)

    def _done(
        self, work: Callable[..., Value], args: tuple[Any, ...], named: dict[str, Any]
    ) -> Value:
        for _ in range(TRIES):
            try:
                return self._process().submit(work, *args, **named).result()
            except BrokenExecutor:
                if self._ended:
                    raise
                self._pools.discard(self._own.pool)
                self._own.pool = None
        raise ProbeError(f"{LOST} {TRIES} times, perhaps for lack of memory; run it again to go on")

    def _process(self) -> ProcessPoolExecutor:
        """Return the one process of this thread: were it shared, a death would break the units of others."""
        pool: ProcessPoolExecutor | None = getattr(self._own, "pool", None)
        if pool is None:
            spawn = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(
                1, mp_context=spawn, initializer=_begin, initargs=(self._each,)
            )
            self._own.pool = pool
            self._pools.add(pool)
        return pool


@contextmanager
def closing(crew: Executor) -> Iterator[None]:
    """End the workers with the block; if it fails or is interrupted, at once."""
    try:
        yield
    except BaseException:
        crew.shutdown(cancel_futures=True)
        raise
    crew.shutdown()


def in_order(
    crew: Crew, work: Callable[[Unit], Value], units: Iterable[Unit]
) -> Iterator[tuple[Unit, Value]]:
    """Yield each unit with its result, in the order of the units; only a few are ahead of what was yielded.

    Raises:
        Exception: what the work raised, at its unit; those after it are not begun.
    """
    ahead = 1 if crew.width == 1 else _AHEAD * crew.width
    waiting: deque[tuple[Unit, Future[Value]]] = deque()
    try:
        for unit in units:
            waiting.append((unit, crew.submit(work, unit)))
            if len(waiting) >= ahead:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        for _, future in waiting:
            future.cancel()


# With two for each worker none waits for work while the oldest result is taken in.
_AHEAD = 2


def told(error: BaseException) -> tuple[str, int]:
    """Return why a unit failed, in one line, and the exit code of that."""
    if isinstance(error, ProbeError):
        return str(error), error.exit_code
    if isinstance(error, BrokenExecutor):
        return f"{LOST}; run it again to go on", ProbeError.exit_code
    return foreign.reason(error), ProbeError.exit_code


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(threads: int) -> None:
    """Set up a worker: print to stderr, and end with the process that started it, however that ends."""
    os.dup2(2, 1)
    # torch and the libraries below numpy read it when they are imported, which is later.
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
