"""A quote stands whole at its place; a sentence in its words is distinguished from one that is not."""

import pytest

from assistant.verify.quoting import misquoted, says_exactly
from tests.assistant.verify.quotes import corpus

QUOTES = corpus()


def test_every_stored_sentence_is_exactly_its_own_quote():
    assert len(QUOTES) > 1000
    for row in QUOTES:
        assert not misquoted(row.quote, row.stored, row.start, row.end)
        assert says_exactly(row.plain, row.quote), row.plain


def test_a_quote_that_does_not_stand_where_it_says_is_refused():
    row = QUOTES[10]
    assert misquoted(row.quote, row.stored, row.start + 1, row.end + 1)
    assert misquoted(row.quote + " Indeed.", row.stored, row.start, row.end)
    assert misquoted("", row.stored, 5, 5)


@pytest.mark.parametrize(
    ("stored", "fragment"),
    [
        ("It would be wrong to say that deeper layers are better, because one is.", "deeper layers are better"),
        ("Own remark: the curve keeps its shape.", "the curve keeps its shape."),
        ("If the seed is fixed, the loss falls.", "the loss falls."),
        ("The loss falls, but only in Pythia.", "The loss falls"),
        ("Accuracy is 0.53 at most, where the trace is short.", "Accuracy is 0.53"),
        ("The runs end at 0.264 (0.1 to 0.447) at 132 tokens.", "at 132 tokens."),
        ("It gains +0.010, -0.010 to +0.030.", "-0.010 to +0.030."),
        ("The interval is 0.086, 0.294, 100 problems.", "100 problems."),
    ],
)  # fmt: skip
def test_a_quote_cut_out_of_what_governs_it_is_no_quote(stored, fragment):
    start = stored.index(fragment)
    reason = misquoted(fragment, stored, start, start + len(fragment))
    assert reason == "its quote is cut out of a sentence that says something else"


@pytest.mark.parametrize(
    ("stored", "quote"),
    [
        ("- 12. The loss falls.", "The loss falls."),
        ("It is shown.107 The loss falls.", "The loss falls."),
        ("It was so in 2020. The loss falls.", "The loss falls."),
        ("It reached 0.5. The loss falls to 0.25. Then it rises.", "The loss falls to 0.25."),
        ("(3) The loss falls by 1.5", "The loss falls by 1.5"),
        ("It is 0.5 (see 1.2).\n2.1 The loss falls.", "The loss falls."),
    ],
)
def test_a_sentence_beside_numbers_is_whole(stored, quote):
    start = stored.index(quote)
    assert not misquoted(quote, stored, start, start + len(quote))
