"""Every sentence on the page is its quote, or a repair in brackets, or has passed the gate."""

from dataclasses import replace

import pytest

from assistant.answering.checking import Page, folded, write
from assistant.compose.plan import Folded, Line, Plan
from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.types import Source
from assistant.writers.drafts import Deck, Draft, Withdrawn
from tests.assistant.compose.quotes import quote
from tests.assistant.verify.saying import Saying

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
    return _judged_by(None, library, *drafts)


def _judged_by(judge, library, *drafts):
    page = Page(
        library=library, words=PLAN.openings, question=PLAN.question, judge=judge,
        unjudged="There is no judge.",
    )  # fmt: skip
    write(PLAN, list(drafts), page)
    return page


class Silent:
    """A judge whose server is gone."""

    name = "that judge"

    def __call__(self, claims):
        assert claims
        raise Mendable("The judge m at http://127.0.0.1:1 cannot be reached; start it.")


def test_a_quote_stands_with_its_lead_in(library):
    page = _written(
        library, Draft(text=FIRST.text, role="claim", quotes=(FIRST,), lead_in="Not as stated:")
    )
    (sentence,) = page.sentences
    assert (sentence.text, sentence.lead_in) == (FIRST.text, "Not as stated:")
    assert sentence.citations[0].support == "exact"


def test_a_repair_in_brackets_cites_its_quote(library):
    text = "[Layers] finds that deep layers matter little."
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


@pytest.mark.parametrize(
    "text",
    [
        "[Layers] finds that deep layers matter most.",
        "The study finds that deep layers matter little [in whales].",
        "The study finds [...] layers matter little.",
        "[No study] finds that deep layers matter little.",
    ],
)
def test_a_lie_in_brackets_is_dropped_and_nothing_is_put_in_its_place(library, text):
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


REWORDED = "In winter whales sing at night, and deep layers matter little."


def test_a_sentence_is_judged_against_all_its_quotes_and_their_titles_together(library):
    judge = Saying(0.95)
    draft = Draft(text=REWORDED, role="claim", quotes=(FIRST, SECOND))
    (sentence,) = _judged_by(judge, library, draft).sentences
    assert [c.quote for c in sentence.citations] == [FIRST.text, SECOND.text]
    assert {c.support for c in sentence.citations} == {"paraphrase"}
    (claim,) = judge.asked
    assert (claim.texts, claim.titles) == ((FIRST.text, SECOND.text), ("Layers", "Layers"))


def test_what_the_judge_refuses_is_dropped_with_the_reason(library):
    draft = Draft(text=REWORDED, role="claim", quotes=(FIRST, SECOND))
    page = _judged_by(Saying(0.2), library, draft)
    assert page.sentences == []
    assert "20%" in page.dropped[0].reason


def test_a_sentence_in_the_words_of_one_of_its_quotes_cites_that_one(library):
    draft = Draft(text=SECOND.text, role="claim", quotes=(FIRST, SECOND))
    (sentence,) = _judged_by(Saying(0.0), library, draft).sentences
    assert [(c.quote, c.support) for c in sentence.citations] == [(SECOND.text, "exact")]


def test_one_quote_that_does_not_stand_refuses_all(library):
    moved = replace(SECOND, start=5, end=36)
    draft = Draft(text=REWORDED, role="claim", quotes=(FIRST, moved))
    judge = Saying(1.0)
    assert REWORDED not in [s.text for s in _judged_by(judge, library, draft).sentences]
    assert judge.asked == []


def test_without_a_judge_the_reader_is_told_once(library):
    drafts = [
        Draft(text=REWORDED, role="claim", quotes=(FIRST, SECOND)),
        Draft(text=f"So {REWORDED.lower()}", role="claim", quotes=(FIRST, SECOND)),
    ]
    page = _written(library, *drafts)
    assert page.notices == ["There is no judge."]
    assert page.sentences == []


def test_a_judge_that_fails_refuses_and_is_told_in_one_line(library):
    draft = Draft(text=REWORDED, role="claim", quotes=(FIRST, SECOND))
    page = _judged_by(Silent(), library, draft)
    assert page.sentences == []
    assert page.notices == ["The judge m at http://127.0.0.1:1 cannot be reached; start it."]
