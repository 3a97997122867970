"""The same question is answered once for all who ask it, until the last of them has stopped."""

import queue
import threading

import pytest

from assistant.errors import Stopped
from assistant.types import Answer, Sentence
from assistant.views.asking import Asking, heard

FIRST, SECOND = (Sentence(text=text, paragraph=0, role="link") for text in ("One.", "Two."))
ANSWER = Answer(
    question="Why?", deck="", coverage="absent", writer="extractive", index_hash="0", sentences=()
)


def test_who_asks_the_same_later_hears_all_and_it_is_answered_once():
    asking, go, times = Asking(), threading.Event(), []
    ears = [queue.SimpleQueue(), queue.SimpleQueue()]
    said = threading.Event()

    def work(hear, _deserted):
        times.append(1)
        hear(FIRST)
        said.set()
        go.wait(60)
        hear(SECOND)
        return ANSWER

    one = asking.ask("q", threading.Event(), ears[0].put, work)
    assert said.wait(60)
    other = asking.ask("q", threading.Event(), ears[1].put, work)
    go.set()
    assert one.result(60) is other.result(60) is ANSWER
    assert times == [1]
    for ear in ears:
        assert heard(ear) == [FIRST, SECOND]


def test_it_goes_on_while_one_waits_and_ends_when_the_last_has_stopped():
    asking, go, stops = Asking(), threading.Event(), [threading.Event(), threading.Event()]
    put = queue.SimpleQueue().put

    def work(hear, deserted):
        go.wait(60)
        assert deserted.is_set() == all(stop.is_set() for stop in stops)
        hear(FIRST)
        return ANSWER

    futures = [asking.ask("q", stop, put, work) for stop in stops]
    for stop in stops:
        stop.set()
    again = asking.ask("q", threading.Event(), put, lambda hear, _deserted: hear(FIRST) or ANSWER)
    assert again.result(60) is ANSWER  # what nobody waits for is not joined
    go.set()
    with pytest.raises(Stopped):
        futures[0].result(60)
