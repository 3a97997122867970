import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from probes.machines import endpoints
from probes.machines.endpoints import Endpoints


class Down(Exception):
    """A failure that may pass."""


def passing(error):
    return 0.0 if isinstance(error, Down) else None


def test_calls_go_to_the_least_busy_and_no_server_gets_more_than_its_bound():
    shared = Endpoints(("a", "b"), at_once=2)
    under_way, most, lock = {"a": 0, "b": 0}, {"a": 0, "b": 0}, threading.Lock()

    def ask(address):
        with lock:
            under_way[address] += 1
            most[address] = max(most[address], under_way[address])
        time.sleep(0.02)
        with lock:
            under_way[address] -= 1
        return address

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: shared.call(ask, passing), range(40)))
    assert most == {"a": 2, "b": 2}
    assert {found.count("a"), found.count("b")} <= set(range(10, 31))


def test_a_server_that_dies_rests_and_the_others_answer_for_it():
    shared, asked = Endpoints(("a", "b")), []

    def ask(address):
        asked.append(address)
        if address == "a":
            raise Down
        return address

    assert [shared.call(ask, passing) for _ in range(6)] == ["b"] * 6
    # It is asked again only after a rest, which grows.
    assert asked.count("a") <= 3


def test_a_lone_server_that_is_back_after_a_moment_loses_no_call():
    shared, tries = Endpoints(("a",)), []

    def ask(address):
        tries.append(address)
        if len(tries) < 3:
            raise Down
        return "back"

    assert shared.call(ask, passing) == "back"
    assert len(tries) == shared.tries == 3


def test_what_will_not_pass_is_told_at_once_and_what_stays_after_all_tries():
    shared, asked = Endpoints(("a", "b")), []

    def refuse(address):
        asked.append(address)
        raise ValueError(address)

    with pytest.raises(ValueError, match="a"):
        shared.call(refuse, passing)
    assert asked == ["a"]

    def down(address):
        asked.append(address)
        raise Down

    with pytest.raises(Down):
        shared.call(down, passing)
    assert len(asked) == 1 + shared.tries


def test_who_waits_for_a_turn_can_give_up():
    shared, held = Endpoints(("a",), at_once=1), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(shared.call, lambda _: held.wait(600), passing)
        while not shared._states["a"].under_way:
            time.sleep(0.01)
        with pytest.raises(endpoints.Stopped):
            shared.call(lambda _: None, passing, lambda: True)
        held.set()
        assert busy.result()


def test_addresses_are_separated_by_commas_or_spaces_each_once():
    assert endpoints.addresses(" http://a/v1, http://b/v1 http://a/v1 ") == [
        "http://a/v1",
        "http://b/v1",
    ]
