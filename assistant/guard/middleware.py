"""Guard the app: only its own page, opened by its reader, reaches the routes that the page needs."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from assistant.guard.addresses import Names, origin, parsed, same
from assistant.guard.calls import Functions, fault
from assistant.guard.doors import LOGIN, PAGE, Door, place
from assistant.guard.requests import (
    App,
    Message,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    page_policy,
    protected,
)


def foreign(request: Request, names: Names) -> str:
    """Return why a request comes neither from the app's own page nor from the address bar, or "" if it does.

    Three values are checked, none of which a web page can forge: the name by which the app is
    called (a rebound name is another site's), the origin of the page, and the browser's own
    statement about the page's site.
    """
    hosts, origins = request.all("host"), request.all("origin")
    called = parsed(hosts[0]) if len(hosts) == 1 else None
    if called is None or not names.hold(called):
        return _UNKNOWN
    sites = request.all("sec-fetch-site")
    if any(site not in ("same-origin", "none") for site in sites):
        return _ELSEWHERE
    # A form of a page without referrers has the origin `null`; then the browser's own statement is
    # required.
    if origins == ["null"] and sites == ["same-origin"]:
        return ""
    if origins:
        page = origin(origins[0]) if len(origins) == 1 else None
        if page is None or not same(page, called):
            return _ELSEWHERE
    return ""


_UNKNOWN = (
    "This app is not known under that name; open it at the address that was printed, or list the name in "
    "INQUIRE_HOST_NAMES."
)
_ELSEWHERE = (
    "Another page may not use this app; type or paste its address into the browser yourself."
)


@dataclass(frozen=True)
class Route:
    """A route that the page needs, its longest body in bytes, and whether that body is a call."""

    methods: tuple[str, ...]
    path: re.Pattern[str]
    longest: int = 0
    calls: bool = False


_READ = ("GET", "HEAD")
# A call holds a question and the parameters of a card; the page's larger state stays on the server.
_LONGEST_CALL = 2**20


def routes(upload: int) -> tuple[Route, ...]:
    """Return the closed list of routes; an upload may have `upload` bytes.

    gradio offers others: functions by name, files by path, a proxy, an editor of the app's code.
    """
    files = r"/(?:assets|static)(?:/[\w@~-][\w.@~-]*)+|/theme\.css|/favicon\.ico"
    streams = r"/gradio_api/(?:app_id|heartbeat/\w+|queue/data|upload_progress)"
    return (
        Route(_READ, re.compile(rf"{PAGE}|{files}|{streams}", re.ASCII)),
        Route(("POST",), re.compile(r"/gradio_api/queue/join"), _LONGEST_CALL, calls=True),
        Route(("POST",), re.compile(r"/gradio_api/upload"), upload),
    )


# A browser may keep these files of gradio: they have their version in their name or are checked
# again.
_KEPT = re.compile(r"/(?:assets|static)/.*")
# These headers would make gradio take another address for its own.
_FORWARDED = ("forwarded", "x-forwarded", "x-gradio", "x-original", "x-direct-url")


class Guard:
    """The app behind its door; every response gets the headers that protect it.

    Args:
        app: The ASGI app that is guarded.
        names: The names by which it may be called.
        door: Lets a browser in.
        upload: The most bytes of one upload.
        functions: The functions that the page may call.
    """

    def __init__(
        self, app: App, *, names: Names, door: Door, upload: int, functions: Functions
    ) -> None:
        self.app = app
        self._functions = functions
        self._names = names
        self._door = door
        self._routes = routes(upload)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:  # the page needs no web socket, so it is refused before it opens
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request.of(scope)
        out = _Out(send, request)
        found = await self._judged(request, receive)
        if isinstance(found, Reply):
            await found.send(out, head_only=request.method == "HEAD")
            return
        body = _Body(receive, out, found.longest)
        if found.calls and not await self._is_call(body, out):
            return
        await self.app(_plain(scope), body, body.send)

    async def _is_call(self, body: "_Body", out: "_Out") -> bool:
        whole = await body.read_ahead()
        if whole is None:
            return False
        if why := fault(whole, self._functions):
            await Reply(HTTPStatus.UNPROCESSABLE_ENTITY, f"{why}\n").send(out)
        return not why

    async def _judged(self, request: Request, receive: Receive) -> Reply | Route:
        if why := foreign(request, self._names):
            return Reply(HTTPStatus.FORBIDDEN, f"{why}\n")
        if reply := await self._door.answer(request, receive):
            return reply
        if reply := _page_of(request):
            return reply
        route = next((route for route in self._routes if _fits(route, request)), None)
        if route is None:
            return Reply(HTTPStatus.NOT_FOUND, "There is no such page.\n")
        if any(not _within(length, route.longest) for length in request.all("content-length")):
            return _too_large(route.longest)
        return route


def _page_of(request: Request) -> Reply | None:
    """Return the address of the one page for a thread or an answer, with the thread or answer to show."""
    found = place(request.path)
    if found is None or request.method not in _READ:
        return None
    asked = [pair for pair in parse_qsl(request.query) if pair[0] == "q"][:1]
    return Reply(
        HTTPStatus.SEE_OTHER, headers=(("location", f"{PAGE}?{urlencode([found, *asked])}"),)
    )


def _fits(route: Route, request: Request) -> bool:
    return request.method in route.methods and route.path.fullmatch(request.path) is not None


def _within(length: str, longest: int) -> bool:
    digits = length.isascii() and length.isdigit() and len(length) <= len(str(2**63))
    return digits and int(length) <= longest


def _too_large(longest: int) -> Reply:
    if longest < 2**20:
        return Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This takes no body.\n")
    told = (
        f"Too large: at most {longest // 2**20} MB at a time; add larger ones with `inquire add`.\n"
    )
    return Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)


def _plain(scope: Scope) -> Scope:
    """Return the scope for the app, without addresses that a header claims and without compression."""
    gone = (*_FORWARDED, "accept-encoding") if scope["path"] == PAGE else _FORWARDED
    kept = [
        (name, value) for name, value in scope["headers"]
        if not name.decode("latin-1").lower().startswith(gone)
    ]  # fmt: skip
    return {**scope, "headers": kept}


# A browser fetches the manifest without cookies, so the request could only be refused.
_MANIFEST = re.compile(rb'<link rel="manifest"[^>]*>')


class _Body:
    """The body of a request, counted as it arrives, so that the limit holds whatever length it claims."""

    def __init__(self, receive: Receive, out: "_Out", longest: int) -> None:
        self._receive = receive
        self._out = out
        self._left = self._longest = longest
        self._over = False
        self._ahead: list[Message] = []

    async def read_ahead(self) -> bytes | None:
        """Return the whole body, which the app still receives, or None if it ended early or is too long."""
        whole, ahead, more = bytearray(), [], True
        while more:
            message = await self()
            if message["type"] != "http.request":
                return None
            ahead.append(message)
            whole += message.get("body", b"")
            more = bool(message.get("more_body"))
        self._ahead = ahead
        return bytes(whole)

    async def __call__(self) -> Message:
        if self._ahead:
            return self._ahead.pop(0)
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            if not self._over:
                self._over = True
                await _too_large(self._longest).send(self._out)
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Send the app's answer, unless the body was already refused."""
        if not self._over:
            await self._out(message)


class _Out:
    """Send every response with its headers; hold the page back until its scripts are known."""

    def __init__(self, send: Send, request: Request) -> None:
        self._send = send
        self._keep = _KEPT.fullmatch(request.path) is not None
        self._forms = request.path == LOGIN
        self._page = request.path == PAGE and request.method == "GET"
        self._start: Message | None = None
        self._held = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._page and message["status"] == HTTPStatus.OK:
                self._start = message
            else:
                await self._begin(message, "")
        elif message["type"] == "http.response.body" and self._start:
            self._held += message.get("body", b"")
            if not message.get("more_body"):
                start, self._start = self._start, None
                page = _MANIFEST.sub(b"", bytes(self._held))
                await self._begin(_sized(start, len(page)), page_policy(page))
                await self._send({"type": "http.response.body", "body": page})
        else:
            await self._send(message)

    async def _begin(self, start: Message, policy: str) -> None:
        kept = self._keep and start["status"] == HTTPStatus.OK
        headers = protected(start.get("headers", ()), policy, keep=kept, forms=self._forms)
        await self._send({**start, "headers": headers})


def _sized(start: Message, length: int) -> Message:
    headers = [pair for pair in start.get("headers", ()) if pair[0].lower() != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", b"%d" % length)]}
