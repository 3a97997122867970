"""The printed address and the password open a session, and nothing else does."""

import asyncio
from urllib.parse import urlencode

import pytest

from assistant.guard import doors
from assistant.guard.doors import PasswordDoor, TokenDoor
from assistant.guard.keys import Tokens
from assistant.guard.passwords import hashed
from assistant.guard.requests import Request

SECRET = "correct horse & battery"


@pytest.fixture(scope="module")
def password():
    return hashed(SECRET)


def _asked(door, method="GET", path="/", query="", cookie="", body=b"", client="10.0.0.1"):
    headers = (("cookie", cookie),) if cookie else ()

    async def receive():
        return {"type": "http.request", "body": body}

    return asyncio.run(door.answer(Request(method, path, query, headers, client), receive))


def _cookie(reply):
    return dict(reply.headers)["set-cookie"].partition(";")[0]


# ── by token ─────────────────────────────────────────────────────────────────────────────────────


def test_the_printed_address_becomes_a_cookie_and_keeps_its_question():
    tokens = Tokens()
    door = TokenDoor(tokens, 7860)
    opened = _asked(door, query=urlencode({"q": "why & how?", "token": tokens.standing}))
    assert opened.status == 303
    assert dict(opened.headers)["location"] == "/?q=why+%26+how%3F"
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in dict(opened.headers)["set-cookie"].split("; ")
    assert tokens.standing not in _cookie(opened)
    assert _asked(door, cookie=f"other=1; {_cookie(opened)}") is None
    assert _asked(door, "POST", "/gradio_api/upload", cookie=_cookie(opened)) is None


def test_without_the_token_or_with_a_wrong_one_nothing_opens():
    tokens = Tokens()
    door = TokenDoor(tokens, 7860)
    queries = ["", "token=", "token=x", f"token={tokens.standing}x", f"Token={tokens.standing}",
               f"token={tokens.standing}&token={tokens.standing}"]  # fmt: skip
    for query in queries:
        reply = _asked(door, query=query)
        assert reply.status == 403
        assert "set-cookie" not in dict(reply.headers)
    assert _asked(door, "POST", query=f"token={tokens.standing}").status == 403
    assert _asked(door, path="/config", query=f"token={tokens.standing}").status == 403
    assert _asked(door, cookie=f"inquiring-lines-7860={tokens.standing}").status == 403


def test_the_cookie_of_another_app_on_this_machine_is_none_of_this_one():
    tokens = Tokens()
    opened = _asked(TokenDoor(tokens, 7860), query=f"token={tokens.standing}")
    assert _asked(TokenDoor(tokens, 7861), cookie=_cookie(opened)).status == 403
    assert _asked(TokenDoor(tokens, 7860), cookie=_cookie(opened)).status == 403


def test_an_old_address_goes_on_in_a_browser_that_is_inside():
    tokens = Tokens()
    door = TokenDoor(tokens, 7860)
    opened = _asked(door, query=f"token={tokens.standing}")
    again = _asked(door, query="token=old&q=x", cookie=_cookie(opened))
    assert (again.status, dict(again.headers)["location"]) == (303, "/?q=x")


# ── by password ──────────────────────────────────────────────────────────────────────────────────


def _tried(door, given, **options):
    body = urlencode({"password": given}).encode()
    return _asked(door, "POST", "/login", body=body, **options)


def test_the_password_opens_a_session(password):
    door = PasswordDoor(password, 7860)
    assert dict(_asked(door).headers)["location"] == "/login"
    assert "action=/login" in _asked(door, path="/login").body
    assert _asked(door, path="/gradio_api/app_id").status == 403
    opened = _tried(door, SECRET)
    assert (opened.status, dict(opened.headers)["location"]) == (303, "/")
    assert _asked(door, cookie=_cookie(opened)) is None
    assert dict(_asked(door, path="/login", cookie=_cookie(opened)).headers)["location"] == "/"


@pytest.mark.parametrize(
    "body", [b"", b"password=", b"password=a&password=b", b"x" * 5000, b"\xff\xfe", b"password"]
)
def test_a_form_without_the_one_password_opens_nothing(password, body):
    reply = _asked(PasswordDoor(password, 7860), "POST", "/login", body=body)
    assert reply.status == 403
    assert "set-cookie" not in dict(reply.headers)


def test_who_guesses_waits_and_others_do_not(password):
    door = PasswordDoor(password, 7860)
    opened = _tried(door, SECRET, client="10.0.0.9")
    for _ in range(5):
        assert _tried(door, "wrong").status == 403
    for given in ("wrong", SECRET):
        told = _tried(door, given)
        assert told.status == 429
        assert "wait 15 minutes" in told.body
        assert 0 < int(dict(told.headers)["retry-after"]) <= 901
    assert _tried(door, SECRET, client="10.0.0.2").status == 303
    assert _asked(door, cookie=_cookie(opened)) is None


def test_no_session_of_a_password_lives_for_ever():
    assert 0 < doors._PASSWORD_SESSION_SECONDS <= 24 * 3600
