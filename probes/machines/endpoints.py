"""Share calls over servers of the same model: the least busy is asked, and one that fails rests while others answer."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value")

Passing = Callable[[Exception], float | None]
"""It returns the seconds after which a failed call may be tried again, 0 where the server does not say when; None
if another try is not worth it."""

AT_ONCE = 4
"""One server is sent so many calls at a time, if nobody says otherwise; others wait for their turn here."""
# A call is tried at every server, and so many times more.
_MORE = 2
# Seconds that a server rests after a failure; they double with each further one.
_REST, _LONGEST = 0.5, 30.0


class Stopped(Exception):
    """The caller gave up while the call waited for its turn."""


@dataclass
class _State:
    """How a server is doing: calls under way, failures since its last answer, and until when it rests."""

    under_way: int = 0
    failures: int = 0
    rests_until: float = 0.0


@dataclass
class Endpoints:
    """Servers of one model; `at_once` bounds the calls that each is sent at a time, over all threads."""

    addresses: Sequence[str]
    at_once: int = AT_ONCE
    _states: dict[str, _State] = field(init=False)
    _turn: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._states = {address: _State() for address in self.addresses}

    @property
    def tries(self) -> int:
        """Return how often a call is tried before its failure is told."""
        return len(self._states) + _MORE

    def call(
        self, ask: Callable[[str], Value], passing: Passing, stopped: Callable[[], bool] = lambda: False
    ) -> Value:  # fmt: skip
        """Return what a server answers; a failure that may pass is tried again, elsewhere first.

        Args:
            ask: Asks the server at an address.
            passing: Says which failures may pass.
            stopped: Ends the wait for a turn.

        Raises:
            Stopped: it did.
            Exception: what the last server raised, or the first failure that will not pass.
        """
        for left in reversed(range(self.tries)):
            with self._lease(stopped) as address:
                try:
                    value = ask(address)
                except Exception as error:
                    wish = passing(error)
                    if wish is None or not left:
                        raise
                    self._failed(address, wish)
                else:
                    self._answered(address)
                    return value
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _lease(self, stopped: Callable[[], bool]) -> Iterator[str]:
        """Yield the address of the least busy server that does not rest, as soon as one has room."""
        with self._turn:
            while (address := self._free()) is None:
                if stopped():
                    raise Stopped
                self._turn.wait(_LOOK)
            self._states[address].under_way += 1
        try:
            yield address
        finally:
            with self._turn:
                self._states[address].under_way -= 1
                self._turn.notify_all()

    def _free(self) -> str | None:
        now = time.monotonic()
        ready = [
            (state.under_way, address)
            for address, state in self._states.items()
            if state.under_way < self.at_once and state.rests_until <= now
        ]
        return min(ready)[1] if ready else None

    def _failed(self, address: str, wish: float) -> None:
        with self._turn:
            state = self._states[address]
            state.failures += 1
            rest = max(wish, _REST * 2.0 ** (state.failures - 1))
            state.rests_until = time.monotonic() + min(rest, _LONGEST)

    def _answered(self, address: str) -> None:
        with self._turn:
            self._states[address].failures = 0


# Seconds between two looks at whether the caller gave up, or a server has rested.
_LOOK = 0.05


def addresses(text: str) -> list[str]:
    """Return the addresses of a list separated by commas or white space, each once."""
    return list(dict.fromkeys(text.replace(",", " ").split()))
