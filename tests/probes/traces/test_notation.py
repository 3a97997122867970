"""Unicode and LaTeX spellings of a number become one, and plain text stays as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.notation import CLOCK, NUMERAL, plain_characters, with_bases, with_periods


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("10²", "10^{2}"),
        ("10⁻³", "10^{-3}"),
        ("101₂", "101_{2}"),
        ("√3", "\\sqrt{3}"),
        ("∛(x+1)", "\\sqrt[3]{x+1}"),
        ("−5", "-5"),
        ("٣", "3"),
        ("3 × 4", "3 \\times  4"),
    ],
)
def test_a_sign_of_unicode_has_its_spelling_in_latex(written, plain):
    assert plain_characters(written) == plain


@given(st.text("abc 0123456789+-*/=().,", max_size=30))
def test_ascii_stays_as_it_is(text):
    assert plain_characters(text) == text


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("1a_{16}", "1A_{16}"),
        ("101_two", "101_two"),
        ("101 base 2", "101_{2}"),
        ("1011 (binary)", "1011_{2}"),
        ("129_8", "129_8"),
        ("5", "5"),
    ],
)
def test_a_number_of_another_base_names_it_in_digits(written, found):
    assert with_bases(written) == found


@pytest.mark.parametrize(
    "written", ["0.1(6)", "0.1\\overline{6}", "0.1\\bar 6", "0.1\\dot{6}", "0,1(6)"]
)
def test_a_period_is_written_one_way(written):
    assert with_periods(written) == "0.1\\overline{6}"


@given(st.integers(0, 10**12), st.sampled_from(["", ",", "{,}", "'"]))
def test_a_number_is_one_numeral_however_its_digits_are_grouped(number, sign):
    written = f"{number:,}".replace(",", sign)
    assert re.fullmatch(NUMERAL, written)


@pytest.mark.parametrize("text", ["10:30", "9:05 p.m.", "9.05 pm", "7 pm", "23:59:59"])
def test_a_time_of_day_is_one(text):
    assert re.fullmatch(CLOCK, text)


@pytest.mark.parametrize("text", ["10:75", "25:00", "13 pm", "7"])
def test_what_no_clock_shows_is_no_time(text):
    assert not re.fullmatch(CLOCK, text)
