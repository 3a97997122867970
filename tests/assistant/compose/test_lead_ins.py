"""A lead-in has a sign that calls for it, stands once, and never contradicts its sentence."""

import pytest

from assistant.compose.lead_ins import (
    BESIDE,
    CONTRAST,
    FIGURES,
    LIST_SILENT,
    NEAREST,
    NOT_AS_STATED,
    SCOPE,
    SECOND,
    lead_in,
    verdict,
)
from assistant.question.terms import terms
from tests.assistant.compose.quotes import quote


@pytest.mark.parametrize(
    ("text", "role", "claims", "head"),
    [
        ("It would be wrong to read the valley as proof.", "caveat", True, NOT_AS_STATED),
        ("It would be wrong to read the valley as proof.", "caveat", False, ""),
        ("Seals do not dive below 600 metres in winter.", "fact", True, NOT_AS_STATED),
        ("Whales were not counted by the survey of seals.", "fact", True, ""),
        ("Whether larger fish do the same is left open.", "open", True, LIST_SILENT),
        ("Seals dive to 600 metres in winter.", "fact", True, ""),
    ],
)
def test_the_verdict_head_follows_from_question_and_opening(text, role, claims, head):
    asked = terms("Do seals dive below 600 metres?")
    first = quote(text, role=role)
    assert verdict(first, claims=claims, chooses=False, denies=False, asked=asked) == head


def test_a_denial_of_a_denial_is_no_contradiction():
    first = quote("The study does not show that songs of whales are never heard.", "caveat")
    asked = frozenset({"song", "whale"})
    assert verdict(first, claims=True, chooses=False, denies=False, asked=asked) == ""


def test_a_denial_that_is_asked_about_is_no_contradiction():
    first = quote("Seals do not dive below 600 metres in winter.")
    asked = terms("Isn't it so that seals do not dive below 600 metres?")
    assert verdict(first, claims=True, chooses=False, denies=True, asked=asked) == ""


FIRST = quote("Seals dive to 600 metres.", source="seals")


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (quote("Whales, unlike seals, dive deeper.", source="whales"), CONTRAST),
        (quote("Whales dive deep.", source="whales"), BESIDE),
        (quote("Of 40 dives 12 passed 500 and 3 passed 600 metres.", source="seals"), FIGURES),
        (quote("The dives rest on one species.", source="seals", role="caveat"), SCOPE),
        (quote("Whether pups dive is left open.", source="whales", role="open"), ""),
        (quote("Seals sleep on land.", source="seals"), ""),
    ],
)
def test_a_lead_in_follows_from_the_sentence_and_the_one_before(then, expected):
    assert lead_in(then, [FIRST], [""], partial=False, second=False) == expected


def test_none_stands_twice_and_none_follows_four():
    then = quote("Whales dive deep.", source="whales")
    assert lead_in(then, [FIRST], ["", BESIDE], partial=False, second=False) == ""
    assert lead_in(then, [FIRST], ["a:", "b:", "c:", "d:"], partial=False, second=False) == ""


def test_a_second_part_is_announced_and_the_nearest_result_is_called_so():
    then = quote("Whales dive deep.", source="whales")
    assert lead_in(then, [FIRST], [""], partial=False, second=True) == SECOND
    assert lead_in(then, [FIRST], [""], partial=True, second=False) == NEAREST
