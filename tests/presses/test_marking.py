"""A reader marks a quote of an answer as helpful or not for the question."""

import json
import re

from tests.presses.pressing import QUESTION, answer_of, pressed


def _citation(presses):
    answer = answer_of(presses, QUESTION)
    return next(c for s in answer.sentences for c in s.citations)


def _of(citation, **more):
    place = {"key": citation.source, "start": str(citation.start), "end": str(citation.end)}
    return pressed(**place, question=QUESTION, **more)


def _standing(presses, citation):
    """The grade that is pressed in the panel of a quote."""
    page, _ = presses.cite(_of(citation))
    choices = re.findall(r'data-grade="(\w+)" aria-pressed="(\w+)"', page)
    assert [grade for grade, _ in choices] == ["answers", "helps", "misleads"]
    return [grade for grade, pressed in choices if pressed == "true"]


def test_a_choice_is_kept_changed_and_taken_back(presses, window):
    citation = _citation(presses)
    assert _standing(presses, citation) == []
    for grade, standing in (("helps", ["helps"]), ("answers", ["answers"]), ("answers", [])):
        told = json.loads(presses.mark(_of(citation, grade=grade)))
        assert [told["grade"]] == (standing or [""])
        assert _standing(presses, citation) == standing
        assert [mark.grade for mark in window.assistant.marks()] == standing
        page, _ = presses.cite(_of(citation))
        assert f'data-quote="{told["quote"]}"' in page


def test_a_marked_sentence_is_the_quote_on_one_line(presses, window):
    citation = _citation(presses)
    presses.mark(_of(citation, grade="answers"))
    (mark,) = window.assistant.marks()
    assert (mark.question, mark.source, mark.sentence) == (
        QUESTION, citation.source, " ".join(citation.quote.split()),
    )  # fmt: skip


def test_what_is_no_quote_of_an_answer_has_no_choices(presses):
    whole, _ = presses.cite(pressed(key="logit-lens", start="0", end="0", question=QUESTION))
    unasked, _ = presses.cite(pressed(key="logit-lens", start="0", end="50"))
    assert "data-grade" not in whole + unasked


def test_an_answer_names_the_question_that_its_quotes_are_marked_for(presses, window):
    from assistant.question.follow_up import Thread
    from assistant.views import answers

    asked = window.assistant.ask("And at the last one?", thread=Thread(earlier=(QUESTION,)))
    assert asked.read_as
    for page in (answers.turn(asked), answers.below(asked)):
        assert f'data-question="{asked.read_as}"' in page


def test_the_choices_stand_below_the_paragraph_of_the_quote(presses, window):
    text = window.assistant.source("middle-layers").text
    for quote, below in (
        ("On 32 embedding", "left open."),  # its paragraph has two lines
        ("The best layer", "all the tested architectures."),
        ("No frontier", "study of middle layers."),  # the last line of the note
    ):
        start = text.index(quote)
        event = pressed(
            key="middle-layers", start=str(start), end=str(text.index(".", start) + 1), question=QUESTION
        )  # fmt: skip
        before, _, after = presses.cite(event)[0].partition('<div class="marking"')
        assert re.sub("<.*?>", "", before).endswith(below)
        assert after


def test_a_press_that_cannot_be_kept_is_said_beside_the_choices(presses, window):
    citation = _citation(presses)
    for wrong in ({"grade": "good"}, {"grade": ""}, {}):
        told = json.loads(presses.mark(_of(citation, **wrong)))
        assert "no grade" in told["line"]
        assert "grade" not in told
    for data in (None, 3, {}, {"key": "nobody", "question": "x"}, {"key": ["x"], "end": "²"}):
        event = pressed()
        event._data = data
        assert json.loads(presses.mark(event))["line"]
    assert window.assistant.marks() == []
    assert not (window.data_dir / "app.log").exists()
