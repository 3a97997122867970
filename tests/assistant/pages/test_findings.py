"""Each sentence stands under the one heading that it fits best, and none is written that is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pages.findings import (
    SECTIONS,
    findings,
    lead,
    limits,
    numeric,
    strongest,
    unlike,
    weakest,
)
from assistant.pages.statements import Statement

TEXTS = [
    "We propose a new benchmark for whales.",
    "Our model outperforms the best one by 16 points on 32 tasks.",
    "We train on 12 datasets and measure recall.",
    "The study is limited to one model.",
    "Future work may test seals.",
    "This suggests that songs matter.",
    "The sea is cold.",
]


def said(text, part="abstract", start=0):
    return Statement(text=text, start=start, end=start + len(text), page=None, part=part)


SOME = st.lists(st.sampled_from(TEXTS), max_size=7, unique=True).map(
    lambda texts: [said(text, start=100 * at) for at, text in enumerate(texts)]
)


@given(SOME)
def test_a_sentence_stands_under_one_heading_in_the_order_of_the_text(statements):
    found = findings(statements)
    assert list(found) == list(SECTIONS)
    placed = [one for each in found.values() for one in each]
    assert len(placed) == len(set(placed))
    assert set(placed) <= set(statements)
    assert all(each == sorted(each, key=lambda s: s.start) for each in found.values())


@pytest.mark.parametrize(
    ("at", "heading"),
    [(0, "technical_contribution"), (1, "key_results"), (2, "methodology"), (4, "future_work")],
)
def test_what_a_sentence_does_decides_its_heading(at, heading):
    assert findings([said(TEXTS[at])])[heading] == [said(TEXTS[at])]


@given(SOME, st.integers(0, 3))
def test_the_lead_is_short_and_from_the_source(statements, most):
    found = lead(statements, most)
    assert len(found) <= most
    assert set(found) <= set(statements)


def test_a_claim_of_a_note_leads_it():
    claim = said("It is so.", "claim", 500)
    assert lead([said(TEXTS[1]), claim]) == [claim]


def test_the_widest_result_and_the_hardest_reservation_are_told_apart():
    wide, narrow = said(TEXTS[1]), said(TEXTS[3], start=99)
    assert strongest([narrow, wide]) == wide
    assert weakest([wide, narrow]) == narrow
    assert strongest([]) is weakest([]) is None


def test_a_number_of_others_is_not_the_source_s_own():
    other = said("Roe et al. (2018) gain 16 points on 32 tasks of the benchmark.")
    assert numeric([said(TEXTS[1], start=99), other], 5) == [said(TEXTS[1], start=99)]


def test_limits_under_their_heading_come_before_those_found_by_words():
    own = said("Nothing is known of seals.", "caveat", 300)
    assert limits([said(TEXTS[3]), own], 3) == [own]


@given(SOME, st.integers(0, 5))
def test_no_two_that_are_kept_say_the_same(statements, most):
    kept = unlike([*statements, *statements], most)
    assert len(kept) == len(set(kept)) <= most
