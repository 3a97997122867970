"""A token opens the app, a guess does not; a session ends when its time is over."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.keys import Sessions, Tokens, token


class Clock:
    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


def test_no_two_tokens_are_the_same():
    assert len({token() for _ in range(1000)}) == 1000
    assert all(len(token()) >= 43 for _ in range(10))


def test_the_printed_token_opens_again_and_that_of_one_time_once():
    tokens = Tokens()
    once = tokens.single()
    assert tokens.admit(tokens.standing)
    assert tokens.admit(tokens.standing)
    assert tokens.admit(once)
    assert not tokens.admit(once)


@given(st.text())
def test_a_guess_opens_nothing(guess):
    assert not Tokens().admit(guess)
    assert not Sessions().holds(guess)


def test_a_session_lives_while_it_is_used():
    clock = Clock()
    sessions = Sessions(60, clock)
    opened = sessions.open()
    for _ in range(5):
        clock.time += 59
        assert sessions.holds(opened)
    clock.time += 61
    assert not sessions.holds(opened)
    assert not sessions.holds(opened)


def test_sessions_without_an_end_live_on():
    clock = Clock()
    sessions = Sessions(None, clock)
    opened = sessions.open()
    clock.time += 10**9
    assert sessions.holds(opened)


def test_one_session_too_many_ends_the_one_used_longest_ago():
    sessions = Sessions()
    first, second = sessions.open(), sessions.open()
    assert sessions.holds(first)
    for _ in range(999):
        sessions.open()
    assert not sessions.holds(second)
    assert sessions.holds(first)
