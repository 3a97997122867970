"""`inquire doctor | serve` find the faults of this machine, and mend or name them."""

import io
import json
import re
import socket
import time
from contextlib import suppress

import pytest

from assistant.guard.passwords import hashed, keep, kept
from tests.assistant.command_line import launch, one_line


def test_doctor_finds_a_healthy_machine(inquire):
    ran = inquire("doctor", "--json")
    checks = {check["check"]: check for check in ran.document["checks"]}
    assert {"python", "torch", "data directory", "disk space", "library", "index"} <= set(checks)
    assert checks["index"]["ok"]
    assert ran.document["ok"] is all(check["ok"] for check in checks.values())


def test_a_damaged_library_is_found_and_mended(inquire, own_library):
    for rest in own_library.glob("library.sqlite-*"):
        rest.unlink()
    (own_library / "library.sqlite").write_bytes(b"no database at all" * 500)
    ran = inquire("status", data=own_library)
    assert ran.code == 3
    assert "doctor --repair" in ran.err
    sick = inquire("doctor", "--json", data=own_library)
    assert sick.code == 1
    assert [c["check"] for c in sick.document["checks"] if not c["ok"]] == ["library"]
    mended = inquire("doctor", "--repair", "--json", data=own_library)
    assert mended.code == 0
    assert mended.document["repaired"]
    assert inquire("status", "--json", data=own_library).document["sources"] == 4
    assert list(own_library.glob("library.damaged-*"))


def test_a_healthy_library_survives_a_repair(inquire, own_library):
    before = inquire("status", "--json", data=own_library).document
    assert inquire("doctor", "--repair", data=own_library).code == 0
    assert inquire("status", "--json", data=own_library).document == before
    assert not list(own_library.glob("library.damaged-*"))


def test_serve_says_where_it_is_and_is_there(small_library):
    running = launch("serve", "--port", "0", "--no-open", "--json", data=small_library)
    try:
        told = json.loads(running.stdout.readline())
        assert told["pid"] == running.pid
        host, port = re.fullmatch(r"http://([\d.]+):(\d+)/\?token=[\w-]{43}", told["url"]).groups()
        assert answers(host, int(port), within=600)
    finally:
        running.kill()
        out, _ = running.communicate()
    assert out == ""


def answers(host: str, port: int, *, within: float) -> bool:
    """Whether something listens there before the time is over."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, port), timeout=5):
            return True
        time.sleep(0.2)
    return False


def test_a_port_in_use_is_named(inquire):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = inquire("serve", "--port", str(port), "--no-open")
    assert ran.code == 3
    assert str(port) in ran.err
    assert "--port" in ran.err
    assert one_line(ran.err)


def test_an_address_of_another_machine_cannot_be_listened_on(inquire, own_library):
    keep(hashed("correct horse battery"), own_library)
    ran = inquire("serve", "--host", "203.0.113.7", "--port", "0", "--no-open", data=own_library)
    assert ran.code == 3
    assert "--host" in ran.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "203.0.113.7"])
def test_an_app_for_other_machines_needs_a_password_first(inquire, host):
    ran = inquire("serve", "--host", host, "--port", "0", "--no-open")
    assert ran.code == 3
    assert "needs a password" in ran.err
    assert "`inquire password`" in ran.err
    assert one_line(ran.err)


def test_a_password_is_set_from_standard_input_and_never_shown(inquire, own_library, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    ran = inquire("password", "--json", data=own_library)
    assert ran.code == 0
    assert "horse" not in ran.out + ran.err
    assert kept(own_library).matches("correct horse battery")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    ran = inquire("password", data=own_library)
    assert ran.code == 2
    assert "too short" in ran.err
    assert kept(own_library).matches("correct horse battery")
