"""Unanswerable questions of QASA are asked beside their passages."""

from assistant.evaluation import sets
from tests.assistant.evaluation.sets.written import write

QASA = {
    "paper_id": "paper_1", "title": "Video nets", "question_id": 3, "question": "What batch size is used?",
    "question_trigger_sentence": "We train with Adam.", "evidential_info": [],
    "composition": "The batch size is not given in this paper.",
}  # fmt: skip


def test_unanswerable_questions_are_asked_beside_their_passages_and_of_the_reader(tmp_path):
    write(tmp_path, any_json=[QASA, {**QASA, "question_id": 4, "question": "Which GPU?"}])
    near, own = sets.read(tmp_path)
    (document,) = near.documents
    assert (document.title, document.text) == ("Video nets", "We train with Adam.")
    assert own.documents == ()
    for found in (near, own):
        assert [case.question for case in found.cases] == ["What batch size is used?", "Which GPU?"]
        assert {case.expected for case in found.cases} == {"lacking"}
        assert found.cases[0].lack == "The batch size is not given in this paper."


def test_answerable_questions_among_unanswerable_ones_are_left_out(tmp_path):
    answered = {**QASA, "question": "Which optimiser?", "evidential_info": [{"context": "Adam"}]}
    write(tmp_path, any_json=[QASA, answered])
    assert [case.question for case in sets.read(tmp_path)[0].cases] == [QASA["question"]]
