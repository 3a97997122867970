"""A blend gives probabilities in the order of the quotes, and a stronger sign never lowers them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.select.blend import BESIDE_JUDGED, SIGNS, WEIGHTS, blended, signs
from assistant.select.neighbours import SIGNS as NEAR
from tests.assistant.compose.quotes import quote

SHARES = st.floats(0, 1)
QUOTES = st.lists(
    st.builds(
        quote, st.sampled_from(["Whales sing.", "Seals dive deep in winter."]), st.sampled_from(["a", "b"]),
        st.sampled_from(["fact", "claim", "caveat"]), helps=SHARES, brief=SHARES, answers=SHARES, cosine=SHARES,
    ),
    min_size=1, max_size=5,
)  # fmt: skip
NAMES = ("helps", "brief", "answers", "reserves")


def rarity(_term):
    return 0.5


def test_there_is_a_weight_for_each_sign():
    assert WEIGHTS.shape == (len(NAMES), len(SIGNS))
    assert BESIDE_JUDGED.shape == (len(NAMES), len(SIGNS) + len(NEAR))


@given(QUOTES)
def test_every_blended_value_is_a_probability_and_the_words_stay(quotes):
    found = blended(quotes, "Do whales sing?", rarity, {})
    assert [(q.text, q.source) for q in found] == [(q.text, q.source) for q in quotes]
    assert all(0.0 <= getattr(q, name) <= 1.0 for q in found for name in NAMES)
    assert signs(quotes, "Do whales sing?", rarity, {}).shape == (len(quotes), len(SIGNS))


@given(QUOTES, st.floats(0, 1))
def test_a_better_search_score_of_a_passage_never_lowers_its_quotes(quotes, score):
    low = blended(quotes, "Do whales sing?", rarity, {})
    high = blended(quotes, "Do whales sing?", rarity, {quotes[0].passage: score})
    assert high[0].answers >= low[0].answers
    assert high[0].helps >= low[0].helps


def test_nothing_is_blended_without_quotes():
    assert blended([], "Why?", rarity, {}) == []


def test_the_terms_of_the_question_count_by_their_rarity():
    near = quote("Whales sing.")
    far = replace(near, terms=frozenset())
    rows = signs([near, far], "Do whales sing?", rarity, {})
    asked = SIGNS.index("asked terms")
    assert rows[0, asked] == pytest.approx(1.0)
    assert rows[1, asked] == 0.0
    assert np.isfinite(rows).all()
