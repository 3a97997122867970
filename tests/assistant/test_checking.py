"""What stands on the page is its quote, or a repair in brackets, or has passed the gate."""

from dataclasses import replace

import pytest

from assistant.checking import Page, folded, write
from assistant.compose.plan import Folded, Line, Plan
from assistant.drafts import Deck, Draft, Withdrawn
from assistant.library import Library
from assistant.types import Source
from tests.assistant.compose.quotes import quote

TEXT = "The study finds that deep layers matter little. Whales sing at night in winter."


@pytest.fixture
def library(tmp_path) -> Library:
    found = Library(tmp_path)
    source = Source(key="note", kind="note", title="Layers", claim="", text=TEXT, content_hash="x")
    found.put(source, [])
    return found


FIRST = quote("The study finds that deep layers matter little.")
SECOND = quote("Whales sing at night in winter.", start=48)
PLAN = Plan(
    question="?", coverage="answered", openings=("Nothing on this list bears on it.",),
    paragraphs=((Line(quote=FIRST, text=FIRST.text, lead_in="Not as stated:"),),),
)  # fmt: skip


def _written(library, *drafts):
    page = Page(library=library, words=PLAN.openings, question=PLAN.question)
    write(PLAN, list(drafts), page)
    return page


def test_a_quote_stands_with_its_lead_in(library):
    page = _written(
        library, Draft(text=FIRST.text, role="claim", quotes=(FIRST,), lead_in="Not as stated:")
    )
    (sentence,) = page.sentences
    assert (sentence.text, sentence.lead_in) == (FIRST.text, "Not as stated:")
    assert sentence.citations[0].support == "exact"


def test_a_repair_in_brackets_cites_its_quote(library):
    text = "[Berg (2024)] finds that deep layers matter little."
    page = _written(library, Draft(text=text, role="claim", quotes=(FIRST,)))
    assert [s.text for s in page.sentences] == [text]


def test_a_writer_cannot_add_a_lead_in_or_a_sentence_of_its_own(library):
    page = _written(
        library,
        Draft(text=FIRST.text, role="claim", quotes=(FIRST,), lead_in="Proven beyond doubt:"),
        Draft(text="Buy more whales.", role="link"),
    )
    assert [s.lead_in for s in page.sentences] == [""]
    assert [d.text for d in page.dropped] == ["Buy more whales."]


def test_a_lie_in_brackets_is_dropped_and_nothing_is_put_in_its_place(library):
    text = "[Berg (2024)] finds that deep layers matter most."
    page = _written(library, Draft(text=text, role="claim", quotes=(FIRST,)))
    assert page.sentences == []
    assert len(page.dropped) == 1


def test_a_sentence_takes_its_place_in_its_paragraph_whenever_it_comes(library):
    page = _written(
        library,
        Draft(text=SECOND.text, role="claim", paragraph=1, quotes=(SECOND,)),
        Draft(text=FIRST.text, role="claim", paragraph=0, place=3, quotes=(FIRST,)),
        Draft(text=PLAN.openings[0], role="gap", paragraph=0, place=1),
    )
    assert [s.text for s in page.sentences] == [PLAN.openings[0], FIRST.text, SECOND.text]


def test_what_is_withdrawn_is_counted_and_leaves_an_empty_page(library):
    page = _written(
        library,
        Deck(text="This asks whether deep layers matter."),
        Draft(text=FIRST.text, role="claim", quotes=(FIRST,)),
        Withdrawn(reason="it broke off"),
        Draft(text=FIRST.text, role="claim", quotes=(FIRST,)),
    )
    assert [s.text for s in page.sentences] == [FIRST.text]
    assert page.deck == ""
    assert [(d.text, d.reason) for d in page.dropped] == [(FIRST.text, "it broke off")]


@pytest.mark.parametrize("text", ["Deep layers never matter.", "This asks whether GPT-9 is right."])
def test_a_deck_that_states_something_is_dropped(library, text):
    page = _written(library, Deck(text=text))
    assert page.deck == ""
    assert [d.text for d in page.dropped] == [text]


def test_a_quote_that_does_not_stand_in_its_source_is_not_shown(library):
    moved = replace(FIRST, start=5, end=52)
    page = _written(library, Draft(text=moved.text, role="claim", quotes=(moved,)))
    assert page.sentences == []


def test_the_same_quote_stands_once(library):
    draft = Draft(text=FIRST.text, role="claim", quotes=(FIRST,))
    assert len(_written(library, draft, draft).sentences) == 1


def test_a_fold_holds_what_stands_in_its_source_and_not_above(library):
    page = _written(library, Draft(text=FIRST.text, role="claim", quotes=(FIRST,)))
    made = folded(Folded(kind="evidence", summary="More", quotes=(FIRST, SECOND)), page)
    assert [s.text for s in made.sentences] == [SECOND.text]
