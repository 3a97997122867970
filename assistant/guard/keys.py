"""Tokens of this start and a password open the app; each opens a session."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

# At most this many browsers have a session; one more ends the session that was unused longest.
_MOST_SESSIONS = 1_000
# A token has this many random bytes: nobody guesses 256 bits.
_TOKEN_BYTES = 32


def token() -> str:
    """Return a new token, safe in an address and in a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


@dataclass
class Tokens:
    """The tokens that open a session: one is valid while the app runs, the others for one use each.

    They are looked up by their hash, so that the duration of a look-up reveals nothing about them.
    """

    standing: str = field(default_factory=token)
    _single: set[bytes] = field(default_factory=set)

    def single(self) -> str:
        """Return a token for one session, because others on this machine may see how a browser is started."""
        made = token()
        self._single.add(_digest(made))
        return made

    def admit(self, given: str) -> bool:
        """Return whether a token opens a session now."""
        digest = _digest(given)
        if digest in self._single:
            self._single.discard(digest)
            return True
        return digest == _digest(self.standing)


class Sessions:
    """The sessions of browsers that have sent the token or the password.

    Args:
        seconds: How long an unused session lives; None for as long as the app runs.
    """

    def __init__(
        self, seconds: float | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._now = now
        self._used: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def open(self) -> str:
        """Open a session and return the value of its cookie."""
        made = token()
        with self._lock:
            self._used[_digest(made)] = self._now()
            while len(self._used) > _MOST_SESSIONS:
                self._used.popitem(last=False)
        return made

    def holds(self, given: str) -> bool:
        """Return whether a cookie belongs to a session, and extend that session."""
        digest = _digest(given)
        with self._lock:
            used = self._used.pop(digest, None)
            if used is None or (self._seconds and self._now() - used > self._seconds):
                return False
            self._used[digest] = self._now()
        return True
