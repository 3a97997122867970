"""Protect an interface for programs: only programs of this machine that send its key get in."""

import hmac
from http import HTTPStatus

from assistant.guard.addresses import Names
from assistant.guard.middleware import foreign
from assistant.guard.requests import App, Receive, Reply, Request, Scope, Send


class Bearer:
    """An ASGI app that requires the key in every request as `Authorization: Bearer KEY`.

    A web page cannot send the key, and its origin is refused even earlier; so is a name that
    another site pointed at this machine.
    """

    def __init__(self, app: App, *, key: str) -> None:
        self.app = app
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif refused := self._refused(Request.of(scope)):
            await refused.send(send)
        else:
            await self.app(scope, receive, send)

    def _refused(self, request: Request) -> Reply | None:
        if why := foreign(request, Names()):
            return Reply(HTTPStatus.FORBIDDEN, f"{why}\n")
        shown = request.all("authorization")
        scheme, _, given = shown[0].partition(" ") if len(shown) == 1 else ("", "", "")
        right = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), self._key)
        if scheme.lower() != "bearer" or not right:
            return Reply(HTTPStatus.UNAUTHORIZED, _KEY, (("www-authenticate", "Bearer"),))
        return None


_KEY = "Send the header `Authorization: Bearer KEY`; `inquire mcp --http` says in which file the key is.\n"
