"""A limited number of answers share the library; a change has it alone; the first to come is served first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Stopped
from assistant.views.turns import Turns


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 4))
def test_no_more_share_than_may_and_who_changes_is_alone(kinds, sharing):
    turns, lock, inside, most = Turns(sharing), threading.Lock(), [], []

    def work(alone):
        with turns.alone() if alone else turns.shared():
            with lock:
                inside.append(alone)
                most.append((len(inside), any(inside)))
            with lock:
                inside.remove(alone)

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(work, kinds))
    assert len(most) == len(kinds)
    assert all(count <= (1 if alone else sharing) for count, alone in most)


def test_who_came_first_is_served_first():
    turns, served = Turns(2), []
    arrived = threading.Semaphore(0)

    def come(number, alone):
        arrived.release()
        with turns.alone() if alone else turns.shared():
            served.append(number)

    threads = []
    with turns.alone():
        for number, alone in enumerate([True, False, True, True]):
            threads.append(threading.Thread(target=come, args=(number, alone)))
            threads[-1].start()
            arrived.acquire()
            while len(turns._waiting) <= number:
                threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3]


def test_who_gives_up_leaves_no_place_taken():
    turns = Turns(1)
    with turns.shared(), pytest.raises(Stopped), turns.shared(lambda: True):
        raise AssertionError("there was no place")
    with ExitStack() as stack:
        stack.enter_context(turns.alone())
    with turns.shared():
        pass


def test_a_failure_gives_the_turn_back():
    turns = Turns(2)
    with pytest.raises(ValueError, match="failed"), turns.alone():
        raise ValueError("failed")
    with turns.shared(), turns.shared():
        pass
