"""Some parts may be cut out of a quote, and others may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.quoting import says_exactly
from assistant.verify.readings import readings
from tests.assistant.verify.quotes import corpus

QUOTES = corpus()


@pytest.mark.parametrize(
    ("quote", "clause"),
    [
        ("AIM is better evidence than BERT, because AIM is an image model.", "AIM is better evidence than BERT."),
        ("The two differ in depth, so the comparison settles nothing.", "The two differ in depth."),
        ("Pythia is a suite of models; the runs of PolyPythias are public.", "The runs of PolyPythias are public."),
        ("The gain is small, and the cost of DEER is one pass.", "The cost of DEER is one pass."),
        ("The gain is small. The cost of DEER is one pass.", "The cost of DEER is one pass."),
    ],
)  # fmt: skip
def test_a_clause_that_nothing_governs_may_stand_alone(quote, clause):
    assert says_exactly(clause, quote)


@pytest.mark.parametrize(
    ("quote", "clause"),
    [
        ("It would be wrong to say that deeper is better, because one is.", "Deeper is better."),
        ("According to a secondary source, the loss falls.", "The loss falls."),
        ("According to a source, the gain is large, and the cost is small.", "The cost is small."),
        ("Own remark: the mask has full rank.", "The mask has full rank."),
        ("The gain holds, but only in Pythia.", "The gain holds."),
        ("The gain holds, although the rate slows.", "The gain holds."),
        ("The gain holds, unless the seed changes.", "The gain holds."),
        ("The gain holds, in models of up to 8B.", "The gain holds."),
        ("If the seed is fixed, the loss falls.", "The loss falls."),
        ("If the seed is fixed, the loss falls, and the rank of K grows.", "The rank of K grows."),
        ("The authors claim that the gain is large, and the cost is small.", "The cost is small."),
        ("In Pythia the gain is large, and the cost of a pass is small.", "The cost of a pass is small."),
        ("The gain is large; it vanishes in Mamba.", "It vanishes in Mamba."),
        ("The gain is large; in Mamba there is none, which is not explained.", "The gain is large."),
        ("Critics say: the gain is large; the cost is small.", "The cost is small."),
        ("Whether the gain holds is left open, and the cost is unknown.", "The gain holds."),
        ("Does the gain hold, and is the cost small?", "Does the gain hold."),
        ("Models are tested on English, French, and Latin is left out.", "Models are tested on English."),
    ],
)  # fmt: skip
def test_a_cut_that_drops_what_governs_is_refused(quote, clause):
    assert not says_exactly(clause, quote)


@given(st.sampled_from(QUOTES))
def test_every_reading_is_words_of_its_quote_and_the_quote_is_the_longest(row):
    found = readings(row.quote)
    assert found[0] == " ".join(found[0].split())
    assert all(reading in found[0] for reading in found)
