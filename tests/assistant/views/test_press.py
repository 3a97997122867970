"""A press is a message that the page can send; any other message does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.views.press import Press, pressed

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(
    json
    | st.fixed_dictionaries(
        {}, optional={"fields": json, "checked": json, "key": json, "number": json}
    )
)
def test_whatever_is_sent_is_a_press(data):
    press = pressed(data)
    assert isinstance(press, Press)
    assert all(
        isinstance(text, str)
        for pair in (*press.said.items(), *press.fields.items())
        for text in pair
    )
    assert all(isinstance(name, str) for name in press.checked)
    number = press.whole("number")
    assert number is None or 0 <= number < 10**9


@given(st.integers(0, 10**9 - 1))
def test_a_number_is_read_as_it_is_written(number):
    assert pressed({"number": str(number)}).whole("number") == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        "1.0",
        "1e3",
        "0x10",
        "²",
        "٣",
        "1_000",
        "1\n",
        "9" * 10,
        "9" * 5000,
        None,
        3,
        True,
    ],
)
def test_what_is_no_whole_number_is_none(text):
    assert pressed({"number": text}).whole("number") is None


def test_what_the_page_sends_arrives():
    sent = {
        "do": "run",
        "probe": "layer_valley",
        "keys": "a b",
        "fields": {"count": "6"},
        "checked": ["a", "b"],
    }
    press = pressed(sent)
    assert press.text("probe") == "layer_valley"
    assert press.keys("keys") == ("a", "b")
    assert press.fields == {"count": "6"}
    assert press.checked == ("a", "b")


def test_too_long_a_value_is_none():
    assert pressed({"key": "x" * 100_001}).text("key") == ""
    assert len(pressed({"checked": ["x"] * 20_000}).checked) == 10_000
