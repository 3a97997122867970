"""What opens the app: a token of this start, a password, and the sessions that either opens."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

# Browsers at a time; one more ends the session that was used longest ago.
_MOST_SESSIONS = 1_000
# Bytes of chance in a token: nobody guesses 256 bits.
_TOKEN_BYTES = 32


def token() -> str:
    """Return a new token, safe in an address and in a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


@dataclass
class Tokens:
    """The tokens that open a session: one for as long as the app runs, and others for one time each.

    They are looked up by their hash, so that the time it takes tells nothing of them.
    """

    standing: str = field(default_factory=token)
    _single: set[bytes] = field(default_factory=set)

    def single(self) -> str:
        """Return a token that opens one session: others on this machine may see how a browser is started."""
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
    """The browsers that have shown a token or the password.

    Args:
        seconds: How long a session lives that is not used; None for as long as the app runs.
    """

    def __init__(
        self, seconds: float | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._now = now
        self._used: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def open(self) -> str:
        """Open a session and return what its cookie holds."""
        made = token()
        with self._lock:
            self._used[_digest(made)] = self._now()
            while len(self._used) > _MOST_SESSIONS:
                self._used.popitem(last=False)
        return made

    def holds(self, given: str) -> bool:
        """Return whether a cookie is that of a session, which lives on by it."""
        digest = _digest(given)
        with self._lock:
            used = self._used.pop(digest, None)
            if used is None or (self._seconds and self._now() - used > self._seconds):
                return False
            self._used[digest] = self._now()
        return True
