"""A sentence that copies a quote with changes is no rewording of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.evidence import Claim
from assistant.verify.vetoes import copied, vetoed

COPY = "On 32 tasks some layer beats the last layer in nearly every task of the suite."


@pytest.mark.parametrize(
    "sentence",
    [
        "On 32 tasks some layer beats the last layer in every task of the suite.",
        "Some layer beats the last layer in nearly every task of the suite.",
        "In nearly every task of the suite some layer beats the last layer on 32 tasks.",
    ],
)
def test_a_changed_copy_is_no_rewording(sentence):
    assert copied.veto(sentence, (COPY,))
    assert vetoed(Claim(sentence, (COPY,)))


@pytest.mark.parametrize(
    "sentence",
    [
        "A layer before the last one wins in nearly all of the 32 tasks.",
        "In nearly every task the last layer loses to some other one.",
        "",
        "No.",
    ],
)
def test_words_of_its_own_are_no_copy(sentence):
    assert copied.veto(sentence, (COPY,)) == ""


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("In Pythia it is higher for larger Seq-VCR models.", "In Seq-VCR it is higher for larger Pythia models."),
        ("Three hard sets and two models use the study.", "The study use three hard sets and two models."),
    ],
)  # fmt: skip
def test_the_words_of_a_quote_in_another_order_are_no_rewording(sentence, quote):
    assert "moved" in copied.veto(sentence, (quote,))


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_the_copied_share_is_a_share(sentence, texts):
    assert 0.0 <= copied.copied(sentence, texts) <= 1.0
    assert all(0.0 <= copied.shared(sentence, text) <= 1.0 for text in texts)
