"""A name that was rebound, misspelt, doubled or cut is never taken for this app's own."""

import ipaddress
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.addresses import Address, Names, is_local, names, origin, parsed, same

LOCAL = Names()
label = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
name = st.lists(label, min_size=1, max_size=4).map(".".join).filter(lambda n: not n[-1].isdigit())
port = st.integers(1, 65535)


def held(host, known=LOCAL):
    address = parsed(host)
    return address is not None and known.hold(address)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost", "localhost.", "localhost:7860", "127.0.0.1", "127.0.0.1:1", "127.8.9.10:65535", "[::1]",
     "[::1]:7860", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:80"],
)  # fmt: skip
def test_this_machine_calls_its_app_so(host):
    assert held(host)


@pytest.mark.parametrize(
    "host",
    ["", " ", "evil.example", "evil.example:7860", "localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example",
     "127.0.0.1:7860.evil.example", "localhost@evil.example", "evil.example@localhost", "localhost,evil.example",
     "localhost evil.example", "localhost:", "localhost:0", "localhost:65536", "localhost:7860:1", "localhost:78a",
     "localhost:+80", "localhost:٣٣", "localhost..", ".localhost", "lоcalhost", "localhost\n", "local\x00host",
     "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "::1", "[::1", "::1]", "[::1%lo]", "[::1]x",
     "[127.0.0.1]", "[localhost]", "10.0.0.1", "0.0.0.0", "[::]", "[fe80::1]", "[::ffff:10.0.0.1]", "http://localhost",
     "localhost/", "localhost#", "%6cocalhost", "localhost:" + "1" * 5000, "a" * 5000, "." * 300],
)  # fmt: skip
def test_nobody_else_does(host):
    assert not held(host)


def test_the_dot_of_the_root_changes_no_address():
    assert (
        parsed("127.0.0.1.") == parsed("127.0.0.1") == Address(ipaddress.IPv4Address("127.0.0.1"))
    )


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    address = parsed(text)
    assert address is None or (text.isascii() and text == text.strip())


@given(name, st.none() | port, st.booleans(), st.booleans())
def test_case_dot_and_port_change_no_name(host, at, upper, dot):
    written = (host.upper() if upper else host) + ("." if dot else "")
    written += f":{at}" if at else ""
    assert parsed(written) == Address(host, at)


@given(name, st.none() | port)
def test_a_rebound_name_is_refused_whatever_it_is(host, at):
    if host != "localhost":
        assert not held(f"{host}:{at}" if at else host)
        assert not held(f"{host}:{at}" if at else host, Names(anywhere=True))
        assert held(host, names([host.upper()]))


@given(st.ip_addresses(), port)
def test_an_address_is_held_where_other_machines_may_call(address, at):
    written = f"[{address}]:{at}" if address.version == 6 else f"{address}:{at}"
    assert held(written, Names(anywhere=True))
    plain = getattr(address, "ipv4_mapped", None) or address
    assert held(written) == plain.is_loopback
    assert is_local(str(address)) == plain.is_loopback


def test_what_is_listed_as_no_name_is_left_out():
    assert names(["", " papers.Example ", "not a name", "10.0.0.1"]).names == {"papers.example"}


@given(name, port)
def test_an_origin_is_its_own_page_alone(host, at):
    called = parsed(f"{host}:{at}")
    assert same(origin(f"http://{host}:{at}"), called)
    assert same(origin(f"HTTPS://{host.upper()}.:{at}"), called)
    assert not same(origin(f"http://{host}:{at % 65535 + 1}"), called)
    assert not same(origin(f"http://x{host}:{at}"), called)
    assert (at == 80) == same(origin(f"http://{host}"), called)


@pytest.mark.parametrize("said", ["null", "", "file://", "localhost:1", "ftp://localhost", "http://", "http://a b",
                                  "chrome-extension://abc", "http://localhost:1/x", "http://u@localhost"])  # fmt: skip
def test_what_is_no_web_page_has_no_origin(said):
    assert origin(said) is None


def test_a_host_without_a_port_has_that_of_the_pages_scheme():
    called = parsed("papers.example")
    assert same(origin("https://papers.example"), called)
    assert same(origin("http://papers.example"), called)
    assert not same(origin("http://papers.example:7860"), called)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "10.1.2.3", "example.org", "127.0.0.1.example.org"]
)
def test_other_machines_reach_every_other_address(host):
    assert not is_local(host)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.0.0.1", "::1", "[::1]", "127.255.0.9"]
)
def test_only_this_machine_reaches_these(host):
    assert is_local(host)
