"""A question is answered only if its parts are, and without quotes it is absent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.parts import parts
from assistant.search.retrieval import Search
from assistant.select.coverage import (
    BESIDE_JUDGED,
    PART_MET,
    WEIGHTS,
    Seen,
    assess,
    held_in,
    near_signs,
    signs,
)
from assistant.select.neighbours import NOBODY
from tests.assistant.compose.quotes import quote

SHARES = st.floats(0, 1)
QUOTES = st.lists(
    st.builds(
        quote, st.sampled_from(["Whales sing.", "It is 16 points higher.", "Nothing is known of seals."]),
        role=st.sampled_from(["fact", "claim", "caveat", "body"]), helps=SHARES, brief=SHARES, answers=SHARES,
    ),
    max_size=4,
)  # fmt: skip


def seen(
    quotes, question="Do whales sing, and do seals dive?", of_parts=(1.0, 1.0), held=lambda _: True
):
    search = Search(question=question, vector=np.zeros(2), found=())
    return Seen(
        parts=parts(question),
        quotes=quotes,
        search=search,
        near=NOBODY,
        of_parts=of_parts,
        held=held,
    )


def test_there_is_a_weight_for_each_sign():
    some = seen([quote("Whales sing.")])
    assert WEIGHTS.shape == (3, 1 + len(signs(some)))
    assert BESIDE_JUDGED.shape == (3, 1 + len(signs(some)) + len(near_signs(some)))


@given(QUOTES, SHARES, SHARES)
def test_the_probabilities_are_shares_and_the_label_follows_them(quotes, first, second):
    found = assess(seen(quotes, of_parts=(first, second)))
    assert sum(found.probabilities) == pytest.approx(1.0, abs=1e-5)
    assert quotes or found.coverage == "absent"
    assert (found.coverage == "absent") == (found.probabilities[2] >= 0.5)
    assert len(found.unmet) == (sum(best < PART_MET for best in (first, second)) if quotes else 0)
    assert not (found.coverage == "answered" and found.unmet)


def test_a_name_that_no_source_has_is_unheld():
    question = "Does GPT-4 sing?"
    held = held_in(["Whales sing."])
    found = assess(seen([quote("Whales sing.", answers=1.0)], question, (), held))
    assert found.unheld == ("GPT-4",)
    assert held_in(["GPT-4 sings."])("GPT-4")


def test_a_number_that_is_asked_for_and_stands_nowhere_is_no_answer():
    sure = {"helps": 1.0, "brief": 1.0, "answers": 1.0}
    question = "How many whales sing?"
    found = assess(seen([quote("Whales sing.", **sure)], question, ()))
    assert found.formless
    assert found.coverage != "answered"
    assert not assess(seen([quote("Of them, 16 whales sing.", **sure)], question, ())).formless
