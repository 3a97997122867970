"""A sentence of the same work that says the same stands beside a line; nothing else does."""

import pytest

from assistant.compose.echoes import with_echoes
from assistant.compose.plan import Line, Plan
from tests.assistant.compose.quotes import quote, unlike

OWN = quote("Some middle layer beats the last layer by 16 points.", source="note")


def alike(_one, _other):
    return 1.0


def echoes(said, near=alike, works=None):
    line = Line(quote=OWN, text=OWN.text)
    plan = Plan(
        question="Why?", coverage="answered", paragraphs=((line,),),
        works=works or {"note": "w", "paper": "w"},
    )  # fmt: skip
    return with_echoes(plan, [OWN, said], near).lines()[0].echoes


def test_the_paper_of_a_note_says_the_same():
    said = quote("On average some middle layer beats the last layer by 16 points.", source="paper")
    assert echoes(said) == (said,)
    assert echoes(said, unlike) == ()
    assert echoes(said, works={"note": "w", "paper": "another"}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Some middle layer beats the last layer by 2 points.",
        "No middle layer beats the last layer by 16 points.",
        "The cause of the gain is left open.",
    ],
)
def test_another_number_a_negation_and_other_words_are_no_echo(text):
    assert echoes(quote(text, source="paper")) == ()


def test_a_sentence_is_no_echo_of_its_own_source():
    assert echoes(quote(OWN.text, source="note", start=90)) == ()
