"""What of an answer stands above the fold, and what a reader sees who opens every fold."""

from assistant.types import Answer, Sentence


def above_the_fold(answer: Answer) -> tuple[Sentence, ...]:
    """Return the sentences that a reader sees without opening anything, gaps left out."""
    return tuple(sentence for sentence in answer.sentences if sentence.role != "gap")


def unfolded(answer: Answer) -> tuple[Sentence, ...]:
    """Return all sentences of an answer, those in folds last, gaps left out."""
    below = (sentence for fold in answer.folds for sentence in fold.sentences)
    return (*above_the_fold(answer), *below)
