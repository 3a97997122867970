"""Words are told from numbers that are spelt out and from remarks on an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.words import is_remark, opens_with_number_word, speaks, spells_a_number

NUMBERS = ["zero", "seven", "twelve", "thirty", "hundred", "million", "half"]


@pytest.mark.parametrize("text", ["the larger one", "x is even", "no solution"])
def test_words_are_words(text):
    assert speaks(text)


@pytest.mark.parametrize(
    "text", ["5 or 6", "10 am", "\\frac{1}{2}", "x + y", "3 cm", "sqrt(2)", ""]
)
def test_commands_units_and_connectives_are_no_words(text):
    assert not speaks(text)


@given(st.lists(st.sampled_from(NUMBERS), min_size=1).map(" ".join))
def test_a_number_that_is_spelt_out_is_one(phrase):
    assert spells_a_number(phrase)
    assert opens_with_number_word(phrase)
    assert not spells_a_number(f"{phrase} apples")
    assert opens_with_number_word(f"{phrase} apples")


@pytest.mark.parametrize(
    "phrase", ["correct", "indeed correct.", "clearly wrong", "given above", "in the box"]
)
def test_a_judgement_is_no_answer(phrase):
    assert is_remark(phrase)


@pytest.mark.parametrize("phrase", ["5", "even", "the left one", "blue"])
def test_an_answer_is_no_remark(phrase):
    assert not is_remark(phrase)
