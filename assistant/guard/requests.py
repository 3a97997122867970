"""Read a request as the guard needs it, and send the guard's own plain replies."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """The head of an HTTP request; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Headers
    client: str = ""

    @classmethod
    def of(cls, scope: Scope) -> "Request":
        """Return the head of an ASGI scope."""
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in scope.get("headers", ())
        )
        query = scope.get("query_string", b"").decode("latin-1")
        client = scope.get("client") or ("", 0)
        return cls(str(scope.get("method", "")), str(scope["path"]), query, headers, client[0])

    def all(self, name: str) -> list[str]:
        """Return the values of a header, in the order they were sent."""
        return [value for known, value in self.headers if known == name]

    def cookies(self, name: str) -> list[str]:
        """Return the values of all cookies with this name, because another path may have set its own."""
        pairs = (pair.partition("=") for line in self.all("cookie") for pair in line.split(";"))
        return [value.strip() for known, _, value in pairs if known.strip() == name]


@dataclass(frozen=True)
class Reply:
    """A reply of the guard itself: one line, or a page."""

    status: int
    body: str = ""
    headers: Headers = ()
    kind: str = "text/plain"

    async def send(self, send: Send, *, head_only: bool = False) -> None:
        """Send the reply."""
        body = self.body.encode()
        headers = [
            ("content-type", f"{self.kind}; charset=utf-8"), ("content-length", str(len(body))),
            *self.headers,
        ]  # fmt: skip
        start = {"type": "http.response.start", "status": self.status, "headers": encoded(headers)}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if head_only else body})


def encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Return headers in the form of ASGI."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


_ALWAYS: Headers = (
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)
_NOTHING = "default-src 'none'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
# gradio starts the code of the page's parts by `new Function` and styles them by attributes;
# neither admits text of a document, which is escaped and no script. Scripts of the page itself are
# named by their hash.
_PAGE = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
_SCRIPT = re.compile(
    rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE
)


def page_policy(page: bytes) -> str:
    """Return the content security policy of the app's page: only its own scripts and files may load."""
    digests = (hashlib.sha256(found.group(1)).digest() for found in _SCRIPT.finditer(page))
    hashes = dict.fromkeys(f" 'sha256-{b64encode(digest).decode('ascii')}'" for digest in digests)
    return _PAGE.format(hashes="".join(hashes))


def protected(
    headers: Iterable[tuple[bytes, bytes]],
    policy: str = "",
    *,
    keep: bool = False,
    forms: bool = False,
) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response, with protective headers replacing any of the same name.

    Headers that let other origins read the response are removed. A browser may keep a response only
    if `keep` is true. `policy` is the content security policy; without one, nothing in the response
    may load, run or frame anything, and a form in it can be sent back here only if `forms` is true.
    """
    usual = _NOTHING.format(forms="'self'" if forms else "'none'")
    ours = [*_ALWAYS, ("content-security-policy", policy or usual)]
    if not keep:
        ours.append(("cache-control", "no-store"))
    gone = {name.encode() for name, _ in ours} | {b"server"}
    kept = [
        (name, value) for name, value in headers
        if name.lower() not in gone and not name.lower().startswith(b"access-control-")
    ]  # fmt: skip
    return [*kept, *encoded(ours)]
