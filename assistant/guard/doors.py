"""A browser gets in by the token in the printed address or by the password."""

import asyncio
import re
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from assistant.guard.keys import Sessions, Tokens
from assistant.guard.passwords import Attempts, Password
from assistant.guard.requests import Receive, Reply, Request

# A form with a password has at most this many bytes.
_LONGEST_FORM = 4_096
# A browser that is not used for half a day must give the password again.
_PASSWORD_SESSION_SECONDS = 12 * 3600.0

PAGE, LOGIN = "/", "/login"
# This is the address of a thread (`t`) or of an answer (`a`), which shows the same page.
_PLACE = re.compile(r"/(?P<kind>[ta])/(?P<id>[0-9a-f]{8,12}(?:-[0-9]{1,4})?)", re.ASCII)


def place(path: str) -> tuple[str, str] | None:
    """Return the kind and id of the thread or answer at a path, or None for any other path."""
    found = _PLACE.fullmatch(path)
    return (found["kind"], found["id"]) if found else None


class Door(Protocol):
    """A door lets requests of an open session through, and answers requests that would open one."""

    async def answer(self, request: Request, receive: Receive) -> Reply | None:
        """Return the reply to a request that may not pass, or None to let it through."""


class Cookie:
    """The cookie of a session, named after the port, because the cookies of one machine are shared by all ports."""

    def __init__(self, port: int, sessions: Sessions) -> None:
        self.name = f"inquiring-lines-{port}"
        self._sessions = sessions

    def shown(self, request: Request) -> bool:
        """Return whether the request holds the cookie of a session."""
        return any(self._sessions.holds(value) for value in request.cookies(self.name))

    def opening(self, target: str) -> Reply:
        """Open a session and send the browser on to `target`; pages of other sites cannot send the cookie."""
        cookie = f"{self.name}={self._sessions.open()}; Path=/; HttpOnly; SameSite=Strict"
        return Reply(HTTPStatus.SEE_OTHER, headers=(("location", target), ("set-cookie", cookie)))


class TokenDoor:
    """A door that accepts the token of the printed address once, and then a cookie."""

    def __init__(self, tokens: Tokens, port: int) -> None:
        self._tokens = tokens
        self._cookie = Cookie(port, Sessions())

    async def answer(self, request: Request, receive: Receive) -> Reply | None:
        """Return a redirect from the printed address, or None for an open session."""
        del receive
        asked = parse_qsl(request.query, keep_blank_values=True, max_num_fields=None)
        given = [value for name, value in asked if name == "token"]
        inside = self._cookie.shown(request)
        if request.method == "GET" and _is_page(request.path) and given:
            rest = urlencode([pair for pair in asked if pair[0] != "token"])
            target = f"{request.path}?{rest}" if rest else request.path
            if len(given) == 1 and self._tokens.admit(given[0]):
                return self._cookie.opening(target)
            if inside:
                return Reply(HTTPStatus.SEE_OTHER, headers=(("location", target),))
        return None if inside else Reply(HTTPStatus.FORBIDDEN, _PRINTED)


_PRINTED = "Open the app at the address that was printed when it was started; it holds the key.\n"


class PasswordDoor:
    """A door that gives a session for the password; after wrong passwords a client must wait."""

    def __init__(self, password: Password, port: int) -> None:
        self._password = password
        self._cookie = Cookie(port, Sessions(_PASSWORD_SESSION_SECONDS))
        self._attempts = Attempts()
        # One password is hashed at a time, because each takes its memory.
        self._hashing = asyncio.Semaphore(1)

    async def answer(self, request: Request, receive: Receive) -> Reply | None:
        """Return the form or the result of a password, or None for an open session."""
        if request.path == LOGIN and request.method == "POST":
            return await self._tried(request, receive)
        if self._cookie.shown(request):
            return _gone_to(PAGE) if request.path == LOGIN else None
        if request.path == LOGIN and request.method in ("GET", "HEAD"):
            return _form(HTTPStatus.OK, "")
        if _is_page(request.path) and request.method in ("GET", "HEAD"):
            return _gone_to(LOGIN)
        return Reply(HTTPStatus.FORBIDDEN, "Give the password at /login first.\n")

    async def _tried(self, request: Request, receive: Receive) -> Reply:
        given = await _given(receive)
        async with self._hashing:
            wait = self._attempts.wait(request.client)
            if wait:
                minutes = f"{wait / 60:.0f} minutes" if wait >= 90 else "a minute"
                told = _form(
                    HTTPStatus.TOO_MANY_REQUESTS, f"Too many wrong passwords; wait {minutes}."
                )
                return Reply(
                    told.status, told.body, (("retry-after", str(int(wait) + 1)),), told.kind
                )
            self._attempts.wrong(request.client)
            if given is None or not await asyncio.to_thread(self._password.matches, given):
                return _form(HTTPStatus.FORBIDDEN, "That is not the password.")
            self._attempts.right(request.client)
        return self._cookie.opening(PAGE)


def _is_page(path: str) -> bool:
    return path == PAGE or place(path) is not None


def _gone_to(path: str) -> Reply:
    return Reply(HTTPStatus.SEE_OTHER, headers=(("location", path),))


async def _given(receive: Receive) -> str | None:
    """Return the password of a form, or None if there is not exactly one or the form is too long."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > _LONGEST_FORM:
            return None
        if not message.get("more_body"):
            break
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    found = [value for name, value in pairs if name == "password"]
    return found[0] if len(found) == 1 else None


def _form(status: HTTPStatus, line: str) -> Reply:
    """Return the page that asks for the password; `line` is a message of the program."""
    page = _FORM.format(line=f"<p role=alert>{line}</p>" if line else "")
    return Reply(status, page, kind="text/html")


_FORM = """<!doctype html><html lang=en><meta charset=utf-8><title>Inquiring Lines</title>
<meta name=viewport content="width=device-width">
<h1>Inquiring Lines</h1>{line}
<form method=post action=/login><label>Password
<input type=password name=password autocomplete=current-password autofocus required></label>
<button>Open</button></form></html>
"""
