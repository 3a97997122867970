"""An app that other machines may reach has a password, kept as a scrypt hash and protected from fast guessing."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import os
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Mendable, UsageError
from assistant.guard.addresses import is_local

FILE = "password"
"""The file of the data directory that holds the hash; only its owner may read it."""

# A shorter password can be guessed even at the rate that `Attempts` allows.
SHORTEST = 10
# scrypt's cost is 32 MB and about a tenth of a second for each guess (OWASP's second setting).
_COST, _BLOCK, _PARALLEL = 2**15, 8, 3
_MEMORY = 2 * 128 * _COST * _BLOCK
_SALT_BYTES, _HASH_BYTES = 16, 32


@dataclass(frozen=True)
class Password:
    """A password as its salted hash."""

    salt: bytes
    hash: bytes

    def matches(self, given: str) -> bool:
        """Return whether this is the password; a wrong one takes as long as the right one."""
        return hmac.compare_digest(_hashed(given, self.salt), self.hash)


def hashed(password: str) -> Password:
    """Return a password as its hash.

    Raises:
        UsageError: the password is too short.
    """
    if len(password) < SHORTEST:
        raise UsageError(f"The password is too short; take at least {SHORTEST} characters.")
    salt = secrets.token_bytes(_SALT_BYTES)
    return Password(salt, _hashed(password, salt))


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogateescape"), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL,
        maxmem=_MEMORY, dklen=_HASH_BYTES,
    )  # fmt: skip


def keep(password: Password, data_dir: Path) -> Path:
    """Store the hash in the data directory, completely or not at all, readable by its owner only; return the file."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / FILE
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    parts = (base64.b64encode(part).decode("ascii") for part in (password.salt, password.hash))
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("$".join((_KIND, *parts)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


_KIND = "scrypt"


def kept(data_dir: Path) -> Password | None:
    """Return the stored password, or None if none was set.

    Raises:
        Mendable: the file exists and cannot be read, or holds no hash.
    """
    path = data_dir / FILE
    try:
        kind, *parts = path.read_text("ascii").strip().split("$")
        salt, digest = (base64.b64decode(part, validate=True) for part in parts)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Mendable(f"{path} cannot be read ({error.strerror}); mend that.") from error
    except (UnicodeDecodeError, ValueError, binascii.Error) as error:
        raise Mendable(
            f"{path} holds no password; set one anew with `inquire password`."
        ) from error
    if (kind, len(salt), len(digest)) != (_KIND, _SALT_BYTES, _HASH_BYTES):
        raise Mendable(f"{path} holds no password; set one anew with `inquire password`.")
    return Password(salt, digest)


def required(host: str, data_dir: Path) -> Password | None:
    """Return the password that an app on this address needs, or None if only this machine reaches it.

    Raises:
        Mendable: other machines could reach it, and there is no password.
    """
    if is_local(host):
        return None
    password = kept(data_dir)
    if password is None:
        raise Mendable(
            f"On {host} other machines reach the app, which needs a password: set one with "
            "`inquire password`, or leave out --host."
        )
    return password


# These are the wrong passwords allowed in the window: from one address, and from all addresses
# together.
_MOST_OF_ONE, _MOST_OF_ALL = 5, 50
_WINDOW_SECONDS = 900.0


class Attempts:
    """The wrong passwords of the last quarter of an hour; a client with too many must wait.

    Open sessions continue; only new ones wait. The total limit also bounds the memory.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._wrong: deque[tuple[float, str]] = deque()

    def wait(self, client: str) -> float:
        """Return the seconds that an address must wait before its next guess; 0 for none."""
        while self._wrong and self._now() - self._wrong[0][0] >= _WINDOW_SECONDS:
            self._wrong.popleft()
        tried = Counter(who for _, who in self._wrong)
        if len(self._wrong) < _MOST_OF_ALL and tried[_place(client)] < _MOST_OF_ONE:
            return 0.0
        oldest = next(
            when for when, who in self._wrong
            if len(self._wrong) >= _MOST_OF_ALL or who == _place(client)
        )  # fmt: skip
        return _WINDOW_SECONDS - (self._now() - oldest)

    def wrong(self, client: str) -> None:
        """Count a wrong password, or one that is being checked: until it is known to be right it counts as wrong."""
        self._wrong.append((self._now(), _place(client)))

    def right(self, client: str) -> None:
        """Forget the wrong passwords of an address that then sent the right one."""
        place = _place(client)
        self._wrong = deque(one for one in self._wrong if one[1] != place)


def _place(client: str) -> str:
    """Return what counts as one address: for IPv6 the network of 64 bits that a household gets."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
