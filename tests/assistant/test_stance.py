"""A sentence that denies a claim, or says the opposite, contests it; one that repeats it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.stance import stance

CLAIM = "Entropy rises in the middle layers of decoders."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In decoders the entropy of the middle layers rises.", "supports"),
        ("Entropy falls in the middle layers of decoders.", "contests"),
        ("Entropy does not rise in the middle layers of decoders.", "contests"),
        ("Entropy does not fall in the middle layers of decoders.", "supports"),
    ],
)
def test_denial_and_opposite_turn_a_claim_round_and_cancel_out(sentence, expected):
    assert stance(CLAIM, sentence) == expected


@given(st.text(max_size=200))
def test_a_sentence_supports_itself(sentence):
    assert stance(sentence, sentence) == "supports"
