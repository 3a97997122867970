"""The address of a server is checked before anything is sent, and a failure is one line without the key."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Mendable, UsageError
from assistant.models.servers import Server, Servers, checked_url, checked_urls, loopback, offered

KEY = "sk-very-secret"


@pytest.mark.parametrize(
    "url", ["", "here", "ftp://a", "http://", "http://a:0", "http://a:x", "http://u:p@a", "//a"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UsageError):
        checked_url(url)


@given(
    st.lists(
        st.sampled_from(["http://a/v1", "http://a/v1/", "https://b:8000"]), min_size=1, max_size=4
    )
)
def test_each_address_is_named_once_without_its_final_slash(urls):
    found = checked_urls(", ".join(urls))
    assert found == list(dict.fromkeys(url.rstrip("/") for url in urls))


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("http://a.localhost", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://127.0.0.1, http://example.org", False),
    ],
)
def test_only_an_address_of_this_machine_is_here(url, here):
    assert loopback(url) is here


def test_a_server_that_refuses_repeats_no_key():
    server = Server(url="http://a", key=KEY, seconds=1.0)

    refused = Exception("refused")
    refused.status_code, refused.body = 401, {"message": f"wrong key {KEY}\nin two lines"}
    told = server.explain(refused)
    assert told.startswith("answered with error 401")
    assert KEY not in told + repr(server)
    assert "\n" not in told
    assert not server.lacks_forms(refused)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectError("x"), "cannot be reached"),
        (httpx.ReadTimeout("x"), "did not answer in time"),
        (httpx.RemoteProtocolError("x"), "broke off"),
        (KeyError("choices"), "sent something that is no answer (KeyError)"),
    ],
)
def test_a_failure_is_said_in_words(error, said):
    assert Server(url="http://a", key="", seconds=1.0).explain(error) == said


def test_a_server_that_is_not_there_is_one_line():
    here = Server(url="http://127.0.0.1:9", key="", seconds=1.0)
    with pytest.raises(Mendable) as caught:
        offered(Servers(each=(here,), at_once=1), "/models", "data", "id", "m")
    assert "\n" not in str(caught.value)
