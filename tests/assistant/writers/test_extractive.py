"""The default writer writes the lines of the plan and nothing of its own."""

import threading

from assistant.compose.plan import Line, Plan
from assistant.settings import Settings
from assistant.writers import extractive
from tests.assistant.compose.quotes import quote

ONE, OTHER = quote("Whales sing."), quote("Seals dive.")


def test_the_lines_come_in_order_each_on_its_quote_behind_the_openings():
    lines = (
        (Line(quote=ONE, text=ONE.text, lead_in="Yes:"),),
        (Line(quote=OTHER, text=OTHER.text),),
    )
    plan = Plan(question="Why?", coverage="answered", paragraphs=lines, openings=("In part.",))
    write = extractive.writer(Settings(), threading.Event())
    opening, first, second = write(plan, lambda _draft: "refused")
    assert (opening.text, opening.role, opening.quotes) == ("In part.", "gap", ())
    assert (first.text, first.quotes, first.paragraph, first.lead_in) == (
        ONE.text,
        (ONE,),
        0,
        "Yes:",
    )
    assert (second.paragraph, second.role) == (1, "claim")
