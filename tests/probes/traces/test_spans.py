"""An answer ends where what is said about it begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.spans import LONGEST, leading_answer, lone_number, numbers_in, result_of


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("42 apples.", "42"),
        ("7 - 3 = 4.", "4"),
        ("5 or 6, by symmetry", "5 or 6"),
        ("10:30 am, as planned", "10:30 am"),
        ("4 cm wide", "4 cm"),
        ("$\\frac{1}{2}$ of it", "\\frac{1}{2}"),
        ("**12**", "12"),
        ("(B) because it holds", "(B)"),
        ("the sum of both", None),
        ("", None),
    ],
)
def test_the_expression_at_the_start_is_the_answer(text, answer):
    assert leading_answer(text) == answer


@given(st.integers(-999, 999), st.sampled_from([".", " apples", ", as was shown", "!", ""]))
def test_a_whole_number_is_found_whatever_follows(number, rest):
    assert leading_answer(f"{number}{rest}") == str(number)


@given(st.text(max_size=40))
def test_no_text_breaks_the_search_and_no_answer_is_longer_than_the_text(text):
    answer = leading_answer(text)
    assert answer is None or len(answer) <= len(text)


@given(st.lists(st.integers(0, 999), max_size=5))
def test_every_number_is_found_in_order(numbers):
    assert numbers_in(" and ".join(map(str, numbers))) == [str(n) for n in numbers]


def test_a_minus_behind_a_digit_is_no_sign():
    assert numbers_in("5 -3") == ["5", "-3"]
    assert numbers_in("5-3") == ["5", "3"]


@pytest.mark.parametrize(
    ("phrase", "number"),
    [
        ("definitely 42", "42"),
        ("minus 3", "-3"),
        ("2 of 5", None),
        ("|x| < 3", None),
        ("none", None),
    ],
)
def test_only_a_lone_number_is_the_answer(phrase, number):
    assert lone_number(phrase) == number


@pytest.mark.parametrize(
    ("chain", "result"),
    [
        ("7 - 3 = 4", "4"),
        ("a = b = 2", "2"),
        ("\\pi/4 \\approx 0.785", "\\pi/4"),
        ("y = 2x + 3", "y = 2x + 3"),
        ("x = 5", "x = 5"),
        ("x \\approx 0.5", "0.5"),
    ],
)
def test_a_chain_comes_to_its_last_value_and_an_equation_stays(chain, result):
    assert result_of(chain) == result


def test_a_text_of_any_length_is_looked_at_in_bounded_work():
    assert leading_answer("1+" * LONGEST) is not None
