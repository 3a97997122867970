"""Users of one library take turns: a few answers share it, and a change has it alone."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.errors import Stopped

# The seconds between two checks whether somebody still wants a turn.
_LOOK = 0.1


def _never() -> bool:
    return False


class Turns:
    """Turns are given in the order of arrival, whatever their kind, so that nobody waits for ever.

    Args:
        sharing: How many answers are made at a time. More than there are cores would delay all of
            them and finish none sooner.
    """

    def __init__(self, sharing: int) -> None:
        self._sharing = sharing
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._inside = 0

    @contextmanager
    def shared(self, given_up: Callable[[], bool] = _never) -> Iterator[None]:
        """Hold a turn together with others of this kind.

        Raises:
            Stopped: `given_up` became true during the wait.
        """
        with self._held(1, given_up):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold a turn that excludes all others."""
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
