"""A sentence that denies a claim, or says the opposite, contests it; one that repeats it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.stance import claim_in, clear_stance, stance

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


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        (CLAIM, "Prompt entropy rises in the middle layers of all decoders.", "supports"),
        (CLAIM, "In decoders the middle layers have lower entropy.", "contests"),
        ("Repetition does not lower the entropy.", "Repetition lowers the entropy.", "contests"),
        (
            "Repetition lowers the entropy.",
            "Repetition raises the entropy, and long prompts lower the rank.",
            "contests",
        ),
        # The denial may be about something else in the sentence.
        (CLAIM, "Entropy rises in the middle layers of decoders, not of encoders.", None),
        # Something else goes down.
        (CLAIM, "In the middle layers of decoders curvature is lower and entropy was measured.", None),
        # The claim reverses when its terms change places.
        ("Decoders have higher entropy than encoders.", "Encoders have higher entropy than decoders.", None),
        (CLAIM, "Nothing of the kind was seen.", None),
        (CLAIM, "Entropy rises in middle layers of decoders, but entropy falls in middle layers of decoders.", None),
    ],
)  # fmt: skip
def test_a_side_is_told_only_where_it_is_clear(claim, sentence, expected):
    assert clear_stance(claim, sentence) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_where_a_side_is_clear_the_sentence_denies_nothing(claim, sentence):
    assert clear_stance(claim, f"{sentence} It is not so.") is None


@pytest.mark.parametrize(
    "question",
    [
        "Does repetition raise the entropy?",
        "Is it true that depth helps?",
        "Repetition raises the entropy of middle layers.",
        "Middle layers are better",
    ],
)
def test_a_statement_and_a_question_for_yes_or_no_hold_a_claim(question):
    assert claim_in(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "Why do middle layers compress?", "Are emergent abilities real or a choice of metric?",
        "Isn't depth what helps?", "entropy middle layers", "Explain what attention sinks are.", "", "?",
    ],
)  # fmt: skip
def test_other_questions_hold_no_claim(question):
    assert claim_in(question) == ""
