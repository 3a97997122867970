"""Each question on another field is asked once, and only silence is right."""

from assistant.evaluation.elsewhere import cases


def test_each_question_is_asked_once_and_nothing_answers_it():
    found = cases()
    assert len({case.question for case in found}) == len({case.id for case in found}) == len(found)
    assert {case.expected for case in found} == {"absent"}
    assert not any(case.relevant or case.wanted for case in found)
