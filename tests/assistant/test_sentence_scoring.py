"""A sentence's score is bounded, grows with each of its reasons, and knows where a paragraph ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentence_scoring import place, sentence_score
from assistant.text import Span, sentences

shares = st.floats(0, 1)
SENTENCES = [f"Sentence {n} of this paragraph says one thing about the layers." for n in range(12)]


@given(st.floats(-1, 1), shares, shares)
def test_the_score_is_between_0_and_1(cosine, coverage, where):
    assert 0 <= sentence_score(cosine, coverage, where) <= 1 + 1e-9


def test_the_score_of_all_is_1_and_of_nothing_is_0():
    assert sentence_score(1, 1, 1) == pytest.approx(1)
    assert sentence_score(0, 0, 0) == sentence_score(-0.5, 0, 0) == 0


@given(shares, shares, shares, st.integers(0, 2), st.floats(0, 1))
def test_more_of_a_reason_is_never_worse(cosine, coverage, where, at, more):
    before = [cosine, coverage, where]
    after = [max(value, more) if n == at else value for n, value in enumerate(before)]
    assert sentence_score(*after) >= sentence_score(*before)


@pytest.mark.parametrize("around", ["{}", "# Title\n\n{}\n\nAnother paragraph.\n", "\n\n{}\n"])
def test_places_run_from_0_to_1_through_a_paragraph(around):
    paragraph = " ".join(SENTENCES)
    text = around.format(paragraph)
    start = text.index(paragraph)
    found = [place(text, span) for span in sentences(text, start, start + len(paragraph))]
    assert found[0] == 0
    assert found[-1] == 1
    assert found == sorted(found)


@given(st.text(max_size=200), st.text(max_size=900), st.text(max_size=200))
def test_a_place_is_a_share(before, sentence, after):
    text = before + sentence + after
    assert 0 <= place(text, Span(len(before), len(before) + len(sentence))) <= 1


def test_a_short_paragraph_has_no_conclusion():
    text = "\n\n".join(SENTENCES)
    last = text.index(SENTENCES[-1])
    assert place(text, Span(last, len(text))) == 0
