"""A sentence bears on a text by its meaning and by the text's own terms, half each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.experiments.matching import Matcher
from assistant.experiments.sources import as_source
from assistant.experiments.stored import passage_id, said
from tests.assistant.experiments.runs import result

RUN = as_source(result("layer_valley-00000000-1"))
FIRST = next(said(RUN))
WEIGHTS = st.dictionaries(st.sampled_from(["whale", "seal", "dive"]), st.floats(0.01, 1))


def matcher(cosine=1.0, weights=None):
    own = np.array([cosine, np.sqrt(max(0.0, 1 - cosine**2))])
    return Matcher(
        vector=np.array([1.0, 0.0]), weights=weights or {}, vectors={passage_id(RUN, FIRST): own}
    )


@given(WEIGHTS, st.sampled_from(["A whale dives.", "Seals sleep.", ""]))
def test_the_share_of_terms_is_a_share_and_rare_terms_weigh_more(weights, text):
    share = matcher(weights=weights).share(text)
    assert 0.0 <= share <= 1.0
    assert bool(share) == any(word in text.lower() for word in weights)


@pytest.mark.parametrize(("cosine", "counts"), [(1.0, 1.0), (0.5, 0.5), (-0.5, 0.0)])
def test_meaning_and_terms_count_half_each_and_an_opposite_nothing(cosine, counts):
    found = matcher(cosine)
    assert found.cosine(RUN, FIRST) == pytest.approx(counts)
    assert found.bears(RUN, FIRST) == pytest.approx(counts / 2)
