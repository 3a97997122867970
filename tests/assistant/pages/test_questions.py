"""The page of a source names questions that it answers; a question that was asked links to its answer."""

from itertools import combinations

import pytest

from assistant import Assistant
from assistant.pages.questions import questions
from assistant.types import Source

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture
def own(own_library, own_corpus):
    return Assistant.open(own_library, corpus_dir=own_corpus)


def test_a_question_that_was_asked_leads_to_its_stored_answer_and_only_where_that_opens(own):
    answer = own.ask(QUESTION)
    own.threads.keep(answer, "0123abcd")
    opening = answer.sentences[0].citations[0].source
    told = own.paper(opening)["questions"]
    assert told[0] == {"question": QUESTION, "answer": answer.permalink}
    assert own.threads.answer(told[0]["answer"]).answer.question == QUESTION
    for key in own.library.keys("note"):
        asked = [each["answer"] for each in own.paper(key)["questions"] if each["answer"]]
        assert asked == ([answer.permalink] if key == opening else [])
    own.threads.delete(["0123abcd"])
    assert own.paper(opening)["questions"] == []


def test_judged_questions_are_named_only_where_their_sentence_stands_and_each_once():
    source = Source(
        key="otters",
        kind="note",
        title="Otters",
        claim="",
        content_hash="0",
        text="Otters hold\nhands. Seals sleep.",
    )
    judged = [
        ("why do otters hold hands", ("Otters hold hands.",)),
        ("Why do otters hold hands?", ("Otters hold hands.",)),
        ("Do seals sleep?", ("Seals sleep.",)),
        ("Do otters fly?", ("Otters fly.",)),
    ]
    asked = [("What is known of rivers?", "0123456789ab")]
    assert questions(source, asked, judged) == [
        {"question": "What is known of rivers?", "answer": "0123456789ab"},
        {"question": "Why do otters hold hands?", "answer": None},
        {"question": "Do seals sleep?", "answer": None},
    ]


def test_every_note_of_the_list_answers_some_question_of_its_own(reading_list):
    library = Assistant.open(reading_list)
    judged = library.judgements[0]
    pages = {
        key: questions(library.source(key), (), judged.answered_by(key))
        for key in library.library.keys("note")
    }
    assert all(1 <= len(told) <= 5 for told in pages.values())
    for told in pages.values():
        assert all(one["question"] != other["question"] for one, other in combinations(told, 2))
