"""A command that waits for a run ends with its terminal, except under nohup."""

import signal

import pytest

from assistant.commands.runs import terminable


def test_the_end_of_the_terminal_interrupts_and_the_handlers_come_back():
    before = signal.getsignal(signal.SIGHUP)
    with pytest.raises(KeyboardInterrupt), terminable():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) == before


def test_under_nohup_it_goes_on(monkeypatch):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with terminable():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_no_runs_are_said(inquire, own_library):
    assert inquire("probe", "jobs", data=own_library).out == "no runs yet\n"
    assert inquire("probe", "log", "gone", data=own_library).code == 2
