"""Answers of experts bring the passages that they cite."""

from assistant.evaluation import sets
from tests.assistant.evaluation.sets.written import write


def test_experts_answers_bring_their_passages(tmp_path):
    contexts = [
        {"title": "First work", "text": "Alpha beta."},
        {"title": "Second work", "text": float("nan")},
        {"title": "Third: a very long title of a work that no key of a library can hold in whole", "text": "Gamma."},
        {"title": "First work", "text": "Delta."},
    ]  # fmt: skip
    output = (
        "A plain sentence. One that cites two [0, 3].\nAnother cites one that is missing [1] [2]."
    )
    write(tmp_path, any_json=[{"id": "x", "input": "What?", "ctxs": contexts, "output": output}])
    (found,) = sets.read(tmp_path)
    assert [d.text for d in found.documents] == ["Alpha beta.\n\nDelta.", "Gamma."]
    (case,) = found.cases
    assert case.wanted == {document.key for document in found.documents}
    assert [(cited.text, cited.passages) for cited in case.reference] == [
        ("A plain sentence.", ()),
        ("One that cites two.", ("Alpha beta.", "Delta.")),
        ("Another cites one that is missing.", ("Gamma.",)),
    ]


def test_bare_questions_are_out_of_the_collection(tmp_path):
    write(tmp_path, bio_jsonl='{"input": "What is a cell?", "id": "b1"}\n')
    (found,) = sets.read(tmp_path)
    assert [(case.question, case.expected) for case in found.cases] == [
        ("What is a cell?", "absent")
    ]
