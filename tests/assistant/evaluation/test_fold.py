"""Scores count what a reader sees without opening anything, and with every fold open."""

from assistant.evaluation.fold import above_the_fold, unfolded
from assistant.types import Answer, Fold, Sentence


def said(text, paragraph=0, role="claim"):
    return Sentence(text=text, paragraph=paragraph, role=role)


def test_an_answer_shows_its_sentences_and_hides_those_of_its_folds_and_its_gaps():
    folds = (
        Fold(kind="evidence", summary="More", sentences=(said("b", 7),)),
        Fold(kind="reservations", summary="More", sentences=(said("e", 8),)),
    )
    answer = Answer(
        question="?", deck="", coverage="answered", writer="extractive", index_hash="0",
        sentences=(said("a"), said("c", 0, "gap"), said("d", 1)), folds=folds,
    )  # fmt: skip
    assert [s.text for s in above_the_fold(answer)] == ["a", "d"]
    assert [s.text for s in unfolded(answer)] == ["a", "d", "b", "e"]
