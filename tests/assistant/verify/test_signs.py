"""Each sign beside the judge means what its name says, and the stack weighs them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.signs import NAMES, signs
from assistant.verify.stack import BAR, SIGNS, stacked


def seen(sentence, *texts, titles=()):
    return dict(zip(NAMES, signs(sentence, texts, titles).tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "sentence", "evidence", "value"),
    [
        ("words not in the evidence", "Whales sing.", "Whales sing at night.", 0),
        ("words not in the evidence", "Whales dive.", "Whales sing at night.", 0.5),
        ("numbers not in the evidence", "It is 5 of 7.", "It is 5 of 9.", 1),
        ("names not in the evidence", "So BERT does.", "So Pythia does.", 1),
        ("odd denials", "It does not.", "It does.", 1),
        ("odd denials", "It never fails to do so, no.", "It does.", 0),
        ("denials added", "It does not.", "It does.", 1),
        ("reservations lost", "It rises.", "It may perhaps rise.", 2),
        ("wholes added", "All rise.", "Some rise.", 1),
        ("causes added", "It rises because it is warm.", "It rises and is warm.", 1),
        ("opposites", "The loss is lower.", "The loss is higher.", 1),
        ("both deny", "It does not.", "Nothing does.", 1),
        ("only the evidence denies", "It does.", "Nothing does.", 1),
        ("a second hand lost", "It rises.", "According to a secondary source, it rises.", 1),
        ("a remark lost", "It rises.", "Own remark: it rises.", 1),
    ],
)
def test_a_sign_is_what_it_is_called(name, sentence, evidence, value):
    assert seen(sentence, evidence)[name] == value


def test_titles_hold_words_names_and_numbers():
    found = seen("Mamba 2 dips.", "It dips.", titles=("Mamba 2",))
    assert not any(found[name] for name in NAMES[:3])


@given(st.text(max_size=100), st.lists(st.text(max_size=100), min_size=1, max_size=3))
def test_any_texts_have_finite_signs(sentence, texts):
    found = signs(sentence, texts, ())
    assert found.shape == (len(NAMES),)
    assert np.abs(found).max() <= 3


@given(st.floats(-30, 30), st.lists(st.floats(-2, 2), min_size=len(NAMES), max_size=len(NAMES)))
def test_the_stack_gives_a_probability_that_rises_with_the_judge(logit, values):
    low, high = (stacked(at, np.array(values)) for at in (logit, logit + 1))
    assert 0.0 < low <= high < 1.0
    assert math.isfinite(low)


def test_every_sign_has_its_weight():
    assert set(SIGNS) == set(NAMES)
    assert 0.5 <= BAR < 1.0
