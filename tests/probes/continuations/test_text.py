import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.continuations.text import TextStream, finished
from probes.continuations.types import Decoding

DECODING = Decoding(stop=("\n\n",))


def as_text(tokens):
    return bytes(tokens).decode("utf-8", "replace")


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_stream_gives_the_text_of_its_bytes_and_never_half_a_character(prefix, text):
    stream = TextStream(as_text, list(prefix.encode("utf-8", "ignore")))
    pieces = [stream.push(byte) for byte in text.encode("utf-8", "ignore")]
    if "�" not in text + prefix:
        assert "".join(pieces) == stream.text == text.encode("utf-8", "ignore").decode()
    assert len(stream.ends) == len(pieces)


@pytest.mark.parametrize(
    ("lead", "text", "expected"),
    [
        ("", r"so \boxed{4}", "answer"),
        ("", r"so \boxed{\frac{1}{2}", None),
        ("", r"so \boxed{\frac{1}{2}}", "answer"),
        (r"the answer is \boxed{", "15}", "answer"),
        ("", "a set {1}", None),
        ("<think>", r"maybe \boxed{4}", None),
        ("<think>", r"hm</think> \boxed{4}", "answer"),
        ("", "one\n\ntwo", "stop"),
    ],
)
def test_an_answer_is_complete_when_its_box_is_closed(lead, text, expected):
    assert finished(text[-1], text, lead, DECODING) == (expected)


def test_a_box_inside_a_thought_opened_by_the_prompt_ends_nothing():
    decoding = Decoding(starts_in_thought=True)
    assert finished("}", r"\boxed{4}", "", decoding) is None
    assert finished("}", r"</think>\boxed{4}", "", decoding) == "answer"
