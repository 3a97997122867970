"""The probability of a sentence rises with the judge's logit and falls with what the evidence lacks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.signs import NAMES
from assistant.verify.stack import SIGNS, stacked


@given(
    st.floats(-60, 60),
    st.floats(0, 20),
    st.lists(st.floats(0, 9), min_size=len(NAMES), max_size=len(NAMES)),
)
def test_a_surer_judge_never_lowers_the_probability(logit, more, seen):
    signs = np.array(seen)
    assert 0.0 <= stacked(logit, signs) <= stacked(logit + more, signs) <= 1.0


@pytest.mark.parametrize(
    "name", ["numbers not in the evidence", "names not in the evidence", "opposites"]
)
def test_what_the_evidence_lacks_counts_against_a_sentence(name):
    clean, lacking = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    lacking[NAMES.index(name)] = 1.0
    assert stacked(2.0, lacking) < stacked(2.0, clean)


def test_every_sign_has_its_weight():
    assert set(SIGNS) == set(NAMES)
