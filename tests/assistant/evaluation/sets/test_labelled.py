"""Labelled answers, PDF questions and annotated spans are recognised by their columns; bad rows are named."""

from pathlib import Path

import pytest

from assistant.evaluation import sets
from assistant.evaluation.labels import AnswerLabels
from assistant.evaluation.pdf_questions import PdfQuestions
from assistant.evaluation.spans import SpanQuestions

SHARED = Path(__file__).parents[5] / "shared" / "eval"


@pytest.mark.parametrize(
    ("name", "kind", "questions"),
    [("answers", AnswerLabels, 80), ("pdf_questions", PdfQuestions, 44), ("acl_verbatim", SpanQuestions, 10)],
)  # fmt: skip
def test_the_shared_sets_are_known(name, kind, questions):
    if not SHARED.is_dir():
        pytest.skip("needs the folder `shared` beside the checkout")
    (found,) = sets.read(SHARED / name)
    assert isinstance(found, kind)
    assert len(found.cases) == questions
