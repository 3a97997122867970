"""Turns at the library of one app: answers share it, a few at a time; what changes it has it alone."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.errors import Stopped

# Seconds between two looks at whether somebody still wants their turn.
_LOOK = 0.1


def _never() -> bool:
    return False


class Turns:
    """Whoever came first has the first turn, whichever kind it is, so that nobody waits for ever.

    Args:
        sharing: How many answers are made at a time. More than there are cores would make all of them later and
            none sooner.
    """

    def __init__(self, sharing: int) -> None:
        self._sharing = sharing
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._inside = 0

    @contextmanager
    def shared(self, given_up: Callable[[], bool] = _never) -> Iterator[None]:
        """Hold a turn beside others of this kind.

        Raises:
            Stopped: `given_up` came true while it was waited for.
        """
        with self._held(1, given_up):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the turn that leaves no place for another."""
        with self._held(self._sharing, _never):
            yield

    @contextmanager
    def _held(self, places: int, given_up: Callable[[], bool]) -> Iterator[None]:
        mine = object()
        with self._changed:
            self._waiting.append(mine)
            try:
                while self._waiting[0] is not mine or self._inside + places > self._sharing:
                    if given_up():
                        raise Stopped("Stopped.")
                    self._changed.wait(_LOOK)
                self._inside += places
            finally:
                self._waiting.remove(mine)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._inside -= places
                self._changed.notify_all()
