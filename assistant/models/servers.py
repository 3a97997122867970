"""Talk to a server that the reader named: without a proxy on this machine, and with no extra data sent."""

import ipaddress
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import httpx

from assistant.errors import Mendable, UsageError
from assistant.settings import Settings
from probes.machines import endpoints

Answer = TypeVar("Answer")

CONNECT_SECONDS = 5.0
"""The seconds that a server may take to accept a connection, or to list its models."""
LARGEST_REPLY = 2**26
"""The most bytes that are read of one reply; a long answer, streamed word by word, has some ten million."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server as the settings name it; `seconds` is the longest wait for any answer."""

    url: str
    key: str = field(repr=False)
    seconds: float

    def explain(self, error: BaseException) -> str:
        """Return what a failure means, in a few words to follow the server's name.

        Some servers repeat the key that they refuse; the key is removed.
        """
        return _explained(error, self.key)

    def lacks_forms(self, error: BaseException) -> bool:
        """Return whether the server refused the form of a request, because it may accept no JSON schema."""
        return _status(error) in _REFUSED

    def wire(self) -> "Wire":
        """Return fresh connections to the server."""
        return Wire(self)

    def listing(self, path: str) -> Any:
        """Return the JSON at `path`, which lists what the server offers.

        Raises:
            Mendable: the server does not answer, refuses, or sends no JSON.
        """
        try:
            with self.wire().asking(CONNECT_SECONDS) as client:
                reply = client.get(f"{self.url}{path}")
                reply.raise_for_status()
                return reply.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise Mendable(
                f"{self.url} {self.explain(error)}; start it, or mend INQUIRE_WRITER_URL and "
                "INQUIRE_WRITER_KEY."
            ) from error


@dataclass(frozen=True, kw_only=True)
class Servers:
    """The servers that the settings name: several of them serve the same model under the same key."""

    each: tuple[Server, ...]
    at_once: int = endpoints.AT_ONCE

    @property
    def url(self) -> str:
        """Return the addresses, for the reader."""
        return ", ".join(server.url for server in self.each)

    def ask(
        self, ask: Callable[[Server], Answer], stopped: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Return what the least busy server answers; a failure that may pass is tried again, elsewhere first.

        Raises:
            Exception: what the last server raised.
        """
        by_url = {server.url: server for server in self.each}
        shared = _endpoints(tuple(by_url), self.at_once)
        return shared.call(lambda url: ask(by_url[url]), self._passing, stopped)

    def _passing(self, error: Exception) -> float | None:
        chain = _chain(error)
        if isinstance(error, Settled) or any(isinstance(each, ssl.SSLError) for each in chain):
            return None
        # Where there is no other server, one that is slow, breaks off or fails inside is not asked again.
        elsewhere = 0.0 if len(self.each) > 1 else None
        if code := _status(error):
            return _wait(error) if code in _BUSY else elsewhere if code == _FAILED_INSIDE else None
        if any(isinstance(each, httpx.TimeoutException) for each in chain):
            return elsewhere
        if any(isinstance(each, httpx.ConnectError) for each in chain):
            return 0.0
        return elsewhere if any(isinstance(each, _BROKEN) for each in chain) else None


class Settled(Exception):
    """A failure after which asking again would not help; its cause says what failed."""


@cache
def _endpoints(urls: tuple[str, ...], at_once: int) -> endpoints.Endpoints:
    """Return the servers as all answers of this process share them, so that together they keep the bound."""
    return endpoints.Endpoints(urls, at_once)


class Wire:
    """Connections to a server that can be cut from another thread.

    Closing a client does not wake a thread that waits for its answer; shutting down its socket
    does.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._sockets: list[socket.socket] = []
        self._cut = threading.Event()

    def options(self) -> dict[str, Any]:
        """Return the options for `httpx.Client` and clients built on it.

        A redirect is not followed, so the quotes go only to the address that the reader gave.
        Proxies of the environment are used for other machines only.
        """
        seconds = self._server.seconds
        return {
            # The caller gives up first and names the setting to blame.
            "timeout": httpx.Timeout(seconds + _GRACE, connect=min(CONNECT_SECONDS, seconds)),
            "follow_redirects": False,
            "trust_env": not loopback(self._server.url),
            "event_hooks": {"request": [self._prepare], "response": [_bounded]},
        }

    @contextmanager
    def asking(self, seconds: float) -> Iterator[httpx.Client]:
        """Yield a client for a question that is answered within so many seconds, however slowly its bytes arrive."""
        ending = threading.Timer(seconds + _GRACE, self.cut)
        ending.daemon = True
        ending.start()
        try:
            with httpx.Client(**self.options() | {"timeout": seconds}) as client:
                yield client
        finally:
            ending.cancel()

    def cut(self) -> None:
        """End every connection, including one that is only being opened."""
        self._cut.set()
        for opened in self._sockets:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    def _prepare(self, request: httpx.Request) -> None:
        """Keep only what the server needs in a request, and note its socket."""
        for name in list(request.headers):
            if name not in _HEADERS:
                del request.headers[name]
        # A packed reply could be far larger than what arrives.
        request.headers["accept-encoding"] = "identity"
        if self._server.key:
            request.headers["authorization"] = f"Bearer {self._server.key}"
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        opened = info.get("return_value")
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")) and opened is not None:
            found = opened.get_extra_info("socket")
            if isinstance(found, socket.socket):
                self._sockets.append(found)
        if self._cut.is_set():
            self.cut()


def _bounded(reply: httpx.Response) -> None:
    """Let a reply end with an error where it is longer than any answer.

    Raises:
        httpx.DecodingError: the reply is packed, which was not asked for.
    """
    if reply.headers.get("content-encoding", "identity").lower() != "identity":
        raise httpx.DecodingError("the reply is packed")
    if isinstance(reply.stream, httpx.SyncByteStream):
        reply.stream = _Bounded(reply.stream)


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = LARGEST_REPLY
        for block in self._stream:
            left -= len(block)
            if left < 0:
                raise httpx.DecodingError("the reply is too long")
            yield block

    def close(self) -> None:
        self._stream.close()


def named_servers(settings: Settings, default: str = "") -> Servers:
    """Return the servers that the settings name."""
    return Servers(
        each=tuple(
            Server(
                url=url,
                key=settings.writer_key.get_secret_value(),
                seconds=settings.writer_seconds,
            )
            for url in checked_urls(settings.writer_url.strip() or default)
        ),
        at_once=settings.writer_at_once,
    )


def offered(servers: Servers, path: str, entries: str, field: str, name: str) -> str:
    """Return where the wanted model is offered: at every server.

    Raises:
        Mendable: a server does not answer, or its list lacks the model.
    """
    for server in servers.each:
        _offers(server, path, entries, field, name)
    return f"{name} at {servers.url}"


def _offers(server: Server, path: str, entries: str, field: str, name: str) -> None:
    told = server.listing(path)
    rows = told.get(entries) if isinstance(told, dict) else None
    models = [str(row.get(field)) for row in rows or () if isinstance(row, dict)]
    if models and name not in models:
        raise Mendable(f"{server.url} has no model {name!r}; it has: {', '.join(models[:8])}.")


def checked_urls(urls: str) -> list[str]:
    """Return the addresses of servers, separated by commas, without final slashes and each once.

    Raises:
        UsageError: one is not an http or https address, or contains a password.
    """
    named = endpoints.addresses(urls) or [urls]
    return list(dict.fromkeys(map(checked_url, named)))


def checked_url(url: str) -> str:
    """Return the address of a server without a final slash.

    Raises:
        UsageError: it is not an http or https address, or it contains a password.
    """
    try:
        parts = urllib.parse.urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise UsageError(
            f"INQUIRE_WRITER_URL is {url!r}, which is no server address; one looks like "
            "http://127.0.0.1:8000/v1."
        )
    if parts.username or parts.password:
        raise UsageError(
            "INQUIRE_WRITER_URL holds a name or a password; put the key into INQUIRE_WRITER_KEY."
        )
    return url.strip().rstrip("/")


def loopback(urls: str) -> bool:
    """Return whether an address, or every one of several, is of this machine, without a name look-up."""
    return all(map(_loopback, endpoints.addresses(urls) or [urls]))


def _loopback(url: str) -> bool:
    host = urllib.parse.urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error with its chain of causes."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    return chain


def _code(error: BaseException) -> int:
    """Return the status with which a server refused, or 0 if the error contains none."""
    code = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    return code if isinstance(code, int) and code >= 300 else 0


def _status(error: BaseException) -> int:
    return next(filter(None, map(_code, _chain(error))), 0)


def _wait(error: BaseException) -> float:
    """Return the seconds that a busy server asks to wait; a date counts as none."""
    for each in _chain(error):
        headers = getattr(getattr(each, "response", None), "headers", None) or {}
        said = str(headers.get("retry-after", ""))
        if said.isascii() and said.isdigit():
            return float(said)
    return 0.0


def _explained(error: BaseException, key: str) -> str:
    chain = _chain(error)
    for each in chain:
        if code := _code(each):
            return f"answered with error {code}{_told(each, key)}"
    for kind, said in _FAILURES:
        if any(isinstance(each, kind) for each in chain):
            return said
    return f"sent something that is no answer ({type(error).__name__})"


def _told(error: BaseException, key: str) -> str:
    """Return the beginning of the server's own message, without the key."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else getattr(error, "error", None)
    line = " ".join(str(said or "").split())
    line = line.replace(key, "…") if key else line
    return f": {line[:160]}" if line else ""


# These mean: bad request, unsupported type, unprocessable, not implemented.
_REFUSED = frozenset((400, 415, 422, 501))
# These come from a server that is too busy, or behind a gateway that cannot reach it now.
_BUSY = frozenset((429, 502, 503, 504))
# This code says that the server itself failed.
_FAILED_INSIDE = 500
_BROKEN = (httpx.NetworkError, httpx.RemoteProtocolError, ConnectionError)
# A connection lives this many seconds longer than the wait for it.
_GRACE = 2.0
_HEADERS = frozenset(
    ("host", "accept", "accept-encoding", "content-type", "content-length", "connection")
)
# The first kind in the chain of causes decides; an unreachable server comes before a broken one.
_FAILURES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ssl.SSLCertVerificationError, "shows a TLS certificate that this machine does not trust"),
    (ssl.SSLError, "does not speak TLS there; is it http instead of https"),
    (httpx.ConnectTimeout, "cannot be reached"),
    ((httpx.ConnectError, ConnectionRefusedError), "cannot be reached"),
    (httpx.TimeoutException, "did not answer in time"),
    (httpx.DecodingError, "sent more than an answer, or sent it packed"),
    ((httpx.NetworkError, httpx.RemoteProtocolError), "broke off"),
)
