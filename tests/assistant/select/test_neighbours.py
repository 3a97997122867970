"""Nobody who judged says nothing, and a stretch of a quote is the quote."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.select.neighbours import NOBODY, SIGNS, same
from tests.assistant.compose.quotes import quote

QUOTES = [quote("Whales sing."), quote("Seals dive.", source="other")]


def test_where_nothing_was_judged_nothing_is_trusted_and_nothing_is_taken_away():
    assert NOBODY.trust == 0.0
    assert NOBODY.trust_in_coverage(QUOTES) == 0.0
    assert NOBODY.trusts(QUOTES).tolist() == [0.0, 0.0]
    assert NOBODY.left(QUOTES).tolist() == [1.0, 1.0]
    assert NOBODY.share("answered") == 0.0
    assert NOBODY.signs(QUOTES).shape == (2, len(SIGNS))
    assert not np.asarray(NOBODY.signs(QUOTES)).any()


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_a_part_of_a_quote_is_the_same_in_both_directions(before, part, after):
    whole = before + part + after
    assert same(part, whole)
    assert same(whole, part)
