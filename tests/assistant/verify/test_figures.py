"""Every number of a text is found once, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.figures import figures


def told(text):
    return [(round(f.value, 4), f.unit) for f in figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rises by 13.33 points.", [(13.33, "points")]),
        ("It rises by 13.33 percentage points.", [(13.33, "points")]),
        ("It saves 5-30 %.", [(5, "%"), (30, "%")]),
        ("a third of the layers", [(0.3333, "share")]),
        ("two thirds of them", [(0.6667, "share")]),
        ("twice as many layers", [(2, "times")]),
        ("the accuracy doubles", [(2, "times")]),
        ("half of it", [(0.5, "share")]),
        ("nine in ten tasks", [(0.9, "share")]),
        ("Four models of 8 GB", [(4, ""), (8, "gb")]),
        ("3.3x faster", [(3.3, "times")]),
        ("The third layer comes first, and was run twice.", []),
        ("A fifth sense hides behind that half.", []),
    ],
)
def test_value_and_unit(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "loose", "bound"),
    [
        ("13 points", False, ""), ("about 13 points", True, ""), ("nearly 13 points", True, ""),
        ("at least 13 points", True, "least"), ("up to 13 points", True, "most"),
        ("more than a third", True, "least"), ("under 13 points", True, "most"),
    ],
)  # fmt: skip
def test_how_exactly_a_number_is_said(text, loose, bound):
    (figure,) = figures(text)
    assert (figure.loose, figure.bound) == (loose, bound)


@pytest.mark.parametrize(
    ("text", "counts"), [("12 layers", "layer"), ("12 %", ""), ("the 30 hard problems", "hard")]
)
def test_what_a_number_counts(text, counts):
    assert figures(text)[0].counts == counts


@pytest.mark.parametrize("text", ["Llama 3 wins.", "a 7B model", "See Table 22.", "GPT-4 wins."])
def test_a_number_in_a_name_is_told(text):
    assert figures(text)[0].named


@given(st.integers(0, 999), st.integers(0, 99))
def test_a_number_is_one_number_whatever_its_form(whole, part):
    text = f"{whole}.{part:02d}"
    (figure,) = figures(f"It is {text} here.")
    assert figure.value == pytest.approx(float(text))
    assert (figure.unit, figure.part, figure.loose) == ("", False, False)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    assert all(figure.value == figure.value for figure in figures(text))


@given(st.floats(0.001, 1e9, allow_nan=False))
def test_the_step_is_the_worth_of_the_last_digit(value):
    (figure,) = figures(f"{value:.3f}")
    assert figure.value % figure.step == pytest.approx(0, abs=1e-3) or figure.step == pytest.approx(
        figure.value % figure.step, rel=1e-3
    )
