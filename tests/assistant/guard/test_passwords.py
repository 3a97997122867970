"""A password is kept as a hash that only its owner reads, and guessing at it is slow."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Mendable, UsageError
from assistant.guard.passwords import FILE, Attempts, hashed, keep, kept, required

SECRET = "correct horse battery"


@pytest.fixture(scope="module")
def password():
    return hashed(SECRET)


def test_only_the_password_matches(password):
    assert password.matches(SECRET)
    for wrong in ("", SECRET[:-1], SECRET + " ", SECRET.upper(), "\udcff"):
        assert not password.matches(wrong)


def test_the_same_password_is_hashed_otherwise_each_time(password):
    other = hashed(SECRET)
    assert other.salt != password.salt
    assert other.hash != password.hash


def test_a_short_password_is_refused():
    with pytest.raises(UsageError, match="at least 10"):
        hashed("123456789")


def test_it_is_kept_for_its_owner_alone_and_never_in_clear(password, tmp_path):
    path = keep(password, tmp_path / "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in path.read_text()
    assert kept(tmp_path / "new") == password
    keep(hashed("another password"), tmp_path / "new")
    assert kept(tmp_path / "new") != password


@given(st.binary(max_size=200))
def test_a_damaged_file_lets_nobody_in(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("damaged")
    (folder / FILE).write_bytes(content)
    with pytest.raises(Mendable, match="inquire password"):
        kept(folder)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org"])
def test_an_address_that_others_reach_needs_a_password(host, tmp_path, password):
    with pytest.raises(Mendable, match=r"needs a password.*inquire password"):
        required(host, tmp_path)
    keep(password, tmp_path)
    assert required(host, tmp_path) == password


def test_this_machine_alone_needs_none(tmp_path, password):
    assert required("127.0.0.1", tmp_path) is None
    keep(password, tmp_path)
    assert required("localhost", tmp_path) is None


class Clock:
    time = 1000.0

    def __call__(self):
        return self.time


def test_five_wrong_passwords_of_one_address_make_it_wait_and_no_other():
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(5):
        assert attempts.wait("10.0.0.1") == 0
        attempts.wrong("10.0.0.1")
    assert attempts.wait("10.0.0.1") == 900
    assert attempts.wait("10.0.0.2") == 0
    clock.time += 899
    assert attempts.wait("10.0.0.1") == 1
    clock.time += 1
    assert attempts.wait("10.0.0.1") == 0


def test_the_right_password_clears_the_slips_before_it():
    attempts = Attempts(Clock())
    for _ in range(5):
        attempts.wrong("10.0.0.1")
    attempts.right("10.0.0.1")
    assert attempts.wait("10.0.0.1") == 0


def test_many_addresses_together_have_to_wait_as_well():
    attempts = Attempts(Clock())
    for n in range(50):
        assert attempts.wait(f"10.0.{n}.1") == 0
        attempts.wrong(f"10.0.{n}.1")
    assert attempts.wait("10.1.0.1") > 0


def test_a_household_of_ipv6_is_one_address():
    attempts = Attempts(Clock())
    for n in range(5):
        attempts.wrong(f"2001:db8::{n:x}")
    assert attempts.wait("2001:db8::ffff%eth0") > 0
    assert attempts.wait("2001:db8:0:1::1") == 0
    for _ in range(5):
        attempts.wrong("::ffff:10.0.0.1")
    assert attempts.wait("10.0.0.1") > 0
