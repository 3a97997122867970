"""A request is a call only if it names a function of the page and has as many values as that takes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.calls import fault

CALL = {"fn_index": 3, "data": [1, None], "session_hash": "s", "event_data": {"key": "a"}}
FUNCTIONS = {3: 2, 4: 0}


def said(**other):
    return fault(json.dumps({**CALL, **other}).encode(), FUNCTIONS)


def test_a_call_of_the_page_is_one():
    assert said() == said(fn_index=4, data=[]) == ""


@pytest.mark.parametrize(
    "other",
    [
        {"fn_index": 99999}, {"fn_index": -1}, {"fn_index": "3"}, {"fn_index": True}, {"fn_index": 3.0},
        {"fn_index": None}, {"fn_index": [3]}, {"data": None}, {"data": {}}, {"data": [1]}, {"data": [1, 2, 3]},
        {"session_hash": None}, {"session_hash": 7}, {"session_hash": ""},
    ],
)  # fmt: skip
def test_what_another_sends_is_none(other):
    assert said(**other)
    assert "\n" not in said(**other)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"\xff\xfe\x00", b"[" * 500_000])
def test_what_is_no_object_is_no_call(body):
    assert fault(body, FUNCTIONS) == "A call is a JSON object."


@given(st.binary())
def test_any_bytes_are_judged(body):
    assert fault(body, FUNCTIONS)
