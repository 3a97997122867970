"""What stands on the page is its quote, or a repair in brackets, or has passed the gate."""

from dataclasses import replace

import pytest

from assistant.checking import Page, folded, write
from assistant.compose.plan import Folded, Line, Plan
from assistant.drafts import Draft
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
    page = Page(library=library, words=PLAN.openings)
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


def test_a_lie_in_brackets_gives_way_to_its_quote(library):
    text = "[Berg (2024)] finds that deep layers matter most."
    page = _written(library, Draft(text=text, role="claim", quotes=(FIRST,)))
    assert [s.text for s in page.sentences] == [FIRST.text]
    assert len(page.dropped) == 1


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
