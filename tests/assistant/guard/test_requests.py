"""A request is read as it was sent, and a response gets the protective headers once."""

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.requests import Request, page_policy, protected

NAMES = st.sampled_from(
    [b"Content-Type", b"X-Frame-Options", b"server", b"Access-Control-Allow-Origin", b"cache-control", b"etag"]
)  # fmt: skip


def test_every_cookie_of_a_name_counts_because_another_path_may_have_set_one():
    headers = (("cookie", "a=1; b=2"), ("cookie", "a=3"))
    request = Request("GET", "/", "", headers)
    assert request.cookies("a") == ["1", "3"]
    assert request.cookies("c") == []


def test_header_names_are_read_in_lower_case():
    scope = {"path": "/", "headers": [(b"Host", b"here")], "client": ("127.0.0.1", 9)}
    request = Request.of(scope)
    assert request.all("host") == ["here"]
    assert request.client == "127.0.0.1"


@given(st.lists(st.tuples(NAMES, st.just(b"*"))), st.booleans(), st.booleans())
def test_no_response_keeps_a_header_that_opens_it(headers, keep, forms):
    found = protected(headers, keep=keep, forms=forms)
    names = [name.lower() for name, _ in found]
    assert not any(name.startswith(b"access-control-") for name in names)
    assert b"server" not in names
    ours = dict(found)
    assert ours[b"x-frame-options"] == b"DENY"
    assert b"default-src 'none'" in ours[b"content-security-policy"]
    assert names.count(b"x-frame-options") == names.count(b"content-security-policy") == 1
    assert keep or ours[b"cache-control"] == b"no-store"


@pytest.mark.parametrize(
    "page", [b"<script>alert(1)</script>", b"<SCRIPT defer>alert(1)</SCRIPT >"]
)
def test_a_script_of_the_page_itself_is_named_by_its_hash(page):
    digest = b64encode(hashlib.sha256(b"alert(1)").digest()).decode()
    assert f"'sha256-{digest}'" in page_policy(page)
    assert "sha256" not in page_policy(b"<script src=x></script>")
