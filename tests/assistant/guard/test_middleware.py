"""Whatever a request claims, only the app's own page passes, and every response is protected."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.addresses import Names
from assistant.guard.doors import PasswordDoor, TokenDoor
from assistant.guard.keys import Tokens
from assistant.guard.middleware import Guard, foreign, routes
from assistant.guard.passwords import hashed
from assistant.guard.requests import Request, page_policy, protected

HERE = ("host", "localhost:7860")
LIMIT = 1_000


def _request(*headers, path="/", method="GET"):
    return Request(method, path, "", headers)


@pytest.mark.parametrize(
    "headers",
    [
        [HERE],
        [HERE, ("sec-fetch-site", "none")],
        [HERE, ("sec-fetch-site", "same-origin"), ("origin", "http://localhost:7860")],
        [HERE, ("origin", "http://LOCALHOST.:7860")],
        # a form sent by a page without referrers
        [HERE, ("sec-fetch-site", "same-origin"), ("origin", "null")],
    ],
)
def test_the_own_page_and_the_address_bar_pass(headers):
    assert foreign(_request(*headers), Names()) == ""


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", "evil.example")],
        [("host", "evil.example"), HERE],
        [HERE, HERE],
        [HERE, ("origin", "https://evil.example")],
        [HERE, ("origin", "http://localhost:8888")],
        [HERE, ("origin", "http://127.0.0.1:7860")],
        [HERE, ("origin", "null")],
        [HERE, ("origin", "null"), ("sec-fetch-site", "cross-site")],
        [HERE, ("origin", "null"), ("sec-fetch-site", "none")],
        [HERE, ("origin", "http://localhost:7860"), ("origin", "https://evil.example")],
        [HERE, ("sec-fetch-site", "cross-site")],
        [HERE, ("sec-fetch-site", "same-site")],
        [HERE, ("sec-fetch-site", "")],
        [HERE, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        [HERE, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:7860")],
    ],
)
def test_another_page_does_not(headers):
    assert foreign(_request(*headers), Names()) != ""


@given(st.text(), st.text())
def test_what_is_not_said_as_a_browser_says_it_does_not_pass(origin, site):
    if site not in ("same-origin", "none"):
        assert foreign(_request(HERE, ("sec-fetch-site", site)), Names())
    assert foreign(_request(HERE, ("origin", origin)), Names())


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/call/draw", "/gradio_api/run/draw", "/gradio_api/api/draw", "/gradio_api/component_server", "/config",
     "/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/gradio_api/proxy=http://10.0.0.1/", "/gradio_api/info",
     "/gradio_api/openapi.json", "/gradio_api/vibe-edit/", "/gradio_api/vibe-code", "/gradio_api/dev/reload", "/login",
     "/gradio_api/login", "/gradio_api/token", "/gradio_api/user", "/monitoring", "/monitoring/summary", "/docs",
     "/openapi.json", "/gradio_api/mcp/sse", "/gradio_api/custom_component/a/client/b/c", "/svelte/x", "/runs",
     "/gradio_api/stream/a/b/1/playlist.m3u8", "/gradio_api/deep_link", "/gradio_api/process_recording", "//",
     "/assets/../../x", "/assets/..", "/assets/.hidden", "/static/a/../b", "/assets//x", "/gradio_api/heartbeat/a/b",
     "/gradio_api/queue/join/", "/gradio_api/queue/status", "/gradio_api/upload/", "/\n", "/gradio_api/upload\n"],
)  # fmt: skip
def test_what_the_page_does_not_need_is_no_route(path):
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        assert not [r for r in routes(1) if method in r.methods and r.path.fullmatch(path)]


def test_a_policy_names_the_pages_own_scripts_and_no_inline_one():
    page = (
        b'<SCRIPT>one()</SCRIPT><script src="a.js"></script><script type=module>\ntwo()\n</script >'
    )
    policy = page_policy(page)
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert len(re.findall(r"'sha256-[\w+/]{43}='", scripts)) == 2
    assert "unsafe-inline" not in scripts
    assert page_policy(b"<p>") != policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_headers_of_the_app_do_not_soften_ours():
    soft = [
        (b"X-Frame-Options", b"ALLOWALL"), (b"Access-Control-Allow-Origin", b"*"), (b"server", b"x"),
        (b"access-control-allow-credentials", b"true"), (b"Content-Security-Policy", b"default-src *"),
        (b"content-type", b"text/css"), (b"Cache-Control", b"max-age=9"),
    ]  # fmt: skip
    found = protected(soft)
    names = [name.lower() for name, _ in found]
    assert len(names) == len(set(names))
    assert dict(found)[b"x-frame-options"] == b"DENY"
    assert dict(found)[b"cache-control"] == b"no-store"
    assert dict(found)[b"content-type"] == b"text/css"
    assert not [name for name in names if name.startswith(b"access-control")]
    assert dict(protected(soft, keep=True))[b"Cache-Control"] == b"max-age=9"


# ── a request as the server hands it over ────────────────────────────────────────────────────────


async def _echo(scope, receive, send):
    """Answer with the length of the body."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


class Server:
    """An app behind a guard, whose session is open."""

    def __init__(self, app=_echo):
        tokens = Tokens()
        self.guard = Guard(
            app, names=Names(), door=TokenDoor(tokens, 7860), upload=LIMIT, functions={3: 2}
        )
        opened = self.asked("GET", "/", query=f"token={tokens.standing}")
        self.cookie = dict(opened.headers)[b"set-cookie"].split(b";")[0]

    def asked(self, method, path, *chunks, query="", headers=(), kind="http"):
        return asyncio.run(self._asked(method, path, chunks, query, headers, kind))

    async def _asked(self, method, path, chunks, query, headers, kind):
        given = [(b"host", b"localhost:7860"), *headers]
        if hasattr(self, "cookie"):
            given.append((b"cookie", self.cookie))
        messages = [
            {"type": "http.request", "body": chunk, "more_body": n + 1 < len(chunks)}
            for n, chunk in enumerate(chunks or (b"",))
        ]
        sent = []

        async def receive():
            return messages.pop(0)

        async def send(message):
            sent.append(message)

        scope = {
            "type": kind, "method": method, "path": path, "headers": given, "client": ("127.0.0.1", 1),
            "query_string": query.encode(),
        }  # fmt: skip
        await self.guard(scope, receive, send)
        return Sent(sent)


class Sent:
    def __init__(self, messages):
        self.messages = messages
        self.status = messages[0].get("status")
        self.headers = messages[0].get("headers")
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


@pytest.fixture(scope="module")
def server():
    return Server()


UPLOAD = "/gradio_api/upload"
JOIN = "/gradio_api/queue/join"
CALL = b'{"fn_index": 3, "data": [1, 2], "session_hash": "s"}'


@given(st.integers(0, len(CALL)))
def test_a_call_of_the_page_passes_whole_whatever_its_pieces(at):
    sent = Server().asked("POST", JOIN, CALL[:at], CALL[at:])
    assert (sent.status, sent.body) == (200, str(len(CALL)).encode())


@given(st.binary(max_size=60))
def test_what_is_no_call_is_refused_in_one_line_before_the_app(body):
    sent = Server(_never).asked("POST", JOIN, body)
    assert sent.status == 422
    assert sent.body.count(b"\n") == 1


def test_a_call_longer_than_any_is_too_large(server):
    assert Server(_never).asked("POST", JOIN, b" " * 2**19, b" " * 2**19, b" ").status == 413


async def _never(scope, receive, send):
    raise AssertionError("the app was reached")


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=6))
def test_a_body_passes_up_to_the_limit_whatever_its_pieces(chunks):
    sent = Server().asked("POST", UPLOAD, *chunks)
    length = sum(map(len, chunks))
    assert sent.status == (200 if length <= LIMIT else 413)
    assert [m["type"] for m in sent.messages].count("http.response.start") == 1
    if length <= LIMIT:
        assert sent.body == str(length).encode()


@pytest.mark.parametrize(
    "length", [b"1001", b"99999999999999999999999", b"-1", b"1e3", "²".encode(), b""]
)
def test_a_length_that_is_too_large_or_none_is_refused_before_the_body(server, length):
    sent = server.asked("POST", UPLOAD, b"x", headers=[(b"content-length", length)])
    assert sent.status == 413
    assert sent.body.count(b"\n") == 1


def test_a_body_where_none_belongs_is_refused(server):
    assert server.asked("GET", "/", b"x").status == 413


def test_a_web_socket_is_refused_before_it_opens(server):
    for headers in ([], [(b"origin", b"http://localhost:7860")]):
        sent = server.asked("GET", "/gradio_api/queue/join", kind="websocket", headers=headers)
        assert sent.messages == [{"type": "websocket.close", "code": 1008}]


def test_no_header_makes_the_app_believe_another_address():
    seen = []

    async def app(scope, receive, send):
        seen.extend(name for name, _ in scope["headers"])
        await _echo(scope, receive, send)

    claims = [b"X-Forwarded-Host", b"x-forwarded-proto", b"Forwarded", b"X-Gradio-Server"]
    Server(app).asked("GET", "/", headers=[(name, b"evil.example") for name in claims])
    assert not {name.lower() for name in claims} & {name.lower() for name in seen}
    assert b"host" in seen


def test_a_page_is_held_until_its_scripts_are_known():
    async def app(scope, receive, send):
        headers = [(b"content-length", b"999"), (b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for part in (b"<script>", b"a()", b'</script><link rel="manifest" href="/m">'):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})

    sent = Server(app).asked("GET", "/")
    assert sent.body == b"<script>a()</script>"
    assert dict(sent.headers)[b"content-length"] == b"20"
    assert b"'sha256-" in dict(sent.headers)[b"content-security-policy"]


# ── threads and answers have addresses of their own ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "query", "target"),
    [
        ("/t/0123abcd", "", "/?t=0123abcd"),
        ("/a/0123456789ab", "", "/?a=0123456789ab"),
        ("/a/0123456789ab-2", "", "/?a=0123456789ab-2"),
        ("/t/0123abcd", "q=a%26b&t=ffffffff&q=c", "/?t=0123abcd&q=a%26b"),
    ],
)
def test_the_address_of_a_thread_leads_to_the_page_that_shows_it(path, query, target):
    server = Server()
    for method in ("GET", "HEAD"):
        told = server.asked(method, path, query=query)
        assert (told.status, dict(told.headers)[b"location"].decode()) == (303, target)
        assert dict(told.headers)[b"x-frame-options"] == b"DENY"
    assert server.asked("POST", path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/t/", "/t/0123abcd/", "/t/0123ABCD", "/t/../a", "/x/0123abcd", "//t/0123abcd", "/t/0123abcd\n", "/t/①②③④⑤⑥⑦⑧",
     "/t//evil.example", "/a/0123456789ab-", "/a/0123456789ab-99999", "/a/0123456789abcdef"],
)  # fmt: skip
def test_what_is_no_address_of_a_thread_leads_nowhere(path):
    assert Server().asked("GET", path).status == 404


def test_nobody_outside_learns_that_there_is_a_thread():
    server = Server()
    del server.cookie
    assert server.asked("GET", "/t/0123abcd").status == 403


def test_a_password_is_asked_for_at_every_address_of_the_page():
    door = PasswordDoor(hashed("correct horse"), 7860)
    for path in ("/", "/t/0123abcd", "/a/0123456789ab"):
        reply = asyncio.run(door.answer(_request(HERE, path=path), None))
        assert dict(reply.headers)["location"] == "/login"
    assert asyncio.run(door.answer(_request(HERE, path="/t/x"), None)).status == 403
