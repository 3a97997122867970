"""Only a request with the key gets in, and only over HTTP."""

import asyncio

import pytest

from assistant.guard.bearer import Bearer


def asked(*headers, kind="http"):
    """The status of a request, or the type of the first message if it is no HTTP request."""
    sent, reached = [], []

    async def app(_scope, _receive, send):
        reached.append(True)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind, "method": "POST", "path": "/mcp",
        "headers": [(b"host", b"127.0.0.1"), *headers],
    }  # fmt: skip
    asyncio.run(Bearer(app, key="secret")(scope, None, send))
    assert bool(reached) == (sent[0].get("status") == 200)
    return sent[0].get("status", sent[0]["type"])


def test_the_key_opens_whatever_the_case_of_the_scheme():
    assert asked((b"authorization", b"Bearer secret")) == 200
    assert asked((b"authorization", b"bearer  secret ")) == 200


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"secret")],
        [(b"authorization", b"Basic secret")],
        [(b"authorization", b"Bearer secre")],
        [(b"authorization", b"Bearer \xff")],
        [(b"authorization", b"Bearer secret"), (b"authorization", b"Bearer secret")],
    ],
)
def test_without_the_one_key_nothing_opens(headers):
    assert asked(*headers) == 401


def test_a_web_page_of_another_origin_is_refused_even_with_the_key():
    origin = (b"origin", b"https://example.org")
    assert asked((b"authorization", b"Bearer secret"), origin) == 403


def test_a_websocket_is_closed():
    assert asked(kind="websocket") == "websocket.close"
